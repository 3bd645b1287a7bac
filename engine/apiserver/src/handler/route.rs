//! What a path and a method ask for. Kubernetes' room for this is `k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`.

use super::request::{Method, Request};

/// A request for a resource, read from its URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The API group; empty for core.
    pub group: String,
    /// The version.
    pub version: String,
    /// Empty for cluster-scoped resources, and for all namespaces.
    pub namespace: String,
    /// The resource.
    pub resource: String,
    /// The object; empty for all.
    pub name: String,
    /// `status` and the like.
    pub subresource: String,
    /// What follows the subresource (`proxy/some/path`).
    pub rest: String,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a resource.
    Resource(Route),
    /// To a path that is no resource, such as `/version` or `/apis/apps`.
    Path,
}

/// Reads the path of a request.
pub fn parse(path: &str) -> Target {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
        ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
        _ => return Target::Path,
    };
    let mut route = Route {
        group: group.to_owned(),
        version: version.to_owned(),
        namespace: String::new(),
        resource: String::new(),
        name: String::new(),
        subresource: String::new(),
        rest: String::new(),
    };
    let rest = match rest {
        // /namespaces/NAME/status is about the namespace, /namespaces/NAME/pods about what is in it.
        ["namespaces", namespace, inner @ ..]
            if !matches!(inner, [] | ["status" | "finalize", ..]) =>
        {
            (*namespace).clone_into(&mut route.namespace);
            inner
        }
        ["namespaces", namespace, ..] if group.is_empty() => {
            // A namespace is in itself, as far as permissions go.
            (*namespace).clone_into(&mut route.namespace);
            rest
        }
        other => other,
    };
    let mut rest = rest.iter();
    let mut next = || rest.next().copied().unwrap_or_default().to_owned();
    route.resource = next();
    route.name = next();
    route.subresource = next();
    route.rest = rest.copied().collect::<Vec<_>>().join("/");
    Target::Resource(route)
}

/// The API's word for what a request does, as rules of access spell it.
pub fn verb(request: &Request, route: &Route) -> &'static str {
    match (request.method, route.name.is_empty()) {
        (Method::Get, _) if request.flag("watch") => "watch",
        (Method::Get, true) => "list",
        (Method::Get, false) | (Method::Head, _) => "get",
        (Method::Options, _) => "",
        (Method::Post, _) => "create",
        (Method::Put, _) => "update",
        (Method::Patch, _) => "patch",
        (Method::Delete, true) => "deletecollection",
        (Method::Delete, false) => "delete",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        let text = match parse(path) {
            Target::Path => "path".to_owned(),
            Target::Resource(r) => {
                format!(
                    "{}|{}|{}|{}|{}|{}|{}",
                    r.group, r.version, r.namespace, r.resource, r.name, r.subresource, r.rest
                )
            }
        };
        assert_eq!(text, expected, "{path}");
    }

    #[test]
    fn reads_paths() {
        check("/version", "path");
        check("/api/v1", "path");
        check("/apis/apps/v1", "path");
        check("/api/v1/nodes", "|v1||nodes|||");
        check("/api/v1/namespaces/a/pods", "|v1|a|pods|||");
        check("/api/v1/namespaces/a/pods/b/log", "|v1|a|pods|b|log|");
        check("/api/v1/namespaces/a", "|v1|a|namespaces|a||");
        check(
            "/api/v1/namespaces/a/finalize",
            "|v1|a|namespaces|a|finalize|",
        );
        check("/api/v1/namespaces", "|v1||namespaces|||");
        check(
            "/apis/apps/v1/namespaces/a/deployments/b/scale",
            "apps|v1|a|deployments|b|scale|",
        );
        check(
            "/api/v1/namespaces/a/services/b:80/proxy/x/y",
            "|v1|a|services|b:80|proxy|x/y",
        );
    }
}
