//! Aggregated discovery: all groups, versions and resources in one answer (`apidiscovery.k8s.io/v2`), for clients whose
//! `Accept` header asks for it. It says the same as the older documents, in another form.

use serde_json::{Value, json};

use crate::handler::Request;

/// How the answer's `Content-Type` must read.
pub const CONTENT_TYPE: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Whether the client would rather have it than the older form.
pub(super) fn is_wanted(request: &Request) -> bool {
    let first = request.accept.split(',').find(|clause| {
        let media = clause.split(';').next().unwrap_or_default().trim();
        matches!(media, "application/json" | "*/*" | "application/*")
    });
    let has = |clause: &str, wanted: &str| clause.split(';').any(|part| part.trim() == wanted);
    first.is_some_and(|clause| {
        has(clause, "as=APIGroupDiscoveryList")
            && has(clause, "g=apidiscovery.k8s.io")
            && has(clause, "v=v2")
    })
}

/// The list of the groups; of each version its `APIResourceList`.
pub(super) fn list(groups: Vec<(String, Vec<(String, Value)>)>) -> Value {
    let items: Vec<Value> = groups
        .into_iter()
        .map(|(name, versions)| {
            let versions = versions.into_iter().map(|(version, list)| {
                json!({ "version": version, "resources": resources(&list), "freshness": "Current" })
            });
            let metadata = if name.is_empty() {
                json!({})
            } else {
                json!({ "name": name })
            };
            json!({ "metadata": metadata, "versions": versions.collect::<Vec<_>>() })
        })
        .collect();
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    })
}

/// Resources, each with its subresources in it.
fn resources(list: &Value) -> Vec<Value> {
    let group_version = list["groupVersion"].as_str().unwrap_or_default();
    let (group, version) = group_version.split_once('/').unwrap_or(("", group_version));
    let mut out: Vec<Value> = Vec::new();
    for entry in list["resources"].as_array().into_iter().flatten() {
        let text = |key: &str, otherwise: &str| {
            let found = entry[key].as_str().unwrap_or_default();
            Value::from(if found.is_empty() { otherwise } else { found })
        };
        let kind = json!({
            "group": text("group", group),
            "version": text("version", version),
            "kind": entry["kind"],
        });
        let name = entry["name"].as_str().unwrap_or_default();
        if let Some((parent, sub)) = name.split_once('/') {
            let sub = json!({ "subresource": sub, "responseKind": kind, "verbs": entry["verbs"] });
            let place = out
                .iter_mut()
                .find(|resource| resource["resource"] == parent);
            if let Some(Value::Object(resource)) = place {
                let subs = resource.entry("subresources").or_insert_with(|| json!([]));
                if let Value::Array(subs) = subs {
                    subs.push(sub);
                }
            }
            continue;
        }
        let scope = match entry["namespaced"].as_bool() {
            Some(true) => "Namespaced",
            _ => "Cluster",
        };
        let mut resource = json!({
            "resource": name,
            "responseKind": kind,
            "scope": scope,
            "singularResource": entry["singularName"],
            "verbs": entry["verbs"],
        });
        for key in ["shortNames", "categories"] {
            if !entry[key].is_null() {
                resource[key] = entry[key].clone();
            }
        }
        out.push(resource);
    }
    out
}
