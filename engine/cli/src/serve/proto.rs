//! Requests in protobuf, which generated Go clients prefer to send: read into the JSON that the API server understands.
//! Answers are never protobuf; clients that accept nothing else get 406.
//!
//! Kubernetes puts four bytes of magic and an envelope around a message. What the fields are called and which type they
//! have is in `messages.txt`, a message a line: `1name:s` is a string, `2[ports:…]` a list, `3{labels:s}` a map with
//! string keys, and `4~source:…` a message whose fields belong to the one around it. Types are `s`tring, `b`ytes,
//! `i`nteger, `u`nsigned, `t`ruth and other messages.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use apimachinery::{MicroTime, Time};
use base64::Engine as _;
use serde_json::{Map, Value};

/// What the media type is called.
pub(super) const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";
const MAGIC: &[u8] = b"k8s\0";
const MESSAGES: &str = include_str!("messages.txt");
/// How deep messages may lie in each other.
const DEPTH: usize = 40;

struct Field {
    shape: Shape,
    name: &'static str,
    of: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    List,
    Map,
    Inline,
}

type Fields = BTreeMap<u64, Field>;

fn messages() -> &'static BTreeMap<&'static str, Fields> {
    static TABLE: OnceLock<BTreeMap<&'static str, Fields>> = OnceLock::new();
    TABLE.get_or_init(|| MESSAGES.lines().filter_map(message).collect())
}

fn message(line: &'static str) -> Option<(&'static str, Fields)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    Some((name, words.filter_map(field).collect()))
}

fn field(word: &'static str) -> Option<(u64, Field)> {
    let end = word.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = word.split_at(end);
    let (shape, rest) = match rest.as_bytes().first()? {
        b'[' => (Shape::List, rest.get(1..)?),
        b'{' => (Shape::Map, rest.get(1..)?),
        b'~' => (Shape::Inline, rest.get(1..)?),
        _ => (Shape::One, rest),
    };
    let (name, of) = rest.split_once(':')?;
    Some((number.parse().ok()?, Field { shape, name, of }))
}

