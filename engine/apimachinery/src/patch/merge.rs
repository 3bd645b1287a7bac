//! JSON merge patch (RFC 7386): objects merge, `null` deletes, everything else replaces.

use crate::Value;

type Map = serde_json::Map<String, Value>;

/// The document with the patch applied.
pub fn apply(document: Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else {
        return patch.clone();
    };
    let mut map = match document {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            let old = map.remove(key).unwrap_or(Value::Null);
            map.insert(key.clone(), apply(old, value));
        }
    }
    Value::Object(map)
}

/// The patch that makes `modified` out of `original`.
pub fn create(original: &Map, modified: &Map) -> Map {
    let mut patch = Map::new();
    for (key, new) in modified {
        match (original.get(key), new) {
            (Some(old), new) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new)) => {
                patch.insert(key.clone(), Value::Object(create(old, new)));
            }
            _ => {
                patch.insert(key.clone(), new.clone());
            }
        }
    }
    for key in original.keys().filter(|key| !modified.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    patch
}
