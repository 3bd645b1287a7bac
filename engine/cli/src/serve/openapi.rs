//! `/openapi/v2` in protobuf, the only form in which Go clients ask for it (`kubectl explain --output plaintext-openapiv2`,
//! and kubectl's question whether a kind takes `fieldValidation`). The messages are those of `gnostic`'s `openapi.v2`.
//!
//! Written is what our documents hold; what JSON can say beyond that (security, headers, examples) is left out.

use serde_json::{Map, Value};

/// What the media type is called.
pub(super) const MEDIA_TYPE: &str = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

/// What it is called in answers: by the rules the other is no media type.
pub(super) const ANSWERED: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// Whether a client that accepts this wants protobuf first.
pub(super) fn is_wanted(accept: &str) -> bool {
    accept.trim_start().starts_with(MEDIA_TYPE)
}

/// A document as a message.
pub(super) fn encode(document: &Value) -> Vec<u8> {
    let mut out = Message::default();
    out.text(1, &document["swagger"]);
    out.message(2, |info| {
        info.text(1, &document["info"]["title"]);
        info.text(2, &document["info"]["version"]);
    });
    out.message(8, |paths| {
        for (path, item) in entries(&document["paths"]) {
            paths.named(2, path, |out| path_item(out, item));
        }
    });
    out.message(9, |definitions| {
        for (name, value) in entries(&document["definitions"]) {
            definitions.named(1, name, |out| schema(out, value));
        }
    });
    out.0
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn path_item(out: &mut Message, item: &Value) {
    for (number, method) in [
        (2, "get"),
        (3, "put"),
        (4, "post"),
        (5, "delete"),
        (8, "patch"),
    ] {
        if let Some(described) = item[method].as_object() {
            out.message(number, |out| operation(out, described));
        }
    }
}

fn operation(out: &mut Message, operation: &Map<String, Value>) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        // An item is a parameter, that is none of the body, that is one of the query.
        out.message(8, |item| {
            item.message(1, |parameter_of| {
                parameter_of.message(2, |other| {
                    other.message(3, |query| {
                        query.text(2, &parameter["in"]);
                        query.text(4, &parameter["name"]);
                        query.text(6, &parameter["type"]);
                    });
                });
            });
        });
    }
    out.message(9, |responses| {
        responses.named(1, "200", |value| {
            value.message(1, |response| response.string(1, "OK"));
        });
    });
    extensions(out, 13, operation);
}

fn extensions(out: &mut Message, number: u32, object: &Map<String, Value>) {
    for (name, value) in object.iter().filter(|(name, _)| name.starts_with("x-")) {
        out.named(number, name, |out| any(out, value));
    }
}

/// Any value, as YAML; JSON is some.
fn any(out: &mut Message, value: &Value) {
    out.string(2, &value.to_string());
}

fn schema(out: &mut Message, value: &Value) {
    let Some(object) = value.as_object() else {
        return;
    };
    for (key, value) in object {
        match (key.as_str(), value) {
            ("$ref", _) => out.text(1, value),
            ("format", _) => out.text(2, value),
            ("title", _) => out.text(3, value),
            ("description", _) => out.text(4, value),
            ("default", _) => out.message(5, |out| any(out, value)),
            ("multipleOf", _) => out.double(6, value),
            ("maximum", _) => out.double(7, value),
            ("exclusiveMaximum", _) => out.truth(8, value),
            ("minimum", _) => out.double(9, value),
            ("exclusiveMinimum", _) => out.truth(10, value),
            ("maxLength", _) => out.integer(11, value),
            ("minLength", _) => out.integer(12, value),
            ("pattern", _) => out.text(13, value),
            ("maxItems", _) => out.integer(14, value),
            ("minItems", _) => out.integer(15, value),
            ("uniqueItems", _) => out.truth(16, value),
            ("maxProperties", _) => out.integer(17, value),
            ("minProperties", _) => out.integer(18, value),
            ("required", Value::Array(names)) => names.iter().for_each(|name| out.text(19, name)),
            ("enum", Value::Array(values)) => {
                for value in values {
                    out.message(20, |out| any(out, value));
                }
            }
            ("additionalProperties", Value::Bool(_)) => {
                out.message(21, |out| out.truth(2, value));
            }
            ("additionalProperties", _) => {
                out.message(21, |out| out.message(1, |out| schema(out, value)));
            }
            ("type", _) => out.message(22, |out| out.text(1, value)),
            ("items", _) => out.message(23, |out| out.message(1, |out| schema(out, value))),
            ("allOf", Value::Array(parts)) => {
                for part in parts {
                    out.message(24, |out| schema(out, part));
                }
            }
            ("properties", _) => out.message(25, |out| {
                for (name, value) in entries(value) {
                    out.named(1, name, |out| schema(out, value));
                }
            }),
            _ => {}
        }
    }
    extensions(out, 31, object);
}

/// A message that is being written.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    fn tag(&mut self, number: u32, wire: u32) {
        self.varint(u64::from(number << 3 | wire));
    }

    fn bytes(&mut self, number: u32, bytes: &[u8]) {
        self.tag(number, 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    fn string(&mut self, number: u32, text: &str) {
        self.bytes(number, text.as_bytes());
    }

    fn text(&mut self, number: u32, value: &Value) {
        if let Some(text) = value.as_str() {
            self.string(number, text);
        }
    }

    fn integer(&mut self, number: u32, value: &Value) {
        if let Some(value) = value.as_u64() {
            self.tag(number, 0);
            self.varint(value);
        }
    }

    fn truth(&mut self, number: u32, value: &Value) {
        if let Some(value) = value.as_bool() {
            self.tag(number, 0);
            self.varint(value.into());
        }
    }

    fn double(&mut self, number: u32, value: &Value) {
        if let Some(value) = value.as_f64() {
            self.tag(number, 1);
            self.0.extend(value.to_le_bytes());
        }
    }

    fn message(&mut self, number: u32, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.bytes(number, &inner.0);
    }

    /// A pair of a name and a message.
    fn named(&mut self, number: u32, name: &str, write: impl FnOnce(&mut Self)) {
        self.message(number, |pair| {
            pair.string(1, name);
            pair.message(2, write);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_messages() {
        let value = serde_json::json!({
            "swagger": "2.0",
            "info": { "title": "K", "version": "v" },
            "definitions": { "a": { "type": "object", "x-b": 300 } },
        });
        let start = b"\x0a\x032.0\x12\x06\x0a\x01K\x12\x01v\x42\x00\x4a";
        let end = b"\x0a\x06object\xfa\x01\x0c\x0a\x03x-b\x12\x05\x12\x03300";
        let got = encode(&value);
        assert!(got.starts_with(start) && got.ends_with(end), "{got:?}");
    }
}
