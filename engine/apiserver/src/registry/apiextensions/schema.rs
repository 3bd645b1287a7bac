//! What a schema does to an object before it is looked at: fields that it does not know are taken out, and defaults put in.

use api::apiextensions::v1::JSONSchemaProps;
use apimachinery::Value;

/// Takes out unknown fields, and names them.
pub(super) fn prune(
    schema: &JSONSchemaProps,
    value: &mut Value,
    path: &str,
    unknown: &mut Vec<String>,
) {
    match value {
        Value::Object(map) => {
            let more = schema.additional_properties.as_ref();
            let keeps = schema.x_preserve_unknown_fields == Some(true)
                || more.is_some_and(|more| more.allows);
            let own = |key: &str| {
                (schema.x_embedded_resource || path.is_empty())
                    && matches!(key, "apiVersion" | "kind" | "metadata")
            };
            map.retain(|key, _| {
                let known = own(key) || keeps || schema.properties.contains_key(key.as_str());
                if !known {
                    unknown.push(joined(path, key));
                }
                known
            });
            for (key, value) in map.iter_mut() {
                if own(key) {
                    continue;
                }
                let inner = schema.properties.get(key.as_str());
                if let Some(inner) = inner.or_else(|| more.and_then(|more| more.schema.as_deref()))
                {
                    prune(inner, value, &joined(path, key), unknown);
                }
            }
        }
        Value::Array(items) => {
            if let Some(inner) = schema
                .items
                .as_ref()
                .and_then(|items| items.schema.as_ref())
            {
                for (i, item) in items.iter_mut().enumerate() {
                    prune(inner, item, &format!("{path}[{i}]"), unknown);
                }
            }
        }
        _ => {}
    }
}

pub(super) fn joined(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Puts in what is left out and has a default.
pub(super) fn default(schema: &JSONSchemaProps, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in &schema.properties {
                let Some(default) = &inner.default_ else {
                    continue;
                };
                // A null where none may be counts as left out.
                let absent = match map.get(key.as_str()) {
                    None => true,
                    Some(value) => value.is_null() && !inner.nullable,
                };
                if absent {
                    map.insert(key.to_string(), default.to_value());
                }
            }
            let more = schema
                .additional_properties
                .as_ref()
                .and_then(|more| more.schema.as_ref());
            for (key, value) in map.iter_mut() {
                let inner = schema.properties.get(key.as_str());
                if let Some(inner) = inner.or_else(|| more.map(|more| &**more)) {
                    self::default(inner, value);
                }
            }
        }
        Value::Array(items) => {
            if let Some(inner) = schema
                .items
                .as_ref()
                .and_then(|items| items.schema.as_ref())
            {
                items.iter_mut().for_each(|item| self::default(inner, item));
            }
        }
        _ => {}
    }
}
