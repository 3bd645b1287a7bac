//! An OpenAPI v3 document: finding resources and types in it, following references, naming types.

use serde_json::Value;

use crate::rest::mapper::Mapping;
use crate::util::json as j;

/// A document.
pub(super) struct Document<'a>(pub(super) &'a Value);

const GVK: &str = "x-kubernetes-group-version-kind";
/// Descriptions are followed this deep at most.
const MAX_DEPTH: usize = 16;

/// The schema of a map's values, if it is one.
pub(super) fn map_values(schema: &Value) -> Option<&Value> {
    schema.get("additionalProperties").filter(|v| v.is_object())
}

impl<'a> Document<'a> {
    /// Group, version and kind of a resource: those of the last of its paths that tells.
    pub(super) fn kind_of(&self, mapping: &Mapping) -> Option<&'a Value> {
        let root = match mapping.group.as_str() {
            "" => format!("/api/{}", mapping.version),
            group => format!("/apis/{group}/{}", mapping.version),
        };
        let resource = &mapping.resource;
        let paths = [
            format!("{root}/{resource}"),
            format!("{root}/{resource}/{{name}}"),
            format!("{root}/namespaces/{{namespace}}/{resource}"),
            format!("{root}/namespaces/{{namespace}}/{resource}/{{name}}"),
        ];
        let document = self.0;
        paths.iter().rev().find_map(|path| {
            let element = document.get("paths")?.get(path)?;
            ["get", "post", "put", "patch", "delete"]
                .iter()
                .find_map(|method| element.get(method)?.get(GVK))
        })
    }

    /// The schema of a kind.
    pub(super) fn schema_of(&self, gvk: &Value) -> Option<&'a Value> {
        let schemas = j::at(self.0, &["components", "schemas"]).as_object()?;
        schemas
            .values()
            .find(|schema| j::list(schema, &[GVK]).contains(gvk))
    }

    /// What a schema refers to, or the schema itself.
    pub(super) fn resolve(&self, schema: &'a Value) -> &'a Value {
        let found = j::text(schema, &["$ref"])
            .strip_prefix("#/")
            .and_then(|path| path.split('/').try_fold(self.0, |at, key| at.get(key)));
        found.unwrap_or(schema)
    }

    /// The descriptions of a schema and of what it is made of, a line each.
    pub(super) fn describe(&self, schema: &'a Value, out: &mut String, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let schema = self.resolve(schema);
        let own = j::text(schema, &["description"]);
        if !own.is_empty() {
            out.push_str(own);
            out.push('\n');
        }
        let parts = j::list(schema, &["allOf"]).iter();
        for part in parts.chain(schema.get("items")).chain(map_values(schema)) {
            self.describe(part, out, depth + 1);
        }
    }

    /// A short name of a schema's type: `string`, `[]Container`, `map[string]string`.
    pub(super) fn type_name(&self, schema: &'a Value) -> String {
        let plain = |schema: &Value| match j::text(schema, &["type"]) {
            "" | "object" => "Object".to_owned(),
            name => name.to_owned(),
        };
        if let Some(items) = schema.get("items") {
            return format!("[]{}", self.type_name(items));
        }
        if let Some(values) = map_values(schema) {
            return format!("map[string]{}", self.type_name(values));
        }
        if let ([only], None) = (j::list(schema, &["allOf"]), schema.get("properties")) {
            return self.type_name(only);
        }
        let reference = j::text(schema, &["$ref"]);
        if reference.is_empty() {
            return plain(schema);
        }
        let target = self.resolve(schema);
        if std::ptr::eq(target, schema) || matches!(j::text(target, &["type"]), "" | "object") {
            let name = reference.rsplit(['/', '.']).next().unwrap_or("");
            return if name.is_empty() { "Object" } else { name }.to_owned();
        }
        plain(target)
    }
}
