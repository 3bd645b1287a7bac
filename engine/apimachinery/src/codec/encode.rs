//! Encoding: API structs to values and to JSON text.

use super::json::Writer;
use crate::Value;
use crate::reflect::{FieldSchema, Reflect, Ty, View};

/// The struct as a value, with `kind` and `apiVersion` if it carries them.
pub fn to_value(value: &dyn Reflect) -> Value {
    struct_value(value, true)
}

/// The struct as a value without its own `kind` and `apiVersion`: the form of items in a list.
pub fn to_item_value(value: &dyn Reflect) -> Value {
    struct_value(value, false)
}

/// The struct as compact JSON text, fields in Go's order.
pub fn to_json(value: &dyn Reflect) -> String {
    let mut writer = Writer::compact();
    write_struct(value, true, &mut writer);
    writer.finish()
}

/// The struct as JSON text indented by four spaces, fields in Go's order, as `kubectl -o json` prints typed objects.
pub fn to_json_pretty(value: &dyn Reflect) -> String {
    let mut writer = Writer::pretty(4);
    write_struct(value, true, &mut writer);
    writer.finish()
}

/// Whether Go would leave the field out.
pub(crate) fn omitted(schema: &FieldSchema, field: &View<'_>) -> bool {
    if schema.omit_zero && super::is_zero(field) {
        return !matches!(schema.ty, Ty::Ptr(_)) || matches!(field, View::Null);
    }
    schema.omit_empty
        && match (&schema.ty, field) {
            // Structs, and types that are structs in Go, are never empty.
            (
                Ty::Struct(_)
                | Ty::Time
                | Ty::MicroTime
                | Ty::Duration
                | Ty::Quantity
                | Ty::IntOrString
                | Ty::Raw,
                _,
            ) => false,
            // A pointer to something empty is not nil.
            (Ty::Ptr(_), field) => matches!(field, View::Null),
            (_, field) => super::is_zero(field),
        }
}

/// A list or map that Go would hold as nil: empty ones come back from storage as nil.
fn is_nil(empty: bool, schema: &FieldSchema) -> bool {
    empty && schema.json != "items"
}

fn struct_value(value: &dyn Reflect, with_type: bool) -> Value {
    let schema = value.schema();
    let mut map = serde_json::Map::new();
    if let (true, Some(meta)) = (with_type, schema.kind) {
        map.insert("kind".into(), meta.kind.into());
        map.insert("apiVersion".into(), meta.api_version.into());
    }
    for (i, field_schema) in schema.fields.iter().enumerate() {
        if let Some(encoded) = encode_field(value, i) {
            map.insert(field_schema.json.into(), encoded);
        }
    }
    Value::Object(map)
}

/// One field of a struct; `None` when Go would leave it out.
pub fn encode_field(value: &dyn Reflect, index: usize) -> Option<Value> {
    let schema = value.schema().fields.get(index)?;
    let field = value.field(index);
    if omitted(schema, &field) {
        return None;
    }
    Some(match field {
        View::List(list) if is_nil(list.is_empty(), schema) => Value::Null,
        View::Map(map) if is_nil(map.is_empty(), schema) => Value::Null,
        View::List(list) if schema.json == "items" => {
            (0..list.len()).map(|i| item_value(list.get(i))).collect()
        }
        field => value_of(field),
    })
}

fn item_value(field: View<'_>) -> Value {
    match field {
        View::Struct(inner) => to_item_value(inner),
        field => value_of(field),
    }
}

pub(crate) fn value_of(field: View<'_>) -> Value {
    match field {
        View::Null => Value::Null,
        View::Bool(value) => value.into(),
        View::Int(value) => value.into(),
        View::Float(value) => super::json::number(value),
        View::Str(text) => text.into(),
        View::Text(text) => text.to_text().as_str().into(),
        View::Json(raw) => raw.to_value(),
        View::List(list) => (0..list.len()).map(|i| value_of(list.get(i))).collect(),
        View::Map(map) => {
            let entry = |i| {
                let (key, value) = map.get(i);
                (key.to_owned(), value_of(value))
            };
            Value::Object((0..map.len()).map(entry).collect())
        }
        View::Struct(inner) => struct_value(inner, true),
    }
}

fn write_struct(value: &dyn Reflect, with_type: bool, writer: &mut Writer) {
    let schema = value.schema();
    writer.begin('{');
    if let (true, Some(meta)) = (with_type, schema.kind) {
        writer.key("kind");
        writer.string(meta.kind);
        writer.key("apiVersion");
        writer.string(meta.api_version);
    }
    for (i, field_schema) in schema.fields.iter().enumerate() {
        let field = value.field(i);
        if omitted(field_schema, &field) {
            continue;
        }
        writer.key(field_schema.json);
        match field {
            View::List(list) if is_nil(list.is_empty(), field_schema) => writer.raw("null"),
            View::Map(map) if is_nil(map.is_empty(), field_schema) => writer.raw("null"),
            field => write_field(field, field_schema.json != "items", writer),
        }
    }
    writer.end('}');
}

fn write_field(field: View<'_>, with_type: bool, writer: &mut Writer) {
    match field {
        View::Null => writer.raw("null"),
        View::Bool(value) => writer.raw(if value { "true" } else { "false" }),
        View::Int(value) => writer.raw(&value.to_string()),
        View::Float(value) => writer.raw(&crate::gotext::float(value)),
        View::Str(text) => writer.string(text),
        View::Text(text) => writer.string(&text.to_text()),
        View::Json(raw) => match serde_json::from_str::<Value>(&raw.as_json()) {
            Ok(value) => writer.value(&value),
            Err(_) => writer.raw("null"),
        },
        View::List(list) => {
            writer.begin('[');
            for i in 0..list.len() {
                writer.element();
                write_field(list.get(i), with_type, writer);
            }
            writer.end(']');
        }
        View::Map(map) => {
            writer.begin('{');
            for i in 0..map.len() {
                let (key, value) = map.get(i);
                writer.key(key);
                write_field(value, true, writer);
            }
            writer.end('}');
        }
        View::Struct(inner) => write_struct(inner, with_type, writer),
    }
}
