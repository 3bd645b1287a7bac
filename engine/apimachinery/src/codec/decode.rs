//! Decoding: values to API structs, with the error texts of `sigs.k8s.io/json`.
//!
//! Go keeps the first type error, goes on, and reports it at the end; unknown fields are an extra list that only a strict
//! caller looks at. Field names are case-sensitive.

use std::fmt;

use ecow::eco_format;

use crate::gotext::quote;
use crate::reflect::{FieldSchema, Reflect, Slot, StructSchema, Ty};
use crate::{Str, Value, types::intern};

/// How deep a value may nest (Go's limit is 10,000; no API object comes near).
pub const MAX_DEPTH: usize = 256;
/// How many unknown fields are listed at most.
const MAX_STRICT: usize = 100;

/// Why a value could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(pub Str);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

/// What a strict decode complained about although the object could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StrictError(pub Vec<Str>);

impl fmt::Display for StrictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict decoding error: ")?;
        f.write_str(&self.0.join(", "))
    }
}

/// Reads a struct; unknown fields are ignored.
///
/// # Errors
/// Go's text for the first value of a wrong type.
pub fn from_value<T: Reflect + Default>(value: &Value) -> Result<T, DecodeError> {
    from_value_strict(value).map(|(decoded, _)| decoded)
}

/// Reads a struct and lists its unknown fields (`unknown field "spec.containers[0].imag"`).
///
/// # Errors
/// Go's text for the first value of a wrong type.
pub fn from_value_strict<T: Reflect + Default>(
    value: &Value,
) -> Result<(T, StrictError), DecodeError> {
    let mut decoded = T::default();
    let strict = decode_into(&mut decoded, value)?;
    Ok((decoded, strict))
}

/// Reads into a struct, as [`from_value_strict`].
///
/// # Errors
/// Go's text for the first value of a wrong type.
pub fn decode_into(target: &mut dyn Reflect, value: &Value) -> Result<StrictError, DecodeError> {
    run(Decoder::default(), target, value)
}

/// Reads into a struct with the error texts of upstream's converter from untyped objects, which a strategic merge patch
/// goes through (`unrecognized type: int32`).
///
/// # Errors
/// The converter's text for the first value of a wrong type.
pub fn convert_into(target: &mut dyn Reflect, value: &Value) -> Result<StrictError, DecodeError> {
    run(
        Decoder {
            converting: true,
            ..Decoder::default()
        },
        target,
        value,
    )
}

fn run(
    mut decoder: Decoder,
    target: &mut dyn Reflect,
    value: &Value,
) -> Result<StrictError, DecodeError> {
    decoder.read_struct(target, value, true);
    match decoder.error {
        Some(error) => Err(DecodeError(error)),
        None => Ok(StrictError(decoder.strict)),
    }
}

/// What Go calls a JSON value in its errors.
fn describe(value: &Value) -> Str {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Array(_) => "array".into(),
        Value::Object(_) => "object".into(),
    }
}

/// The error of a value that its type does not take, outside of any struct.
pub(crate) fn wrong_value(value: &Value, go_type: &str) -> Str {
    let what = if go_type == "int32" && value.is_number() {
        number_text(value)
    } else {
        describe(value)
    };
    eco_format!("json: cannot unmarshal {what} into Go value of type {go_type}")
}

#[derive(Default)]
struct Decoder {
    /// Whether errors are told as the converter of untyped objects tells them.
    converting: bool,
    error: Option<Str>,
    strict: Vec<Str>,
    /// The struct whose field is being read, and the names of the fields on the way.
    owner: Option<&'static StructSchema>,
    names: Vec<&'static str>,
    /// The same way with indices and map keys, as strict errors print it.
    path: Vec<Segment>,
    depth: usize,
}

enum Segment {
    Name(Str),
    Index(usize),
}

impl Decoder {
    fn fail(&mut self, value: &Value, what: &str, ty: &Ty, go_type: &str) {
        if self.error.is_some() {
            return;
        }
        if self.converting {
            self.error = Some(conversion_error(value, ty, go_type));
            return;
        }
        self.error = Some(match self.owner {
            Some(owner) => eco_format!(
                "json: cannot unmarshal {what} into Go struct field {}.{} of type {go_type}",
                owner.name,
                self.names.join(".")
            ),
            None => eco_format!("json: cannot unmarshal {what} into Go value of type {go_type}"),
        });
    }

