//! JSON merge patches (RFC 7386): the difference of two objects.

use serde_json::{Map, Value};

/// The patch that makes `new` of `old`.
pub fn diff(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else {
        return new.clone();
    };
    let mut patch = Map::new();
    for (key, value) in new {
        match old.get(key) {
            Some(known) if known == value => {}
            Some(known) if known.is_object() && value.is_object() => {
                patch.insert(key.clone(), diff(known, value));
            }
            _ => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// Applies a merge patch.
pub fn apply(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(map) = target.as_object_mut() else {
        return;
    };
    for (key, value) in changes {
        if value.is_null() {
            map.remove(key);
        } else {
            apply(map.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn there_and_back() {
        let old = json!({"a": 1, "b": {"c": 1, "d": 2}, "e": [1], "x": "gone"});
        let new = json!({"a": 1, "b": {"c": 2, "d": 2}, "e": [1, 2], "f": {"g": 1}});
        let patch = diff(&old, &new);
        assert_eq!(
            patch,
            json!({"b": {"c": 2}, "e": [1, 2], "f": {"g": 1}, "x": null})
        );
        let mut target = old;
        apply(&mut target, &patch);
        assert_eq!(target, new);
    }
}
