//! `/metrics`: a few numbers about the server in Prometheus' text form, under upstream's names.

use std::fmt::Write as _;

use super::GIT_VERSION;
use crate::ApiServer;

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
    let name = "etcd_mvcc_current_revision";
    let _ = writeln!(
        out,
        "# HELP {name} The current revision of the store.\n# TYPE {name} gauge\n{name} {}",
        storage.revision()
    );
    out
}
