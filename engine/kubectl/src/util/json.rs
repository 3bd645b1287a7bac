//! JSON values: texts as Go writes them, and short ways to look into objects.

use serde_json::{Map, Value};

pub use apimachinery::codec::json::{
    compact as compact_escaped, is_read_by_people, pretty as pretty_escaped, wire, wire_indented,
};

/// The value at a path of keys; `Null` where there is none.
pub fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    let mut value = value;
    for key in path {
        match value.get(key) {
            Some(inner) => value = inner,
            None => return &Value::Null,
        }
    }
    value
}

/// The text at a path; empty where there is none.
pub fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    at(value, path).as_str().unwrap_or_default()
}

/// The number at a path; zero where there is none.
pub fn int(value: &Value, path: &[&str]) -> i64 {
    at(value, path).as_i64().unwrap_or_default()
}

/// The array at a path; empty where there is none.
pub fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path).as_array().map_or(&[], Vec::as_slice)
}

/// Text entries of the object at a path, sorted.
pub fn entries<'a>(value: &'a Value, path: &[&str]) -> Vec<(&'a str, &'a str)> {
    let map = at(value, path).as_object();
    map.into_iter()
        .flatten()
        .map(|(k, v)| (k.as_str(), v.as_str().unwrap_or_default()))
        .collect()
}

/// The object at a path, made where there is none (anything else in the way is replaced).
pub fn object_mut<'a>(value: &'a mut Value, path: &[&str]) -> &'a mut Map<String, Value> {
    let mut value = value;
    for key in path {
        if !value.is_object() {
            *value = Value::Object(Map::new());
        }
        let Some(map) = value.as_object_mut() else {
            unreachable!("made an object above")
        };
        value = map.entry((*key).to_owned()).or_insert(Value::Null);
    }
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value.as_object_mut() {
        Some(map) => map,
        None => unreachable!("made an object above"),
    }
}

/// Sets the value at a path, making objects on the way.
pub fn set(value: &mut Value, path: &[&str], new: impl Into<Value>) {
    if let Some((last, parents)) = path.split_last() {
        object_mut(value, parents).insert((*last).to_owned(), new.into());
    }
}

/// Removes the value at a path.
pub fn remove(value: &mut Value, path: &[&str]) -> Option<Value> {
    let (last, parents) = path.split_last()?;
    let mut value = value;
    for key in parents {
        value = value.get_mut(*key)?;
    }
    value.as_object_mut()?.remove(*last)
}

/// `name` of a part of an object, such as a container.
pub fn name_of(part: &Value) -> &str {
    text(part, &["name"])
}

/// Name of an object.
pub fn name(object: &Value) -> &str {
    text(object, &["metadata", "name"])
}

/// Namespace of an object.
pub fn namespace(object: &Value) -> &str {
    text(object, &["metadata", "namespace"])
}

/// Kind of an object.
pub fn kind(object: &Value) -> &str {
    text(object, &["kind"])
}

/// API group of an object; empty for the core group.
pub fn group(object: &Value) -> &str {
    text(object, &["apiVersion"])
        .split_once('/')
        .map_or("", |(group, _)| group)
}

/// Whether an object is a list of others.
pub fn is_list(object: &Value) -> bool {
    object.get("items").is_some_and(Value::is_array)
}
