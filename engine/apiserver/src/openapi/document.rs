//! The documents: schemas of the served kinds and the paths under which they are.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::docs::Docs;
use super::packages::{META, Packages, definition, meta_schemas, package};
use super::schemas::{Dialect, Schemas, described};
use crate::ApiServer;
use crate::discovery::GIT_VERSION;
use crate::registry::{Served, Verbs};

/// `/openapi/v3`: where the documents are. The hash stands for their content, so that clients may keep them.
pub(super) fn index(server: &ApiServer) -> Value {
    let registry = server.registry();
    let mut paths = Map::new();
    for served in registry.iter() {
        let (group, version) = (&served.names.group, &served.names.version);
        let place = match group.is_empty() {
            true => format!("api/{version}"),
            false => format!("apis/{group}/{version}"),
        };
        let kinds = registry
            .iter()
            .filter(|other| other.names.group == *group && other.names.version == *version)
            .count();
        let url = format!(
            "/openapi/v3/{place}?hash={:08X}",
            hash(&format!("{place}{kinds}"))
        );
        paths.insert(place, json!({ "serverRelativeURL": url }));
    }
    json!({ "paths": paths })
}

fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The document of a group and version.
pub(super) fn v3(server: &ApiServer, group: &str, version: &str) -> Option<Value> {
    let (schemas, paths) = content(server, Dialect::V3, |served| {
        served.names.group == group && served.names.version == version
    });
    if paths.is_empty() {
        return None;
    }
    Some(json!({
        "openapi": "3.0.0",
        "info": { "title": "Kubernetes", "version": GIT_VERSION },
        "paths": paths,
        "components": { "schemas": schemas },
    }))
}

/// The document of everything, in the older dialect.
pub(super) fn v2(server: &ApiServer) -> Value {
    let (definitions, paths) = content(server, Dialect::V2, |_| true);
    json!({
        "swagger": "2.0",
        "info": { "title": "Kubernetes", "version": GIT_VERSION },
        "paths": paths,
        "definitions": definitions,
    })
}

fn content(
    server: &ApiServer,
    dialect: Dialect,
    wanted: impl Fn(&Served) -> bool,
) -> (BTreeMap<String, Value>, Map<String, Value>) {
    let registry = server.registry();
    let packages = Packages::of(&registry);
    let docs = server.docs();
    let none = Docs::default();
    let mut schemas = Schemas {
        dialect,
        packages: &packages,
        docs: docs.as_deref().unwrap_or(&none),
        found: BTreeMap::new(),
    };
    let mut paths = Map::new();
    for served in registry.iter().filter(|served| wanted(served)) {
        add_kind(&mut schemas, served);
        add_paths(&mut paths, served, dialect);
    }
    if !paths.is_empty() {
        for schema in meta_schemas() {
            schemas.add(schema);
        }
    }
    (schemas.found, paths)
}

fn gvk(served: &Served, kind: &str) -> Value {
    let names = &served.names;
    json!({ "group": names.group.as_str(), "version": names.version.as_str(), "kind": kind })
}

/// The schema of a kind and of lists of it.
fn add_kind(schemas: &mut Schemas<'_>, served: &Served) {
    let names = &served.names;
    let name = match (served.codec.schema, &served.codec.openapi) {
        (Some(schema), _) => schemas.add(schema),
        (None, Some(schema)) => {
            let name = custom_name(&names.group, &names.version, &names.kind);
            let mut schema = (**schema).clone();
            add_type_meta(schemas, &mut schema);
            schemas.found.insert(name.clone(), schema);
            name
        }
        (None, None) => return,
    };
    let home = package(&names.group, &names.version);
    let reference = schemas.reference(&name);
    if let Some(schema) = schemas.found.get_mut(&name) {
        schema["x-kubernetes-group-version-kind"] = json!([gvk(served, &names.kind)]);
    }
    let list_kind = format!("{}List", names.kind);
    let list_meta = schemas.reference(&definition(META, "ListMeta"));
    let mut list = described(
        json!({
            "type": "object",
            "required": ["items"],
            "properties": { "items": { "type": "array", "items": reference }, "metadata": list_meta },
            "x-kubernetes-group-version-kind": [gvk(served, &list_kind)],
        }),
        format!("{list_kind} is a list of {}", names.kind),
    );
    add_type_meta(schemas, &mut list);
    let list_name = match served.codec.schema {
        Some(_) => definition(&home, &list_kind),
        None => custom_name(&names.group, &names.version, &list_kind),
    };
    schemas.found.insert(list_name, list);
}

/// Custom resources are named by their group, turned around.
fn custom_name(group: &str, version: &str, kind: &str) -> String {
    let mut parts: Vec<&str> = group.split('.').collect();
    parts.reverse();
    format!("{}.{version}.{kind}", parts.join("."))
}

fn add_type_meta(schemas: &Schemas<'_>, schema: &mut Value) {
    let said = schemas.docs.of(META, "Status");
    for name in ["apiVersion", "kind"] {
        let text = said.field(name).description;
        schema["properties"][name] = described(json!({ "type": "string" }), text);
    }
    let metadata = &schema["properties"]["metadata"];
    if metadata.is_null() || metadata["properties"].is_null() && metadata["type"] == "object" {
        let reference = schemas.reference(&definition(META, "ObjectMeta"));
        schema["properties"]["metadata"] = schemas.wrapped(reference);
    }
}

/// The paths of a resource with their operations: of what, doing what, with which options.
fn add_paths(paths: &mut Map<String, Value>, served: &Served, dialect: Dialect) {
    let names = &served.names;
    let root = match names.group.is_empty() {
        true => format!("/api/{}", names.version),
        false => format!("/apis/{}/{}", names.group, names.version),
    };
    let place = if names.namespaced {
        "/namespaces/{namespace}/"
    } else {
        "/"
    };
    let collection = format!("{root}{place}{}", names.plural);
    let kind = gvk(served, &names.kind);
    let operation = |action: &str, options: &[&str]| {
        let parameters: Vec<Value> = options
            .iter()
            .map(|name| match dialect {
                Dialect::V2 => json!({ "name": name, "in": "query", "type": "string" }),
                Dialect::V3 => {
                    json!({ "name": name, "in": "query", "schema": { "type": "string" } })
                }
            })
            .collect();
        json!({
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": kind,
            "parameters": parameters,
            "responses": { "200": { "description": "OK" } },
        })
    };
    const WRITE: [&str; 3] = ["dryRun", "fieldManager", "fieldValidation"];
    const READ: [&str; 5] = [
        "labelSelector",
        "fieldSelector",
        "limit",
        "continue",
        "watch",
    ];
    let verbs = served.resource.strategy.verbs();
    let (mut many, mut one) = (Map::new(), Map::new());
    if verbs != Verbs::CreateOnly {
        many.insert("get".into(), operation("list", &READ));
        one.insert("get".into(), operation("get", &[]));
    }
    if verbs != Verbs::ReadOnly {
        many.insert("post".into(), operation("post", &WRITE));
    }
    if matches!(verbs, Verbs::All | Verbs::OneByOne) {
        many.insert("delete".into(), operation("deletecollection", &READ));
        one.insert("put".into(), operation("put", &WRITE));
        let patch = ["dryRun", "fieldManager", "fieldValidation", "force"];
        one.insert("patch".into(), operation("patch", &patch));
        one.insert("delete".into(), operation("delete", &["dryRun"]));
    }
    if !one.is_empty() {
        paths.insert(format!("{collection}/{{name}}"), one.into());
    }
    paths.insert(collection, many.into());
}
