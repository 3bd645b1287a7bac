//! The hash that `--append-hash` puts behind a name: SHA-256 of the object's data, in letters that spell no words.

use serde_json::{Map, Value, json};

use crate::util::json as j;

/// The hash of a config map.
pub(crate) fn config_map(object: &Value) -> String {
    let mut parts = Map::new();
    parts.insert("kind".to_owned(), "ConfigMap".into());
    parts.insert("name".to_owned(), j::name(object).into());
    parts.insert(
        "data".to_owned(),
        j::at(object, &["data"])
            .as_object()
            .map_or(json!({}), |m| json!(m)),
    );
    if let Some(binary) = j::at(object, &["binaryData"])
        .as_object()
        .filter(|m| !m.is_empty())
    {
        parts.insert("binaryData".to_owned(), json!(binary));
    }
    encode(&Value::Object(parts))
}

/// The hash of a secret.
pub(crate) fn secret(object: &Value) -> String {
    let parts = json!({
        "kind": "Secret",
        "type": j::text(object, &["type"]),
        "name": j::name(object),
        "data": j::at(object, &["data"]).as_object().map_or(json!({}), |m| json!(m)),
    });
    encode(&parts)
}

fn encode(parts: &Value) -> String {
    let hex = apimachinery::sha256::hex(j::compact_escaped(parts).as_bytes());
    let letter = |c: char| match c {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        c => c,
    };
    hex.chars().take(10).map(letter).collect()
}
