//! `--sort-by`: orders objects and table rows by a field.

use apimachinery::{Quantity, sort};
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
    let order = order(items.iter(), &relaxed(field)?, OBJECTS)?;
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
    let order = match order(rows.iter().map(|row| j::at(row, &["object"])), &field, ROWS) {
        Ok(order) => order,
        Err(Error::Message(text)) if JsonPath::parse(&field).is_err() => {
            return Err(fail!("sorting error: {text}"));
        }
        Err(error) => return Err(error),
    };
    reorder(rows, &order);
    Ok(())
}

/// Where upstream gives up on what has no order, and what it calls it.
type What = (&'static str, &'static str);
/// Objects as they are.
pub const OBJECTS: What = ("sorter.go:329", "*unstructured.Unstructured");
/// Rows of a table.
const ROWS: What = ("sorter.go:375", "[][][]reflect.Value");

/// The places of `objects` in sorted order.
pub fn order<'a>(
    objects: impl Iterator<Item = &'a Value>,
    field: &str,
    (place, what): What,
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
    let unsortable = |kind| {
        let text = format!(
            "Field {field} in {what} is an unsortable type: interface, err: unsortable type: {kind}"
        );
        Error::Fatal(place, text)
    };
    arrange(&mut keys, |a, b| match (a, b) {
        (None, _) => Ok(true),
        (_, None) => Ok(false),
        (Some(a), Some(b)) => less(a, b).map_err(unsortable),
    })?;
    Ok(keys.into_iter().map(|(i, _)| i).collect())
}

fn reorder(items: &mut Vec<Value>, order: &[usize]) {
    let mut old: Vec<Value> = std::mem::take(items);
    *items = order.iter().map(|i| old[*i].take()).collect();
}

/// How many are sorted by insertion upstream, which shows where the order is not a total one.
const FEW: usize = 12;

/// Sorts, by insertion if there are few: objects without the field count as less than each other, so that they turn round.
fn arrange<K, E>(
    keys: &mut Vec<(usize, K)>,
    less: impl Fn(&K, &K) -> Result<bool, E>,
) -> Result<(), E> {
    if keys.len() <= FEW {
        for i in 1..keys.len() {
            let mut at = i;
            while at > 0 && less(&keys[at].1, &keys[at - 1].1)? {
                keys.swap(at, at - 1);
                at -= 1;
            }
        }
        return Ok(());
    }
    let mut failed = None;
    let mut sure = |a: &K, b: &K| {
        less(a, b).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            false
        })
    };
    let order = sort::order(keys.len(), &mut |a, b| {
        let (a, b) = (&keys[a].1, &keys[b].1);
        sure(a, b) && !sure(b, a)
    });
    let mut sorted: Vec<Option<(usize, K)>> = std::mem::take(keys).into_iter().map(Some).collect();
    keys.extend(order.into_iter().filter_map(|place| sorted[place].take()));
    failed.map_or(Ok(()), Err)
}

/// Numbers by value, texts as quantities where both are, else by letter. The error is the type that has no order.
fn less(a: &Value, b: &Value) -> Result<bool, &'static str> {
    Ok(match (a, b) {
        (Value::Null, b) => !b.is_null(),
        (_, Value::Null) => false,
        (Value::String(a), Value::String(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Ok(qa), Ok(qb)) => qa.nanos() < qb.nanos(),
            _ => a < b,
        },
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a < b,
            _ => a.as_f64() < b.as_f64(),
        },
        (Value::Object(_), _) => return Err("map[string]interface {}"),
        (Value::Array(_), _) => return Err("[]interface {}"),
        (Value::Bool(_), _) => return Err("bool"),
        _ => false,
    })
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

    #[test]
    fn texts_that_are_quantities_and_others_have_no_order_among_three() {
        let items: Vec<Value> = (0..500)
            .map(|i| match i % 4 {
                0 => json!({"q": format!("{i}k")}),
                1 => json!({"q": format!("{i}z")}),
                2 => json!({"q": i}),
                _ => json!({"q": i.to_string()}),
            })
            .collect();
        let mut list = json!({ "items": items });
        sort_list(&mut list, "q").map_err(|e| e.text()).unwrap();
        assert_eq!(j::list(&list, &["items"]).len(), 500);
    }
}
