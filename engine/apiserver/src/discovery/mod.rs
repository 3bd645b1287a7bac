//! Discovery: which groups, versions and resources there are. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/endpoints/discovery`.

mod aggregated;
mod hash;
mod health;
mod metrics;
mod openid;
mod zpages;

use apimachinery::Status;
use serde_json::{Value, json};

use crate::handler::{Method, Request, Response};
use crate::registry::{Served, Verbs};
use crate::{ApiServer, openapi};

pub(crate) use metrics::Requests;

pub use aggregated::CONTENT_TYPE as AGGREGATED_CONTENT_TYPE;

/// The version that we are.
pub const GIT_VERSION: &str = "v1.36.2";

/// Answers requests whose path names no resource.
pub fn handle(server: &ApiServer, request: &Request) -> Response {
    let parts: Vec<&str> = request
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let routed = matches!(parts.first(), Some(&("api" | "apis")));
    if request.method != Method::Get && (routed || request.method != Method::Head) {
        return Status::method_not_allowed().into();
    }
    let found = match parts.as_slice() {
        [] => Some(Response::json(json!({ "paths": paths(server) }))),
        ["version"] => Some(Response::json(version())),
        [endpoint @ ("healthz" | "livez" | "readyz"), check @ ..] => {
            health::answer(request, endpoint, &check.join("/"))
        }
        ["metrics", "slis"] => Some(Response::text(health::slis())),
        ["metrics"] => Some(Response::text(metrics::text(server))),
        [".well-known", "openid-configuration"] => Some(openid::configuration()),
        ["openid", "v1", "jwks"] => Some(openid::keys()),
        ["statusz"] => Some(zpages::statusz(server, request, &paths(server))),
        ["flagz"] => Some(zpages::flagz(request)),
        ["openapi", rest @ ..] => openapi::handle(server, rest),
        ["api"] if aggregated::is_wanted(request) => Some(Response::json(all(server, true))),
        ["apis"] if aggregated::is_wanted(request) => Some(Response::json(all(server, false))),
        ["api"] => Some(Response::json(api_versions())),
        ["apis"] => Some(Response::json(group_list(server))),
        ["apis", group] => group_value(server, group).map(Response::json),
        ["api", version] => with_hashes(server, "", version).map(Response::json),
        ["apis", group, version] => with_hashes(server, group, version).map(Response::json),
        _ => None,
    };
    found.unwrap_or_else(Response::no_page)
}

/// Aggregated discovery of the core group, or of all others.
fn all(server: &ApiServer, core: bool) -> Value {
    let groups = if core {
        vec![(String::new(), vec!["v1".to_owned()])]
    } else {
        groups(server)
    };
    let groups = groups.into_iter().map(|(group, versions)| {
        let versions = versions.into_iter().filter_map(|version| {
            let list = resource_list(server, &group, &version)?;
            Some((version, list))
        });
        let versions = versions.collect();
        (group, versions)
    });
    aggregated::list(groups.collect())
}

fn version() -> Value {
    json!({
        "major": "1",
        "minor": "36",
        "emulationMajor": "1",
        "emulationMinor": "36",
        "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "35",
        "gitVersion": GIT_VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "",
        "goVersion": "",
        "compiler": "",
        "platform": "linux/amd64",
    })
}

fn api_versions() -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{ "clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443" }],
    })
}

/// Groups with their versions, preferred one first, in the order in which upstream installs them.
fn groups(server: &ApiServer) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for served in server
        .registry()
        .iter()
        .filter(|served| !served.names.group.is_empty())
    {
        let (group, version) = (
            served.names.group.to_string(),
            served.names.version.to_string(),
        );
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, versions)) if versions.contains(&version) => {}
            Some((_, versions)) => versions.push(version),
            None => groups.push((group, vec![version])),
        }
    }
    for extension in server.extensions() {
        let (group, version) = extension.group_version();
        groups.push((group.to_owned(), vec![version.to_owned()]));
    }
    for (_, versions) in &mut groups {
        versions.sort_by_key(|version| std::cmp::Reverse(version_rank(version)));
    }
    groups.sort_by_key(|(group, _)| (group_rank(group), group.clone()));
    groups
}

