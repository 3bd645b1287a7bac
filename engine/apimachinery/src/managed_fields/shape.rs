//! What is known about a value's type: from the tables of API structs, from a custom resource's schema, or nothing.

use crate::reflect::{FieldSchema, ListType, StructSchema, Ty};
use crate::{Str, Value};

use super::PathElement;

/// The type of a value, as far as merging cares.
#[derive(Clone, Copy, Debug)]
pub enum Type<'a> {
    /// An API struct.
    Struct(&'static StructSchema),
    /// A field of an API struct, with its rules.
    Field(&'static FieldSchema),
    /// An element of a list or map of an API struct.
    Plain(&'static Ty),
    /// A part of a custom resource, described by an OpenAPI v3 schema.
    Schema(&'a Value),
    /// Anything: maps merge, lists and scalars are replaced.
    Deduced,
    /// Nothing known, not even that.
    Unknown,
}

/// What kinds of value a type takes and how they merge.
#[derive(Clone, Debug)]
pub(super) enum Atom<'a> {
    Scalar(Scalar),
    Map(MapShape<'a>),
    List(ListShape<'a>),
    /// Whatever the value is.
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Numeric,
    String,
    Boolean,
    Untyped,
}

#[derive(Clone, Debug)]
pub(super) struct MapShape<'a> {
    /// Replaced as a whole.
    pub(super) atomic: bool,
    fields: Fields<'a>,
    /// The type of values at keys that are no declared fields; `None` refuses them.
    element: Option<Type<'a>>,
}

#[derive(Clone, Debug)]
enum Fields<'a> {
    None,
    Table(&'static StructSchema),
    Schema(&'a serde_json::Map<String, Value>),
}

#[derive(Clone, Debug)]
pub(super) struct ListShape<'a> {
    pub(super) relation: Relation,
    pub(super) element: Type<'a>,
}

/// How a list's elements are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Atomic,
    Set,
    Keys(Vec<Str>),
}

impl<'a> MapShape<'a> {
    /// Whether a key is a declared field.
    pub(super) fn declares(&self, name: &str) -> bool {
        match self.fields {
            Fields::None => false,
            Fields::Table(schema) => schema.field(name).is_some() || is_type_meta(schema, name),
            Fields::Schema(properties) => properties.contains_key(name),
        }
    }

    /// The type of the value at a key; `None` when there may be none.
    pub(super) fn field(&self, name: &str) -> Option<Type<'a>> {
        match self.fields {
            Fields::Table(schema) => match schema.field(name) {
                Some((_, field)) => return Some(Type::Field(field)),
                None if is_type_meta(schema, name) => return Some(Type::Plain(&Ty::Str)),
                None => {}
            },
            Fields::Schema(properties) => {
                if let Some(schema) = properties.get(name) {
                    return Some(Type::Schema(schema));
                }
            }
            Fields::None => {}
        }
        self.element
    }

    /// The type of all values of a map of an API struct.
    pub(super) fn any_element(&self) -> Option<&'static Ty> {
        match self.element {
            Some(Type::Plain(ty)) => Some(ty),
            _ => None,
        }
    }

    fn default_of(&self, name: &str) -> Option<Value> {
        match self.field(name)? {
            Type::Field(field) => field.default.map(Value::from),
            Type::Schema(schema) => schema
                .get("default")
                .filter(|default| !default.is_null())
                .cloned(),
            _ => None,
        }
    }
}

fn is_type_meta(schema: &StructSchema, name: &str) -> bool {
    schema.kind.is_some() && matches!(name, "kind" | "apiVersion")
}

impl ListShape<'_> {
    /// How an element is named in paths.
    pub(super) fn element_path(&self, element: &Value) -> Result<PathElement, Str> {
        match &self.relation {
            Relation::Atomic => Err("invalid indexing of non-associative list".into()),
            Relation::Set => match element {
                Value::Object(_) => {
                    Err("associative list without keys has an element that's a map type".into())
                }
                Value::Array(_) => {
                    Err("not supported: associative list with lists as elements".into())
                }
                Value::Null => Err(
                    "associative list without keys has an element that's an explicit null".into(),
                ),
                scalar => Ok(PathElement::Value(scalar.clone())),
            },
            Relation::Keys(names) => {
                let map = match element {
                    Value::Object(map) => map,
                    Value::Null => {
                        return Err("associative list with keys may not have a null element".into());
                    }
                    _ => {
                        return Err(
                            "associative list with keys may not have non-map elements".into()
                        );
                    }
                };
                let mut keys = Vec::with_capacity(names.len());
                for name in names {
                    let value =
                        map.get(name.as_str())
                            .cloned()
                            .or_else(|| match self.element.atom() {
                                Atom::Map(map) => map.default_of(name),
                                _ => None,
                            });
                    keys.extend(value.map(|value| (name.clone(), value)));
                }
                if keys.is_empty() {
                    let names: Vec<Str> = names
                        .iter()
                        .map(|name| crate::gotext::quote(name))
                        .collect();
                    return Err(ecow::eco_format!(
                        "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values for any key fields)",
                        names.join(" ")
                    ));
                }
                keys.sort_by(|(a, _), (b, _)| a.cmp(b));
                Ok(PathElement::Key(keys))
            }
        }
    }
}

