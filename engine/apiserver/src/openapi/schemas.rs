//! The schema of a struct, from its table and its documentation.

use std::collections::BTreeMap;

use apimachinery::reflect::{FieldSchema, ListType, StructSchema, Ty};
use serde_json::{Map, Value, json};

use super::docs::{Docs, FieldDocs};
use super::packages::{META, Packages, definition, parts};

/// The two dialects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    V2,
    V3,
}

/// The schemas of a document, as they are gathered.
pub(super) struct Schemas<'a> {
    pub(super) dialect: Dialect,
    pub(super) packages: &'a Packages,
    pub(super) docs: &'a Docs,
    pub(super) found: BTreeMap<String, Value>,
}

/// Types that are more than one kind of JSON, or have a form of their own: package, name, schema.
const SPECIAL: [(&str, &str, &str); 8] = [
    (META, "Time", "time"),
    (META, "MicroTime", "time"),
    (META, "Duration", "string"),
    (META, "FieldsV1", "object"),
    ("resource", "Quantity", "quantity"),
    ("intstr", "IntOrString", "int-or-string"),
    ("runtime", "RawExtension", "object"),
    ("apiextensions/v1", "JSON", "any"),
];

impl Schemas<'_> {
    /// Adds a struct and all that it is made of; gives its name.
    pub(super) fn add(&mut self, schema: &'static StructSchema) -> String {
        let name = definition(self.packages.home(schema), schema.name);
        if !self.found.contains_key(&name) {
            // Its place is taken first: a struct may contain itself.
            self.found.insert(name.clone(), Value::Null);
            for part in parts(schema) {
                self.add(part);
            }
            let value = self.describe(schema);
            self.found.insert(name.clone(), value);
        }
        name
    }

    fn describe(&mut self, schema: &'static StructSchema) -> Value {
        let docs = self.docs;
        let said = docs.of(self.packages.home(schema), schema.name);
        let mut properties = Map::new();
        let mut required: Vec<&str> = Vec::new();
        if let Some(meta) = schema.kind {
            let type_meta = docs.of(META, "Status");
            for name in ["apiVersion", "kind"] {
                let text = type_meta.field(name).description;
                properties.insert(name.into(), described(json!({ "type": "string" }), text));
            }
            debug_assert!(!meta.kind.is_empty());
        }
        for field in schema.fields {
            let about = said.field(field.json);
            let is_required = if said.is_known() {
                about.required
            } else {
                !field.omit_empty && !field.omit_zero && !matches!(field.ty, Ty::Struct(_))
            };
            if is_required {
                required.push(field.json);
            }
            let property = self.property(field, about);
            properties.insert(field.json.into(), property);
        }
        let mut value = described(json!({ "type": "object" }), said.description);
        if !properties.is_empty() {
            value["properties"] = properties.into();
        }
        if !required.is_empty() {
            required.sort_unstable();
            value["required"] = required.into();
        }
        value
    }

    fn property(&mut self, field: &'static FieldSchema, about: FieldDocs<'_>) -> Value {
        let mut value = match (field.ty.target(), about.type_name) {
            (Ty::Raw, Some(name)) => self.special(name),
            _ => self.of_type(&field.ty),
        };
        if !about.values.is_empty() {
            let place = if value["type"] == "array" {
                &mut value["items"]
            } else {
                &mut value
            };
            place["enum"] = about.values.into();
        }
        // A reference stands alone in v2 with its description beside it; in v3 it is one of several things that hold.
        if self.dialect == Dialect::V3 && value.get("$ref").is_some() {
            value = json!({ "allOf": [value] });
        }
        merge_rules(&mut value, field);
        described(value, about.description)
    }

    fn of_type(&mut self, ty: &'static Ty) -> Value {
        match ty {
            Ty::Bool => json!({ "type": "boolean" }),
            Ty::I32 => json!({ "type": "integer", "format": "int32" }),
            Ty::I64 => json!({ "type": "integer", "format": "int64" }),
            Ty::F64 => json!({ "type": "number", "format": "double" }),
            Ty::Str => json!({ "type": "string" }),
            Ty::Bytes => json!({ "type": "string", "format": "byte" }),
            Ty::Time => self.special("Time"),
            Ty::MicroTime => self.special("MicroTime"),
            Ty::Duration => self.special("Duration"),
            Ty::Quantity => self.special("Quantity"),
            Ty::IntOrString => self.special("IntOrString"),
            Ty::Raw => self.special("RawExtension"),
            Ty::Struct(schema) => {
                let name = self.add(schema());
                self.reference(&name)
            }
            Ty::List(element) => {
                let items = self.of_type(element);
                json!({ "type": "array", "items": self.wrapped(items) })
            }
            Ty::Map(element) => {
                let inner = self.of_type(element);
                json!({ "type": "object", "additionalProperties": self.wrapped(inner) })
            }
            Ty::Ptr(inner) => self.of_type(inner),
        }
    }

    /// References inside of lists and maps are wrapped in v3, as everywhere.
    pub(super) fn wrapped(&self, value: Value) -> Value {
        if self.dialect == Dialect::V3 && value.get("$ref").is_some() {
            json!({ "allOf": [value] })
        } else {
            value
        }
    }

    fn special(&mut self, name: &str) -> Value {
        let Some((package, name, form)) = SPECIAL.iter().find(|(_, known, _)| *known == name)
        else {
            return json!({ "type": "object" });
        };
        let full = match *package {
            "resource" => "io.k8s.apimachinery.pkg.api.resource.Quantity".to_owned(),
            "intstr" => "io.k8s.apimachinery.pkg.util.intstr.IntOrString".to_owned(),
            "runtime" => "io.k8s.apimachinery.pkg.runtime.RawExtension".to_owned(),
            package => definition(package, name),
        };
        if !self.found.contains_key(&full) {
            let either = |a: &str, b: &str| json!({ "oneOf": [{ "type": a }, { "type": b }] });
            let value = match (*form, self.dialect) {
                ("time", _) => json!({ "type": "string", "format": "date-time" }),
                ("quantity", Dialect::V3) => either("string", "number"),
                ("int-or-string", Dialect::V3) => {
                    let mut value = either("integer", "string");
                    value["format"] = "int-or-string".into();
                    value
                }
                ("int-or-string", Dialect::V2) => {
                    json!({ "type": "string", "format": "int-or-string" })
                }
                ("object", _) => json!({ "type": "object" }),
                ("any", _) => json!({}),
                _ => json!({ "type": "string" }),
            };
            let text = self.docs.of(package, name).description;
            self.found.insert(full.clone(), described(value, text));
        }
        self.reference(&full)
    }

    pub(super) fn reference(&self, name: &str) -> Value {
        let place = match self.dialect {
            Dialect::V2 => "#/definitions/",
            Dialect::V3 => "#/components/schemas/",
        };
        json!({ "$ref": format!("{place}{name}") })
    }
}

