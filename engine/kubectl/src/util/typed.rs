//! JSON of objects that kubectl built itself: fields in the order of Go's structs, `kind` before `apiVersion`.
//!
//! The objects are JSON values all the same; the order comes from the tables of [`super::scheme`] while writing.

use apimachinery::codec::json::Writer;
use apimachinery::reflect::{StructSchema, Ty};
use serde_json::Value;

use super::json as j;
use super::scheme::schema_for;

/// Indented by four blanks, as `-o json`.
pub fn json_pretty(object: &Value) -> String {
    let mut writer = Writer::pretty(4);
    write_object(object, &mut writer);
    writer.finish()
}

/// On one line.
pub fn json_compact(object: &Value) -> String {
    let mut writer = Writer::compact();
    write_object(object, &mut writer);
    writer.finish()
}

/// Keys of an object in the order of its struct, the unknown ones last.
fn ordered<'a>(
    object: &'a Value,
    schema: &StructSchema,
    top: bool,
) -> Vec<(&'a String, &'a Value, Option<&'static Ty>)> {
    let Some(map) = object.as_object() else {
        return Vec::new();
    };
    let place = |key: &str| match key {
        "kind" if top => 0,
        "apiVersion" if top => 1,
        key => schema.field(key).map_or(usize::MAX, |(i, _)| i + 2),
    };
    let mut entries: Vec<_> = map
        .iter()
        .map(|(key, value)| (key, value, schema.field(key).map(|(_, field)| &field.ty)))
        .collect();
    entries.sort_by_key(|(key, _, _)| place(key));
    entries
}

fn write_object(object: &Value, writer: &mut Writer) {
    match schema_for(j::text(object, &["apiVersion"]), j::kind(object)) {
        Some(schema) => write_struct(object, schema, true, writer),
        None => writer.value(object),
    }
}

fn write_struct(object: &Value, schema: &'static StructSchema, top: bool, writer: &mut Writer) {
    writer.begin('{');
    for (key, value, ty) in ordered(object, schema, top) {
        writer.key(key);
        write(value, ty, writer);
    }
    writer.end('}');
}

fn write(value: &Value, ty: Option<&'static Ty>, writer: &mut Writer) {
    if let (Value::Object(_), Some(schema)) = (value, ty.and_then(Ty::as_struct)) {
        return write_struct(value, schema, false, writer);
    }
    match (value, ty.map(Ty::target)) {
        (Value::Object(map), Some(Ty::Map(inner))) => {
            writer.begin('{');
            for (key, value) in map {
                writer.key(key);
                write(value, Some(inner), writer);
            }
            writer.end('}');
        }
        (Value::Array(items), Some(Ty::List(inner))) => {
            writer.begin('[');
            for item in items {
                writer.element();
                write(item, Some(inner), writer);
            }
            writer.end(']');
        }
        (value, _) => writer.value(value),
    }
}

/// How the entries of an object are ordered, for printers of other formats: see [`super::print::kyaml`].
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// As a whole object's struct.
    Object(&'static StructSchema),
    /// As a type inside one.
    Inner(&'static Ty),
    /// By letter.
    Sorted,
}

impl Order {
    /// The order of a whole object's struct.
    pub(super) fn of(object: &Value) -> Order {
        schema_for(j::text(object, &["apiVersion"]), j::kind(object))
            .map_or(Order::Sorted, Order::Object)
    }

    /// An object's entries.
    pub(super) fn entries(self, object: &Value) -> Vec<(&String, &Value, Order)> {
        let inner = |ty: Option<&'static Ty>| ty.map_or(Order::Sorted, Order::Inner);
        let (schema, top) = match self {
            Order::Object(schema) => (Some(schema), true),
            Order::Inner(ty) => (ty.as_struct(), false),
            Order::Sorted => (None, false),
        };
        match schema {
            Some(schema) => ordered(object, schema, top)
                .into_iter()
                .map(|(k, v, ty)| (k, v, inner(ty)))
                .collect(),
            None => {
                let entries = object.as_object().into_iter().flatten();
                entries.map(|(k, v)| (k, v, self.item())).collect()
            }
        }
    }

    /// The order inside a list's or map's items.
    pub(super) fn item(self) -> Order {
        match self {
            Order::Inner(ty) => ty.element().map_or(Order::Sorted, Order::Inner),
            _ => Order::Sorted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn writes_in_the_order_of_structs() {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "labels": {"app": "a"}},
            "spec": {"replicas": 1, "strategy": {}, "template": {"spec": {"containers": [{"image": "x", "name": "x", "resources": {}}]}}}, "status": {}});
        assert_eq!(
            json_compact(&object),
            "{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"a\",\"labels\":{\"app\":\"a\"}},\
             \"spec\":{\"replicas\":1,\"template\":{\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"x\",\"resources\":{}}]}},\
             \"strategy\":{}},\"status\":{}}"
        );
    }
}