impl<'a> Type<'a> {
    /// What the type takes.
    pub(super) fn atom(self) -> Atom<'a> {
        match self {
            Self::Struct(schema) => struct_map(schema, false),
            Self::Field(field) => field_atom(field),
            Self::Plain(ty) => plain_atom(ty),
            Self::Schema(schema) => schema_atom(schema),
            Self::Deduced | Self::Unknown => Atom::Any,
        }
    }

    /// What the type takes, given a value that decides between several kinds.
    pub(super) fn atom_of(self, value: Option<&Value>) -> Atom<'a> {
        match (self.atom(), value) {
            (Atom::Any, Some(Value::Array(_))) => Atom::List(ListShape {
                relation: Relation::Atomic,
                element: Type::Deduced,
            }),
            // Null takes any form; maps are tried first.
            (Atom::Any, None | Some(Value::Object(_) | Value::Null)) => deduced_map(),
            (Atom::Any, Some(_)) => Atom::Scalar(Scalar::Untyped),
            (atom, _) => atom,
        }
    }
}

fn deduced_map<'a>() -> Atom<'a> {
    Atom::Map(MapShape {
        atomic: false,
        fields: Fields::None,
        element: Some(Type::Deduced),
    })
}

fn struct_map<'a>(schema: &'static StructSchema, atomic: bool) -> Atom<'a> {
    Atom::Map(MapShape {
        atomic,
        fields: Fields::Table(schema),
        element: None,
    })
}

/// The relation that a field's rules give its list: list types first, else patch strategies.
pub(super) fn field_atom<'a>(field: &'static FieldSchema) -> Atom<'a> {
    let relation = match field.list_type {
        ListType::Map => Relation::Keys(
            field
                .list_map_keys
                .iter()
                .map(|key| Str::from(*key))
                .collect(),
        ),
        ListType::Set => Relation::Set,
        ListType::Atomic if field.atomic || !field.patch_merge => Relation::Atomic,
        ListType::Atomic if field.merge_key.is_empty() => Relation::Set,
        ListType::Atomic => Relation::Keys(vec![field.merge_key.into()]),
    };
    ty_atom(&field.ty, relation, field.atomic)
}

fn ty_atom<'a>(ty: &'static Ty, relation: Relation, atomic: bool) -> Atom<'a> {
    match ty.target() {
        Ty::Bool => Atom::Scalar(Scalar::Boolean),
        Ty::I32 | Ty::I64 | Ty::F64 => Atom::Scalar(Scalar::Numeric),
        Ty::Str | Ty::Bytes => Atom::Scalar(Scalar::String),
        Ty::Time | Ty::MicroTime | Ty::Duration | Ty::Quantity | Ty::IntOrString => {
            Atom::Scalar(Scalar::Untyped)
        }
        Ty::Raw | Ty::Ptr(_) => Atom::Any,
        Ty::Struct(schema) => struct_map(schema(), atomic),
        Ty::List(element) => Atom::List(ListShape {
            relation,
            element: Type::Plain(element),
        }),
        Ty::Map(element) => Atom::Map(MapShape {
            atomic,
            fields: Fields::None,
            element: Some(Type::Plain(element)),
        }),
    }
}

/// What an element of a list or map of an API struct takes.
pub(super) fn plain_atom<'a>(ty: &'static Ty) -> Atom<'a> {
    ty_atom(ty, Relation::Atomic, false)
}

fn schema_atom(schema: &Value) -> Atom<'_> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let flag = |key: &str| schema.get(key).and_then(Value::as_bool).unwrap_or_default();
    if flag("x-kubernetes-int-or-string") {
        return Atom::Scalar(Scalar::Untyped);
    }
    match text("type") {
        "object" => {
            let preserve = flag("x-kubernetes-preserve-unknown-fields")
                || flag("x-kubernetes-embedded-resource");
            let element = match schema.get("additionalProperties") {
                Some(inner @ Value::Object(_)) => Some(Type::Schema(inner)),
                Some(Value::Bool(true)) => Some(Type::Deduced),
                _ => preserve.then_some(Type::Deduced),
            };
            let fields = match schema.get("properties") {
                Some(Value::Object(properties)) => Fields::Schema(properties),
                _ => Fields::None,
            };
            Atom::Map(MapShape {
                atomic: text("x-kubernetes-map-type") == "atomic",
                fields,
                element,
            })
        }
        "array" => {
            let element = schema.get("items").map_or(Type::Deduced, Type::Schema);
            let names = schema
                .get("x-kubernetes-list-map-keys")
                .and_then(Value::as_array);
            let relation = match text("x-kubernetes-list-type") {
                "set" => Relation::Set,
                "map" => Relation::Keys(
                    names
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .map(Str::from)
                        .collect(),
                ),
                _ => Relation::Atomic,
            };
            Atom::List(ListShape { relation, element })
        }
        "string" => Atom::Scalar(Scalar::String),
        "boolean" => Atom::Scalar(Scalar::Boolean),
        "integer" | "number" => Atom::Scalar(Scalar::Numeric),
        _ => Atom::Any,
    }
}