pub(super) fn described(mut value: Value, text: String) -> Value {
    if !text.is_empty() {
        value["description"] = text.into();
    }
    value
}

/// How patches and server-side apply merge the field.
fn merge_rules(value: &mut Value, field: &FieldSchema) {
    if matches!(field.ty.target(), Ty::List(_)) {
        let list_type = match field.list_type {
            ListType::Map => Some("map"),
            ListType::Set => Some("set"),
            ListType::Atomic if field.atomic => Some("atomic"),
            ListType::Atomic => None,
        };
        if let Some(list_type) = list_type {
            value["x-kubernetes-list-type"] = list_type.into();
        }
        if !field.list_map_keys.is_empty() {
            value["x-kubernetes-list-map-keys"] = field.list_map_keys.into();
        }
    } else if field.atomic {
        value["x-kubernetes-map-type"] = "atomic".into();
    }
    let strategies = [
        (field.patch_retain_keys, "retainKeys"),
        (field.patch_merge, "merge"),
        (field.patch_replace, "replace"),
    ];
    let given: Vec<&str> = strategies
        .iter()
        .filter_map(|(set, name)| set.then_some(*name))
        .collect();
    if !given.is_empty() {
        value["x-kubernetes-patch-strategy"] = given.join(",").into();
    }
    if !field.merge_key.is_empty() {
        value["x-kubernetes-patch-merge-key"] = field.merge_key.into();
    }
}
