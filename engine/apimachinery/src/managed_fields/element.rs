//! One step of a path into an object, and its text forms.

use std::cmp::Ordering;
use std::fmt;

use ecow::eco_format;

use crate::gotext::quote;
use crate::{Digest, Str, Value, codec, gotext};

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum PathElement {
    /// A field of an object: `.spec`, stored as `f:spec`.
    Field(Str),
    /// An element of a list by its keys (sorted by name): `[name="web"]`, stored as `k:{"name":"web"}`.
    Key(Vec<(Str, Value)>),
    /// An element of a set: `[="a"]`, stored as `v:"a"`.
    Value(Value),
    /// An element of a list by its place: `[0]`, stored as `i:0`.
    Index(i64),
}

impl PathElement {
    /// The form in managed fields.
    pub fn serialize(&self) -> String {
        match self {
            Self::Field(name) => ["f:", name].concat(),
            Self::Key(keys) => {
                let mut json = codec::json::Writer::compact();
                json.raw("k:");
                json.begin('{');
                for (name, value) in keys {
                    json.key(name);
                    json.value(value);
                }
                json.end('}');
                json.finish()
            }
            Self::Value(value) => {
                let mut json = codec::json::Writer::compact();
                json.raw("v:");
                json.value(value);
                json.finish()
            }
            Self::Index(index) => format!("i:{index}"),
        }
    }

    /// Adds it to a digest: the same as its text, but without making one.
    pub(super) fn digest(&self, digest: &mut Digest) {
        match self {
            Self::Field(name) => {
                digest.add(1);
                digest.add_text(name);
            }
            Self::Key(keys) => {
                digest.add(2 + ((keys.len() as u64) << 8));
                for (name, value) in keys {
                    digest.add_text(name);
                    digest_value(value, digest);
                }
            }
            Self::Value(value) => {
                digest.add(3);
                digest_value(value, digest);
            }
            Self::Index(index) => {
                digest.add(4);
                digest.add(index.cast_unsigned());
            }
        }
    }

    /// Reads the form in managed fields.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "f" => Some(Self::Field(rest.into())),
            "v" => codec::json::parse(rest).ok().map(Self::Value),
            "i" => rest.parse().ok().map(Self::Index),
            "k" => match codec::json::parse(rest).ok()? {
                Value::Object(map) => Some(Self::Key(
                    map.into_iter().map(|(k, v)| (k.into(), v)).collect(),
                )),
                _ => None,
            },
            _ => None,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Field(_) => 0,
            Self::Key(_) => 1,
            Self::Value(_) => 2,
            Self::Index(_) => 3,
        }
    }
}

fn digest_value(value: &Value, digest: &mut Digest) {
    match value {
        Value::String(text) => {
            digest.add(1);
            digest.add_text(text);
        }
        other => {
            digest.add(2);
            digest.add_text(&codec::compact_json(other));
        }
    }
}

impl Eq for PathElement {}

impl PartialOrd for PathElement {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PathElement {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Field(a), Self::Field(b)) => a.cmp(b),
            (Self::Key(a), Self::Key(b)) => {
                for ((a_name, a_value), (b_name, b_value)) in a.iter().zip(b) {
                    let order = a_name.cmp(b_name).then_with(|| compare(a_value, b_value));
                    if order.is_ne() {
                        return order;
                    }
                }
                a.len().cmp(&b.len())
            }
            (Self::Value(a), Self::Value(b)) => compare(a, b),
            (Self::Index(a), Self::Index(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// An order of scalars: numbers, strings, booleans, the rest.
fn compare(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Bool(_) => 2,
        Value::Array(_) => 3,
        Value::Object(_) => 4,
        Value::Null => 5,
    };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a
                .as_f64()
                .unwrap_or_default()
                .total_cmp(&b.as_f64().unwrap_or_default()),
        },
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) => rank(a)
            .cmp(&rank(b))
            .then_with(|| codec::compact_json(a).cmp(&codec::compact_json(b))),
    }
}

fn show(value: &Value) -> Str {
    match value {
        Value::String(text) => quote(text),
        Value::Null => "null".into(),
        Value::Array(items) => {
            let items: Vec<Str> = items.iter().map(show).collect();
            eco_format!("[{}]", items.join(","))
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| eco_format!("{key}={}", show(value)))
            .collect::<Vec<_>>()
            .concat()
            .into(),
        other => gotext::display(other),
    }
}

impl fmt::Display for PathElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Key(keys) => {
                let keys: Vec<Str> = keys
                    .iter()
                    .map(|(name, value)| eco_format!("{name}={}", show(value)))
                    .collect();
                write!(f, "[{}]", keys.join(","))
            }
            Self::Value(value) => write!(f, "[={}]", show(value)),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}
