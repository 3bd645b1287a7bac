//! JSON for API objects, faithful to Go's `encoding/json` and `sigs.k8s.io/json`.
//!
//! - [`to_value`], [`to_json`], [`to_json_pretty`]: encode; fields in Go's order, `omitempty` and `omitzero` as in Go.
//! - [`from_value`], [`from_value_strict`]: decode, with Go's error texts; unknown fields are listed by the strict one.
//! - [`json`]: text ⇄ [`Value`], with Go's syntax errors, duplicate fields, and kubectl's indentation.
//! - [`equal`], [`debug`]: what the `PartialEq` and `Debug` of every API struct do.
//!
//! Everything is driven by the tables of [`crate::reflect`]; there is one routine for each of these, not one per type.

mod decode;
mod encode;
pub mod json;

use std::fmt;

use crate::reflect::{Reflect, View};
use crate::{Str, Value};

pub(crate) use decode::wrong_value;
pub use decode::{
    DecodeError, MAX_DEPTH, StrictError, convert_into, decode_into, from_value, from_value_strict,
};
pub use encode::{encode_field, to_item_value, to_json, to_json_pretty, to_value};
pub(crate) use encode::{omitted, value_of};
pub(crate) use json::compact as compact_json;

/// Deep equality of two API structs. Parts that are shared are equal without a look.
pub fn equal(a: &dyn Reflect, b: &dyn Reflect) -> bool {
    let same_memory = std::ptr::addr_eq(a, b) && std::ptr::eq(a.schema(), b.schema());
    same_memory
        || (std::ptr::eq(a.schema(), b.schema())
            && (0..a.schema().fields.len()).all(|i| equal_views(a.field(i), b.field(i))))
}

/// Deep equality of two fields.
pub fn equal_views(a: View<'_>, b: View<'_>) -> bool {
    match (a, b) {
        (View::Null, View::Null) => true,
        (View::Bool(a), View::Bool(b)) => a == b,
        (View::Int(a), View::Int(b)) => a == b,
        (View::Float(a), View::Float(b)) => a == b,
        (View::Str(a), View::Str(b)) => a == b,
        (View::Json(a), View::Json(b)) => a == b,
        (View::Text(a), View::Text(b)) => a.same(b),
        (View::List(a), View::List(b)) => {
            a.len() == b.len() && (0..a.len()).all(|i| equal_views(a.get(i), b.get(i)))
        }
        (View::Map(a), View::Map(b)) => {
            a.len() == b.len()
                && (0..a.len()).all(|i| {
                    let ((a_key, a_value), (b_key, b_value)) = (a.get(i), b.get(i));
                    a_key == b_key && equal_views(a_value, b_value)
                })
        }
        (View::Struct(a), View::Struct(b)) => equal(a, b),
        _ => false,
    }
}

/// Whether a field holds nothing but zero values (Go's `IsZero`, empty lists and maps counting as nil).
pub fn is_zero(field: &View<'_>) -> bool {
    match field {
        View::Null => true,
        View::Bool(value) => !value,
        View::Int(value) => *value == 0,
        View::Float(value) => *value == 0.0,
        View::Str(text) => text.is_empty(),
        View::Text(_) | View::Json(_) => false,
        View::List(list) => list.is_empty(),
        View::Map(map) => map.is_empty(),
        View::Struct(inner) => is_zero_struct(*inner),
    }
}

/// Whether all fields of a struct are zero.
pub fn is_zero_struct(value: &dyn Reflect) -> bool {
    value
        .schema()
        .fields
        .iter()
        .enumerate()
        .all(|(i, field)| match field.ty {
            // A pointer to a zero is not nil.
            crate::reflect::Ty::Ptr(_) => matches!(value.field(i), View::Null),
            _ => is_zero(&value.field(i)),
        })
}

/// Writes an API struct for people who debug: its name and its compact JSON.
///
/// # Errors
/// Those of the formatter.
pub fn debug(value: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(value.schema().name)?;
    f.write_str(&to_json(value))
}

/// A struct as a value without its type, for code that only has the table at hand.
pub fn field_value(field: View<'_>) -> Value {
    encode::value_of(field)
}

/// The text of an error as upstream prints a failed decode of a request body.
pub fn cannot_be_handled(kind: &str, version: &str, error: &str) -> Str {
    ecow::eco_format!(
        "{kind} in version {} cannot be handled as a {kind}: {error}",
        crate::gotext::quote(version)
    )
}
