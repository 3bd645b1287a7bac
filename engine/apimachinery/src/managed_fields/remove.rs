//! Removing fields from an object.

use super::shape::{Atom, Relation, Type};
use super::{PathElement, Set};
use crate::Value;

/// The value without the fields of a set; what becomes empty becomes `null`.
pub(super) fn remove(value: &Value, fields: &Set, ty: Type<'_>) -> Value {
    match (ty.atom_of(Some(value)), value) {
        (Atom::Map(map), Value::Object(entries)) if !map.atomic => {
            let mut kept = serde_json::Map::new();
            for (key, value) in entries {
                let element = PathElement::Field(key.as_str().into());
                if fields.has_member(&element) {
                    continue;
                }
                let value = match fields.child(&element) {
                    Some(inner) => remove(value, inner, map.field(key).unwrap_or(Type::Deduced)),
                    None => value.clone(),
                };
                kept.insert(key.clone(), value);
            }
            if kept.is_empty() {
                Value::Null
            } else {
                Value::Object(kept)
            }
        }
        (Atom::List(list), Value::Array(items)) if list.relation != Relation::Atomic => {
            let mut kept = Vec::with_capacity(items.len());
            for item in items {
                let Ok(element) = list.element_path(item) else {
                    kept.push(item.clone());
                    continue;
                };
                if fields.has_member(&element) {
                    continue;
                }
                kept.push(match fields.child(&element) {
                    Some(inner) => remove(item, inner, list.element),
                    None => item.clone(),
                });
            }
            if kept.is_empty() {
                Value::Null
            } else {
                Value::Array(kept)
            }
        }
        (Atom::Scalar(_), value) => value.clone(),
        _ => Value::Null,
    }
}