/// The order of the built-in groups; the others follow by name.
fn group_rank(group: &str) -> usize {
    const ORDER: [&str; 20] = [
        "apiregistration.k8s.io",
        "events.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "storage.k8s.io",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "scheduling.k8s.io",
        "coordination.k8s.io",
        "node.k8s.io",
        "discovery.k8s.io",
        "resource.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "apps",
    ];
    if group == "apps" {
        return 2;
    }
    let found = ORDER
        .iter()
        .position(|name| *name == group)
        .unwrap_or(ORDER.len());
    // Leaves room for apps after the first two.
    if found < 2 { found } else { found + 1 }
}

/// Stable versions before beta before alpha, higher numbers first.
fn version_rank(version: &str) -> (u8, u32, u32) {
    let Some(rest) = version.strip_prefix('v') else {
        return (0, 0, 0);
    };
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let major = rest[..digits].parse().unwrap_or(0);
    let (stability, minor) = match &rest[digits..] {
        "" => (3, ""),
        other => match (other.strip_prefix("beta"), other.strip_prefix("alpha")) {
            (Some(minor), _) => (2, minor),
            (None, Some(minor)) => (1, minor),
            (None, None) => (0, ""),
        },
    };
    (stability, major, minor.parse().unwrap_or(0))
}

fn group_json(group: &str, versions: &[String]) -> Value {
    let entry = |version: &String| json!({ "groupVersion": format!("{group}/{version}"), "version": version });
    json!({
        "name": group,
        "versions": versions.iter().map(entry).collect::<Vec<_>>(),
        "preferredVersion": versions.first().map(entry),
    })
}

fn group_list(server: &ApiServer) -> Value {
    let groups: Vec<Value> = groups(server)
        .iter()
        .map(|(group, versions)| group_json(group, versions))
        .collect();
    json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups })
}

fn group_value(server: &ApiServer, group: &str) -> Option<Value> {
    let groups = groups(server);
    let (_, versions) = groups.iter().find(|(name, _)| name == group)?;
    let mut value = group_json(group, versions);
    value["kind"] = "APIGroup".into();
    value["apiVersion"] = "v1".into();
    Some(value)
}

fn resource_list(server: &ApiServer, group: &str, version: &str) -> Option<Value> {
    let registry = server.registry();
    let mut resources = Vec::new();
    for served in registry
        .iter()
        .filter(|s| s.names.group == group && s.names.version == version)
    {
        resources.extend(api_resources(served));
    }
    if let Some(extension) = server.extension(group, version) {
        resources.extend(extension.resources());
    }
    if resources.is_empty() {
        return None;
    }
    resources.sort_by_key(|resource| resource["name"].as_str().unwrap_or_default().to_owned());
    let group_version = if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    };
    Some(json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version,
        "resources": resources,
    }))
}

/// The list that is asked for by itself also says in which version things are stored.
fn with_hashes(server: &ApiServer, group: &str, version: &str) -> Option<Value> {
    let mut list = resource_list(server, group, version)?;
    for entry in list["resources"].as_array_mut()? {
        let name = entry["name"].as_str().unwrap_or_default();
        let registry = server.registry();
        let Some(served) = registry.find(group, version, name) else {
            continue;
        };
        if matches!(
            served.resource.strategy.verbs(),
            Verbs::All | Verbs::OneByOne
        ) {
            let stored = &served.resource.names;
            entry["storageVersionHash"] =
                hash::of_storage(&stored.group, &stored.version, &stored.kind).into();
        }
    }
    Some(list)
}

