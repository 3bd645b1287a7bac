//! `--sort-by`: orders objects and table rows by a field.

use std::cmp::Ordering;

use apimachinery::Quantity;
use serde_json::Value;

use crate::error::Error;
use crate::fail;
use crate::util::go;
use crate::util::json as j;
use crate::util::jsonpath::{JsonPath, relaxed};

/// Sorts the items of a list.
pub fn sort_list(list: &mut Value, field: &str) -> Result<(), Error> {
    let Some(items) = list.get_mut("items").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    if items.is_empty() {
        return Ok(());
    }
    let order = order(items.iter(), &relaxed(field)?)?;
    reorder(items, &order);
    Ok(())
}

/// Sorts the rows of a table by a field of their objects.
pub fn sort_table(table: &mut Value, field: &str) -> Result<(), Error> {
    let field = relaxed(field).unwrap_or_else(|_| field.to_owned());
    let Some(rows) = table.get_mut("rows").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    if rows.is_empty() {
        return Ok(());
    }
    let order = match order(rows.iter().map(|row| j::at(row, &["object"])), &field) {
        Ok(order) => order,
        Err(Error::Message(text)) if JsonPath::parse(&field).is_err() => {
            return Err(fail!("sorting error: {text}"));
        }
        Err(error) => return Err(error),
    };
    reorder(rows, &order);
    Ok(())
}

/// The places of `objects` in sorted order.
pub fn order<'a>(
    objects: impl Iterator<Item = &'a Value>,
    field: &str,
) -> Result<Vec<usize>, Error> {
    let path = JsonPath::parse(field)?.allow_missing(true);
    let mut keys: Vec<(usize, Option<Value>)> = Vec::new();
    for (i, object) in objects.enumerate() {
        let results = path.find(object)?;
        let key = results
            .into_iter()
            .next()
            .and_then(|values| values.into_iter().next());
        keys.push((i, key.map(std::borrow::Cow::into_owned)));
    }
    if !keys.is_empty() && keys.iter().all(|(_, key)| key.is_none()) {
        return Err(fail!(
            "couldn't find any field with path {} in the list of objects",
            go::quote(field)
        ));
    }
    if let Some((_, Some(key))) = keys
        .iter()
        .find(|(_, key)| matches!(key, Some(Value::Object(_) | Value::Bool(_))))
    {
        let kind = if key.is_object() {
            "map[string]interface {}"
        } else {
            "bool"
        };
        return Err(fail!(
            "Field {field} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: {kind}"
        ));
    }
    keys.sort_by(|(_, a), (_, b)| match (a, b) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Less,
        (_, None) => Ordering::Greater,
        (Some(a), Some(b)) => compare(a, b),
    });
    Ok(keys.into_iter().map(|(i, _)| i).collect())
}

fn reorder(items: &mut Vec<Value>, order: &[usize]) {
    let mut old: Vec<Value> = std::mem::take(items);
    *items = order.iter().map(|i| old[*i].take()).collect();
}

/// Numbers by value, texts as quantities where both are, else by letter.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::String(a), Value::String(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Ok(qa), Ok(qb)) => qa.nanos().cmp(&qb.nanos()),
            _ => a.cmp(b),
        },
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a
                .as_f64()
                .partial_cmp(&b.as_f64())
                .unwrap_or(Ordering::Equal),
        },
        (Value::Array(a), Value::Array(b)) => a
            .iter()
            .zip(b)
            .map(|(a, b)| compare(a, b))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(field: &str) -> Result<String, String> {
        let mut list = json!({"items": [
            {"metadata": {"name": "b"}, "n": 10, "q": "1Gi"},
            {"metadata": {"name": "a"}, "n": 9, "q": "500Mi"},
            {"metadata": {"name": "c"}, "q": "2Gi"},
        ]});
        sort_list(&mut list, field).map_err(|e| e.text())?;
        Ok(j::list(&list, &["items"]).iter().map(j::name).collect())
    }

    #[test]
    fn sorts() {
        assert_eq!(names(".metadata.name").unwrap(), "abc");
        assert_eq!(names("n").unwrap(), "cab");
        assert_eq!(names("{.q}").unwrap(), "abc");
        assert_eq!(
            names(".x").unwrap_err(),
            "couldn't find any field with path \"{.x}\" in the list of objects"
        );
    }
}
