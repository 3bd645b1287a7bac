//! Places of a JSON schema that hold either a schema or something simpler.
//!
//! Each is written as what it holds, so these are the only types here with a JSON form of their own.

use apimachinery::reflect::{Field, Scalar, Slot, Ty, Typed, View};
use apimachinery::{Shared, Str, Value, codec};

use super::JSONSchemaProps;

/// A schema, or whether anything is allowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSONSchemaPropsOrBool {
    /// Whether anything is allowed (true when there is a schema).
    pub allows: bool,
    /// The schema.
    pub schema: Option<Shared<JSONSchemaProps>>,
}

/// A schema, or a list of schemas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSONSchemaPropsOrArray {
    /// The schema for every item.
    pub schema: Option<Shared<JSONSchemaProps>>,
    /// One schema per item.
    pub json_schemas: Vec<JSONSchemaProps>,
}

/// A schema, or a list of property names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSONSchemaPropsOrStringArray {
    /// The schema.
    pub schema: Option<Shared<JSONSchemaProps>>,
    /// The property names.
    pub property: Vec<Str>,
}

fn read_schema(value: &Value) -> Result<Option<Shared<JSONSchemaProps>>, Str> {
    codec::from_value::<JSONSchemaProps>(value)
        .map(|schema| Some(schema.into()))
        .map_err(|error| error.0)
}

impl Scalar for JSONSchemaPropsOrBool {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        *self = match value {
            Value::Bool(allows) => Self {
                allows: *allows,
                schema: None,
            },
            Value::Object(_) => Self {
                allows: true,
                schema: read_schema(value)?,
            },
            _ => return Err("boolean or JSON schema expected".into()),
        };
        Ok(())
    }
}

impl Scalar for JSONSchemaPropsOrArray {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        *self = Self::default();
        match value {
            Value::Object(_) => self.schema = read_schema(value)?,
            Value::Array(items) => {
                for item in items {
                    self.json_schemas
                        .push(codec::from_value(item).map_err(|error| error.0)?);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Scalar for JSONSchemaPropsOrStringArray {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        *self = Self::default();
        match value {
            Value::Object(_) => self.schema = read_schema(value)?,
            Value::Array(items) => {
                self.property = items
                    .iter()
                    .filter_map(Value::as_str)
                    .map(Str::from)
                    .collect();
            }
            _ => {}
        }
        Ok(())
    }
}

macro_rules! custom {
    ($($name:ident, |$it:ident| $otherwise:expr;)*) => {$(
        impl Typed for $name {
            const TY: Ty = Ty::Raw;
        }
        impl Field for $name {
            fn as_view(&self) -> View<'_> {
                let $it = self;
                match &$it.schema {
                    Some(schema) => View::Struct(&**schema),
                    None => $otherwise,
                }
            }
            fn as_slot(&mut self) -> Slot<'_> {
                Slot::Scalar(self)
            }
        }
    )*};
}

custom! {
    JSONSchemaPropsOrBool, |it| View::Bool(it.allows);
    JSONSchemaPropsOrArray, |it| View::List(&it.json_schemas);
    JSONSchemaPropsOrStringArray, |it| View::List(&it.property);
}