/// A resource and its subresources.
fn api_resources(served: &Served) -> Vec<Value> {
    const ALL: &[&str] = &[
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
    ];
    let verbs = match served.resource.strategy.verbs() {
        Verbs::All => ALL,
        Verbs::OneByOne => &[
            "create", "delete", "get", "list", "patch", "update", "watch",
        ],
        Verbs::ReadOnly => &["get", "list"],
        Verbs::CreateOnly => &["create"],
    };
    let names = &served.names;
    let mut resource = json!({
        "name": names.plural.as_str(),
        "singularName": names.singular.as_str(),
        "namespaced": names.namespaced,
        "kind": names.kind.as_str(),
        "verbs": verbs,
    });
    if !names.short.is_empty() {
        resource["shortNames"] = names
            .short
            .iter()
            .map(|name| Value::from(name.as_str()))
            .collect();
    }
    if !names.categories.is_empty() {
        resource["categories"] = names
            .categories
            .iter()
            .map(|name| Value::from(name.as_str()))
            .collect();
    }
    let mut out = vec![resource];
    let strategy = &served.resource.strategy;
    let changed = |sub: &str, kind: &str, group: &str, version: &str| {
        json!({
            "name": format!("{}/{sub}", names.plural),
            "singularName": "",
            "namespaced": names.namespaced,
            "kind": kind,
            "group": group,
            "version": version,
            "verbs": ["get", "patch", "update"],
        })
    };
    if strategy.has_scale() {
        out.push(changed("scale", "Scale", "autoscaling", "v1"));
    }
    // What can only be made, and of which kind that is.
    let made: &[(&str, &str, &str)] = match (&*names.group, &*names.plural) {
        ("", "pods") => &[
            ("binding", "Binding", ""),
            ("eviction", "Eviction", "policy"),
        ],
        ("", "serviceaccounts") => &[("token", "TokenRequest", "authentication.k8s.io")],
        _ => &[],
    };
    for (sub, kind, group) in made {
        let mut entry = changed(sub, kind, group, "v1");
        entry["verbs"] = json!(["create"]);
        if group.is_empty() {
            entry
                .as_object_mut()
                .map(|entry| (entry.remove("group"), entry.remove("version")));
        }
        out.push(entry);
    }
    if names.group.is_empty() && names.plural == "pods" {
        for (sub, verbs) in [
            ("attach", &["create", "get"][..]),
            ("exec", &["create", "get"]),
            ("log", &["get"]),
            ("portforward", &["create", "get"]),
        ] {
            let kind = match sub {
                "attach" => "PodAttachOptions",
                "exec" => "PodExecOptions",
                "portforward" => "PodPortForwardOptions",
                _ => "Pod",
            };
            out.push(json!({
                "name": format!("pods/{sub}"),
                "singularName": "",
                "namespaced": true,
                "kind": kind,
                "verbs": verbs,
            }));
        }
    }
    let status = strategy.has_status().then_some("status");
    for sub in status
        .into_iter()
        .chain(strategy.subresources().iter().copied())
    {
        out.push(json!({
            "name": format!("{}/{sub}", names.plural),
            "singularName": "",
            "namespaced": names.namespaced,
            "kind": names.kind.as_str(),
            "verbs": if sub == "finalize" { &["update"][..] } else { &["get", "patch", "update"] },
        }));
    }
    if let ("", "pods" | "services" | "nodes") = (&*names.group, &*names.plural) {
        out.push(json!({
            "name": format!("{}/proxy", names.plural),
            "singularName": "",
            "namespaced": names.namespaced,
            "kind": format!("{}ProxyOptions", names.kind),
            "verbs": ["create", "delete", "get", "patch", "update"],
        }));
    }
    out
}

fn paths(server: &ApiServer) -> Vec<String> {
    let mut paths: Vec<String> = ["/api", "/api/v1", "/apis", "/apis/"]
        .map(String::from)
        .to_vec();
    for (group, versions) in groups(server) {
        paths.push(format!("/apis/{group}"));
        paths.extend(
            versions
                .iter()
                .map(|version| format!("/apis/{group}/{version}")),
        );
    }
    let others = [
        openid::CONFIGURATION,
        openid::KEYS,
        "/flagz",
        "/statusz",
        "/metrics",
        "/metrics/slis",
        "/openapi/v2",
        "/openapi/v3",
        "/version",
    ];
    paths.extend(others.map(String::from));
    for endpoint in health::ENDPOINTS {
        paths.push(format!("/{endpoint}"));
        let checks = health::checks(endpoint).into_iter();
        paths.extend(checks.map(|check| format!("/{endpoint}/{check}")));
    }
    paths.sort();
    paths
}
