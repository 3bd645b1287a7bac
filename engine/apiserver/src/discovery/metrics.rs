//! `/metrics`: a few numbers about the server in Prometheus' text form, under upstream's names.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::GIT_VERSION;
use crate::ApiServer;
use crate::handler::{Request, Route, verb};

/// How many requests are told apart; what else comes is not counted.
const MOST: usize = 1000;

/// How many requests there were: by their labels, which are put together once for each.
#[derive(Default)]
pub(crate) struct Requests(RefCell<BTreeMap<String, u64>>);

impl Requests {
    /// Counts a request for a resource.
    pub(crate) fn count(&self, request: &Request, route: &Route, code: u16) {
        let verb = match verb(request, route) {
            "create" => "POST".to_owned(),
            "update" => "PUT".to_owned(),
            "patch" if request.content_type.starts_with("application/apply-patch") => {
                "APPLY".to_owned()
            }
            other => other.to_ascii_uppercase(),
        };
        let scope = match (route.name.is_empty(), route.namespace.is_empty()) {
            (false, _) => "resource",
            (true, false) => "namespace",
            (true, true) => "cluster",
        };
        let dry = if request.param("dryRun").is_empty() {
            ""
        } else {
            "All"
        };
        let labels = format!(
            "{{code=\"{code}\",component=\"apiserver\",dry_run=\"{dry}\",group=\"{}\",resource=\"{}\",scope=\"{scope}\",subresource=\"{}\",verb=\"{verb}\",version=\"{}\"}}",
            route.group, route.resource, route.subresource, route.version
        );
        let mut all = self.0.borrow_mut();
        if all.len() < MOST || all.contains_key(&labels) {
            *all.entry(labels).or_default() += 1;
        }
    }
}

/// What there is, how many objects of each kind, and how far the revisions are.
pub(super) fn text(server: &ApiServer) -> String {
    let mut out = String::new();
    let mut about = |name: &str, help: &str| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
    };
    about(
        "kubernetes_build_info",
        "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
    );
    let _ = writeln!(
        out,
        "kubernetes_build_info{{git_version=\"{GIT_VERSION}\",major=\"1\",minor=\"36\",platform=\"linux/amd64\"}} 1"
    );
    let storage = server.storage();
    let name = "apiserver_resource_objects";
    let _ = writeln!(
        out,
        "# HELP {name} [STABLE] Number of stored objects at the time of last check split by kind.\n# TYPE {name} gauge"
    );
    let registry = server.registry();
    let mut seen = Vec::new();
    for served in registry.iter() {
        let resource = &served.resource;
        if seen.contains(&resource.table) {
            continue;
        }
        seen.push(resource.table);
        let (group, plural) = (&resource.names.group, &resource.names.plural);
        let count = storage.table(resource.table).len();
        let _ = writeln!(
            out,
            "{name}{{group=\"{group}\",resource=\"{plural}\"}} {count}"
        );
    }
    let name = "apiserver_request_total";
    let _ = writeln!(
        out,
        "# HELP {name} [STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.\n# TYPE {name} counter"
    );
    for (labels, count) in server.requests().0.borrow().iter() {
        let _ = writeln!(out, "{name}{labels} {count}");
    }
    let name = "etcd_mvcc_current_revision";
    let _ = writeln!(
        out,
        "# HELP {name} The current revision of the store.\n# TYPE {name} gauge\n{name} {}",
        storage.revision()
    );
    out
}
