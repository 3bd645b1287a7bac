//! Whether two strategic merge patches want different things.

use super::{Map, PATCH, RETAIN_KEYS, Shape, lists};
use crate::patch::Error;
use crate::{Value, gotext};

/// Whether applying both patches gives different results in different orders.
pub(in crate::patch) fn maps_conflict(
    left: &Map,
    right: &Map,
    shape: Shape,
) -> Result<bool, Error> {
    if left.get(PATCH) != right.get(PATCH) {
        return Ok(true);
    }
    for (key, left) in left
        .iter()
        .filter(|(key, _)| *key != PATCH && *key != RETAIN_KEYS)
    {
        if let Some(right) = right.get(key)
            && field_conflicts(key, left, right, shape)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn field_conflicts(key: &str, left: &Value, right: &Value, shape: Shape) -> Result<bool, Error> {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let (shape, strategy) = shape.field(key)?;
            if strategy.replace {
                return Ok(left.get(PATCH) != right.get(PATCH));
            }
            maps_conflict(left, right, shape)
        }
        (Value::Array(left), Value::Array(right)) => {
            let field = key.split_once('/').map_or(key, |(_, field)| field);
            let (element, strategy) = shape.list(field)?;
            if strategy.merge {
                return elements_conflict(left, right, element, strategy.key);
            }
            Ok(left != right)
        }
        (left, right) => Ok(left != right),
    }
}

fn elements_conflict(
    left: &[Value],
    right: &[Value],
    element: Shape,
    key: &str,
) -> Result<bool, Error> {
    for item in left {
        let Value::Object(left) = item else {
            return Ok(false);
        };
        let id = gotext::display(lists::identity(item, key)?);
        for other in right {
            let same = gotext::display(lists::identity(other, key)?) == id;
            if same && maps_conflict(left, lists::as_map(other)?, element)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
