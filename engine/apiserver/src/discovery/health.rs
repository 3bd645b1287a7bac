//! `/healthz`, `/livez`, `/readyz`: `ok`, or with `?verbose` every check by name. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/server/healthz`.
//!
//! There is nothing in this server that could be unwell while it answers, so every check passes; `?exclude=NAME` leaves one
//! out as upstream does, and `/livez/NAME` asks for one alone.

use std::fmt::Write as _;

use crate::handler::{Request, Response};

/// Checks of all three, in upstream's order; `readyz` has two more behind the first two.
const CHECKS: [&str; 7] = [
    "ping",
    "log",
    "etcd",
    "poststarthook/start-apiserver-admission-initializer",
    "poststarthook/rbac/bootstrap-roles",
    "poststarthook/scheduling/bootstrap-system-priority-classes",
    "autoregister-completion",
];
const READY_ONLY: [&str; 2] = ["etcd-readiness", "informer-sync"];

/// Answers for `healthz`, `livez` or `readyz`, or for one check below it.
pub(super) fn answer(request: &Request, endpoint: &str, check: &str) -> Option<Response> {
    let mut checks: Vec<&str> = CHECKS.to_vec();
    if endpoint == "readyz" {
        checks.splice(3..3, READY_ONLY);
        checks.push("shutdown");
    }
    if !check.is_empty() {
        return checks.contains(&check).then(|| Response::text("ok"));
    }
    if !request.query.iter().any(|(key, _)| key == "verbose") {
        return Some(Response::text("ok"));
    }
    let mut text = String::new();
    for check in checks {
        if request.params("exclude").any(|excluded| excluded == check) {
            let _ = writeln!(text, "[+]{check} excluded: ok");
        } else {
            let _ = writeln!(text, "[+]{check} ok");
        }
    }
    let _ = writeln!(text, "{endpoint} check passed");
    Some(Response::text(text))
}