/// The object in an envelope, with its `kind` and `apiVersion`.
pub(super) fn decode(bytes: &[u8]) -> Option<Value> {
    let envelope = bytes.strip_prefix(MAGIC)?;
    let (mut kind, mut version, mut raw) = (String::new(), String::new(), &[][..]);
    let mut reader = Reader(envelope);
    while let Some((number, wire)) = reader.next()? {
        match (number, wire) {
            (1, Wire::Bytes(meta)) => {
                let mut meta = Reader(meta);
                while let Some((number, wire)) = meta.next()? {
                    match (number, wire) {
                        (1, Wire::Bytes(text)) => version = text_of(text),
                        (2, Wire::Bytes(text)) => kind = text_of(text),
                        _ => {}
                    }
                }
            }
            (2, Wire::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let name = match version.split_once('/') {
        None => format!("core/v1.{kind}"),
        Some(("meta.k8s.io", _)) => format!("meta.{kind}"),
        Some((group, version)) => {
            let package = group.split('.').next().unwrap_or(group);
            // The options of a deletion may come in any group's clothes.
            let own = format!("{package}/{version}.{kind}");
            if messages().contains_key(own.as_str()) {
                own
            } else {
                format!("meta.{kind}")
            }
        }
    };
    let name = if messages().contains_key(name.as_str()) {
        name
    } else {
        format!("meta.{kind}")
    };
    let mut value = read(raw, &name, DEPTH)?;
    value.insert("kind".into(), kind.into());
    value.insert("apiVersion".into(), version.into());
    Some(Value::Object(value))
}

fn read(bytes: &[u8], message: &str, depth: usize) -> Option<Map<String, Value>> {
    let fields = messages().get(message)?;
    let depth = depth.checked_sub(1)?;
    let mut out = Map::new();
    let mut reader = Reader(bytes);
    while let Some((number, wire)) = reader.next()? {
        // Fields of later versions are passed over, as everywhere in protobuf.
        let Some(field) = fields.get(&number) else {
            continue;
        };
        match (field.shape, wire) {
            (Shape::One, wire) => {
                let value = value(wire, field.of, depth)?;
                if !value.is_null() {
                    out.insert(field.name.to_owned(), value);
                }
            }
            (Shape::Inline, Wire::Bytes(bytes)) => out.extend(read(bytes, field.of, depth)?),
            (Shape::List, wire) => {
                let list = out
                    .entry(field.name)
                    .or_insert_with(|| Value::Array(Vec::new()))
                    .as_array_mut()?;
                match wire {
                    Wire::Bytes(bytes) if field.of == "i" => {
                        let mut packed = Reader(bytes);
                        while !packed.0.is_empty() {
                            list.push(value(Wire::Number(packed.varint()?), "i", depth)?);
                        }
                    }
                    wire => list.push(value(wire, field.of, depth)?),
                }
            }
            (Shape::Map, Wire::Bytes(bytes)) => {
                let (mut key, mut held) = (String::new(), None);
                let mut entry = Reader(bytes);
                while let Some((number, wire)) = entry.next()? {
                    match (number, wire) {
                        (1, Wire::Bytes(text)) => key = text_of(text),
                        (2, wire) => held = Some(value(wire, field.of, depth)?),
                        _ => {}
                    }
                }
                let held = held.unwrap_or_else(|| Value::from(""));
                out.entry(field.name)
                    .or_insert_with(|| Value::Object(Map::new()))
                    .as_object_mut()?
                    .insert(key, held);
            }
            (Shape::Inline | Shape::Map, _) => return None,
        }
    }
    Some(out)
}

/// A value; null for the times that Go calls zero.
fn value(wire: Wire<'_>, of: &str, depth: usize) -> Option<Value> {
    let bytes = match wire {
        Wire::Number(number) => {
            // Negative numbers are written as their two's complement.
            return Some(match of {
                "t" => (number != 0).into(),
                "u" => number.into(),
                _ => number.cast_signed().into(),
            });
        }
        Wire::Double(number) => return Some(number.into()),
        Wire::Bytes(bytes) => bytes,
    };
    Some(match of {
        "s" => text_of(bytes).into(),
        "b" => base64::engine::general_purpose::STANDARD
            .encode(bytes)
            .into(),
        "Quantity" => Value::from(part(bytes, 1).map(text_of).unwrap_or_default()),
        "meta.Time" | "meta.MicroTime" if bytes.is_empty() => Value::Null,
        "meta.Time" => Time::from_unix(number(bytes, 1)).to_string().into(),
        "meta.MicroTime" => {
            let micros = number(bytes, 1) * 1_000_000 + number(bytes, 2) / 1000;
            MicroTime::from_unix_micros(micros).to_string().into()
        }
        "meta.FieldsV1" | "RawExtension" => {
            serde_json::from_slice(part(bytes, 1).unwrap_or_default()).unwrap_or(Value::Null)
        }
        "IntOrString" if number(bytes, 1) == 0 => number(bytes, 2).into(),
        "IntOrString" => part(bytes, 3).map(text_of).unwrap_or_default().into(),
        "authentication/v1.ExtraValue"
        | "authorization/v1.ExtraValue"
        | "certificates/v1.ExtraValue" => {
            let mut items = read(bytes, of, depth)?;
            items
                .remove("items")
                .unwrap_or_else(|| Value::Array(Vec::new()))
        }
        message => Value::Object(read(bytes, message, depth)?),
    })
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn find(bytes: &[u8], wanted: u64) -> Option<Wire<'_>> {
    let mut reader = Reader(bytes);
    while let Some((number, wire)) = reader.next()? {
        if number == wanted {
            return Some(wire);
        }
    }
    None
}

fn part(bytes: &[u8], wanted: u64) -> Option<&[u8]> {
    match find(bytes, wanted)? {
        Wire::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

fn number(bytes: &[u8], wanted: u64) -> i64 {
    match find(bytes, wanted) {
        Some(Wire::Number(number)) => number.cast_signed(),
        _ => 0,
    }
}

/// A field as it is on the wire.
enum Wire<'a> {
    Number(u64),
    Double(f64),
    Bytes(&'a [u8]),
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut out = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            out |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(out);
            }
        }
        None
    }

    /// The next field; `Some(None)` at the end, `None` for what is no protobuf.
    #[expect(clippy::option_option, reason = "the end and an error are different")]
    fn next(&mut self) -> Option<Option<(u64, Wire<'a>)>> {
        if self.0.is_empty() {
            return Some(None);
        }
        let tag = self.varint()?;
        let wire = match tag & 7 {
            0 => Wire::Number(self.varint()?),
            1 => Wire::Double(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Wire::Bytes(self.take(len)?)
            }
            5 => Wire::Number(u64::from(u32::from_le_bytes(
                self.take(4)?.try_into().ok()?,
            ))),
            _ => return None,
        };
        Some(Some((tag >> 3, wire)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_in_the_table() {
        const OWN: [&str; 12] = [
            "s",
            "b",
            "i",
            "t",
            "u",
            "d",
            "Quantity",
            "IntOrString",
            "RawExtension",
            "meta.Time",
            "meta.MicroTime",
            "meta.FieldsV1",
        ];
        for (name, fields) in messages() {
            for field in fields.values().filter(|field| !OWN.contains(&field.of)) {
                assert!(
                    messages().contains_key(field.of),
                    "{name}: {} of {}",
                    field.name,
                    field.of
                );
            }
        }
    }

    #[test]
    fn reads_an_object() {
        // A config map `a` with one entry, as a Go client writes it.
        let mut bytes = MAGIC.to_vec();
        bytes.extend(b"\x0a\x0f\x0a\x02v1\x12\x09ConfigMap\x12\x0d\x0a\x03\x0a\x01a\x12\x06\x0a\x01k\x12\x01v");
        let expected = serde_json::json!({
            "kind": "ConfigMap", "apiVersion": "v1", "metadata": { "name": "a" }, "data": { "k": "v" },
        });
        assert_eq!(decode(&bytes), Some(expected));
        assert_eq!(decode(b"k8s"), None);
        assert_eq!(decode(b"k8s\0\x0a\x7f"), None);
    }
}