    fn unknown(&mut self, name: &str) {
        if self.strict.len() >= MAX_STRICT {
            return;
        }
        let mut path = String::new();
        for segment in &self.path {
            match segment {
                Segment::Name(name) if path.is_empty() => path.push_str(name),
                Segment::Name(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Segment::Index(index) => path.push_str(&eco_format!("[{index}]")),
            }
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        self.strict
            .push(eco_format!("unknown field {}", quote(&path)));
    }

    fn read_struct(&mut self, target: &mut dyn Reflect, value: &Value, with_type: bool) {
        let schema = target.schema();
        let map = match value {
            Value::Null => return,
            Value::Object(map) => map,
            other => return self.fail(other, &describe(other), &Ty::Struct(|| &EMPTY), schema.go),
        };
        if self.depth >= MAX_DEPTH {
            self.error
                .get_or_insert_with(|| "json: exceeded max depth".into());
            return;
        }
        self.depth += 1;
        let outer = self.owner;
        for (name, value) in map {
            match schema.field(name) {
                Some((index, field)) => {
                    self.owner = Some(schema);
                    self.names.push(field.json);
                    self.path.push(Segment::Name(field.json.into()));
                    self.read(target.field_mut(index), value, &field.ty, go_name(field));
                    self.path.pop();
                    self.names.pop();
                }
                None if with_type
                    && schema.kind.is_some()
                    && (name == "kind" || name == "apiVersion") => {}
                None => self.unknown(name),
            }
        }
        self.owner = outer;
        self.depth -= 1;
    }

    fn read(&mut self, target: Slot<'_>, value: &Value, ty: &'static Ty, go: &'static str) {
        let go_type = |go: &str| {
            if go.is_empty() {
                ty.target().go_name()
            } else {
                Str::from(go)
            }
        };
        match (target, value) {
            (Slot::Ptr(pointer), Value::Null) => pointer.clear(),
            (Slot::Ptr(pointer), _) => self.read(pointer.fill(), value, ty.target(), go),
            // Byte strings are plain slices in Go, so the error names the field; the others decode themselves.
            (Slot::Scalar(_), other)
                if matches!(ty.target(), Ty::Bytes) && !other.is_string() && !other.is_null() =>
            {
                self.fail(other, &describe(other), ty, "[]uint8");
            }
            (Slot::Scalar(scalar), _) => {
                if let Err(text) = scalar.read(value) {
                    self.error.get_or_insert(text);
                }
            }
            (Slot::List(list), Value::Null) => list.reset(0),
            (Slot::Map(map), Value::Null) => map.reset(0),
            (_, Value::Null) => {}
            (Slot::Bool(target), Value::Bool(value)) => *target = *value,
            (Slot::Str(target), Value::String(text)) => *target = intern(text),
            (Slot::I32(target), Value::Number(number)) => {
                match number
                    .as_i64()
                    .and_then(|number| i32::try_from(number).ok())
                {
                    Some(number) => *target = number,
                    None => self.fail(value, &number_text(value), ty, &go_type(go)),
                }
            }
            (Slot::I64(target), Value::Number(number)) => match number.as_i64() {
                Some(number) => *target = number,
                None => self.fail(value, &number_text(value), ty, &go_type(go)),
            },
            (Slot::F64(target), Value::Number(number)) => {
                *target = number.as_f64().unwrap_or_default()
            }
            (Slot::Struct(target), _) => self.read_struct(target, value, true),
            (Slot::List(list), Value::Array(items)) => {
                list.reset(items.len());
                let element = ty.element().unwrap_or(&Ty::Raw);
                let go = go.strip_prefix("[]").unwrap_or("");
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Segment::Index(index));
                    self.read(list.push(), item, element, go);
                    self.path.pop();
                }
            }
            (Slot::Map(map), Value::Object(entries)) => {
                map.reset(entries.len());
                let element = ty.element().unwrap_or(&Ty::Raw);
                let go = go.split_once(']').map_or("", |(_, value)| value);
                for (key, value) in entries {
                    self.path.push(Segment::Name(key.as_str().into()));
                    self.read(map.put(key), value, element, go);
                    self.path.pop();
                }
            }
            (_, other) => self.fail(other, &describe(other), ty, &go_type(go)),
        }
    }
}

/// Stands for any struct where only being one matters.
static EMPTY: StructSchema = StructSchema {
    name: "",
    go: "",
    kind: None,
    fields: &[],
};

fn conversion_error(value: &Value, ty: &Ty, go_type: &str) -> Str {
    let from = match value {
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::Object(_) => "map",
        Value::Array(_) => "slice",
        Value::Bool(_) => "bool",
        Value::String(_) | Value::Null => "string",
    };
    let kind = match ty.target() {
        Ty::List(_) | Ty::Bytes => return eco_format!("cannot restore slice from {from}"),
        Ty::Map(_) => return eco_format!("cannot restore map from {from}"),
        Ty::Bool => "bool",
        Ty::I32 => "int32",
        Ty::I64 => "int64",
        Ty::F64 => "float64",
        Ty::Str => "string",
        _ => return eco_format!("cannot restore struct from: {from}"),
    };
    // Go converts between numbers, and from integers to strings, which the converter then refuses in other words.
    match (value, kind) {
        (Value::Number(_), "int32" | "int64" | "float64") => {
            eco_format!("cannot convert {from} to {go_type}")
        }
        (Value::Number(number), "string") if !number.is_f64() => {
            eco_format!("cannot convert {from} to {go_type}")
        }
        _ => eco_format!("unrecognized type: {kind}"),
    }
}

fn go_name(field: &FieldSchema) -> &'static str {
    field.go
}

fn number_text(value: &Value) -> Str {
    eco_format!("number {}", super::compact_json(value))
}
