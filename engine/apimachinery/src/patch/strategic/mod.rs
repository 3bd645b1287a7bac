//! Strategic merge patch: a merge patch that knows, from the tables of the structs, which lists merge by which key.
//!
//! Besides plain values a patch may hold directives: `$patch: delete|replace|merge` in an object or a list's element,
//! `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD` and `$retainKeys` beside the fields they are about.

mod apply;
mod conflict;
mod create;
mod lists;

use ecow::eco_format;

use super::Error;
use crate::reflect::{StructSchema, Ty};
use crate::{Str, Value};

pub(super) use apply::{Mode, merge};
pub(super) use conflict::maps_conflict;
pub(super) use create::{Options, diff};

type Map = serde_json::Map<String, Value>;

const PATCH: &str = "$patch";
const DELETE: &str = "delete";
const REPLACE: &str = "replace";
const MERGE: &str = "merge";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM_LIST: &str = "$deleteFromPrimitiveList";
const ELEMENT_ORDER: &str = "$setElementOrder";

/// Applies a patch to an object described by a table, as the server does.
///
/// # Errors
/// Upstream's texts for malformed patches and unknown fields.
pub fn apply(document: Map, patch: Map, schema: &'static StructSchema) -> Result<Map, Error> {
    merge(document, patch, Shape::of(schema), Mode::Apply)
}

/// The patch that makes `modified` out of `original` (`CreateTwoWayMergePatch`).
///
/// # Errors
/// Upstream's texts, such as for an element without its merge key.
pub fn create(original: &Map, modified: &Map, schema: &'static StructSchema) -> Result<Map, Error> {
    diff(
        original,
        modified,
        Shape::of(schema),
        Options {
            order: true,
            ..Options::default()
        },
    )
}

/// What is known about a value's type.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Struct(&'static StructSchema),
    Type(&'static Ty),
}

/// How a field's values are patched.
#[derive(Clone, Copy)]
pub(super) struct Strategy {
    pub(super) merge: bool,
    pub(super) replace: bool,
    pub(super) retain_keys: bool,
    pub(super) key: &'static str,
}

impl Shape {
    pub(super) fn of(schema: &'static StructSchema) -> Self {
        Self::Struct(schema)
    }

    fn schema(self) -> Option<&'static StructSchema> {
        match self {
            Self::Struct(schema) => Some(schema),
            Self::Type(ty) => ty.as_struct(),
        }
    }

    /// Go's name of the kind of type.
    fn kind(self) -> &'static str {
        match self {
            Self::Struct(_) => "struct",
            Self::Type(ty) => match ty.target() {
                Ty::Struct(_)
                | Ty::Time
                | Ty::MicroTime
                | Ty::Quantity
                | Ty::IntOrString
                | Ty::Raw => "struct",
                Ty::List(_) | Ty::Bytes => "slice",
                Ty::Map(_) => "map",
                Ty::Bool => "bool",
                Ty::I32 => "int32",
                Ty::I64 | Ty::Duration => "int64",
                Ty::F64 => "float64",
                Ty::Str | Ty::Ptr(_) => "string",
            },
        }
    }

    /// The type and strategy of a field.
    pub(super) fn field(self, name: &str) -> Result<(Shape, Strategy), Error> {
        let Some(schema) = self.schema() else {
            let kind = self.kind();
            return Err(Error::Other(if kind == "struct" {
                unknown_field("", name)
            } else {
                eco_format!(
                    "merging an object in json but data type is not struct, instead is: {kind}"
                )
            }));
        };
        // Kind and version are fields, too.
        const PLAIN: Strategy = Strategy {
            merge: false,
            replace: false,
            retain_keys: false,
            key: "",
        };
        if schema.kind.is_some() && matches!(name, "kind" | "apiVersion") {
            return Ok((Shape::Type(&Ty::Str), PLAIN));
        }
        let (_, field) = schema
            .field(name)
            .ok_or_else(|| Error::Other(unknown_field(schema.name, name)))?;
        let strategy = Strategy {
            merge: field.patch_merge,
            replace: field.patch_replace,
            retain_keys: field.patch_retain_keys,
            key: field.merge_key,
        };
        Ok((Shape::Type(&field.ty), strategy))
    }

    /// The type of a list field's elements, and the field's strategy.
    pub(super) fn list(self, name: &str) -> Result<(Shape, Strategy), Error> {
        let (shape, strategy) = self.field(name)?;
        match shape {
            Self::Type(ty) => match ty.target() {
                Ty::List(element) => Ok((Shape::Type(element), strategy)),
                _ => Err(Error::Other(eco_format!(
                    "expected slice or array type, but got: {}",
                    self.kind()
                ))),
            },
            Self::Struct(_) => Err(Error::Other(
                "expected slice or array type, but got: struct".into(),
            )),
        }
    }
}

fn unknown_field(name: &str, field: &str) -> Str {
    eco_format!(
        "unable to find api field in struct {name} for the json field {}",
        crate::gotext::quote(field)
    )
}

/// Go's name of an untyped value's type.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "%!s(<nil>)",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

fn wrong_type(expected: &str, actual: &Value) -> Error {
    Error::Other(eco_format!(
        "expected a {expected}, but received a {}",
        type_name(actual)
    ))
}

fn no_merge_key(map: &Map, key: &str) -> Error {
    let shown = crate::gotext::display_map(map);
    Error::Other(eco_format!(
        "map: {shown} does not contain declared merge key: {key}"
    ))
}
