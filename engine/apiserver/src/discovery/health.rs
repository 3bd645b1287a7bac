//! `/healthz`, `/livez`, `/readyz`: `ok`, or with `?verbose` every check by name. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/server/healthz`.
//!
//! There is nothing in this server that could be unwell while it answers, so every check passes; `?exclude=NAME` leaves one
//! out as upstream does, and `/livez/NAME` asks for one alone.

use std::fmt::Write as _;

use crate::handler::{Request, Response};

/// The three endpoints.
pub(super) const ENDPOINTS: [&str; 3] = ["healthz", "livez", "readyz"];
/// Checks of all three, in upstream's order; `readyz` has two more behind the first three.
const CHECKS: [&str; 3] = ["ping", "log", "etcd"];
const READY_ONLY: [&str; 2] = ["etcd-readiness", "informer-sync"];
/// What is done once at the start; whoever can ask comes after it.
const START: &str = "start-apiserver-admission-initializer generic-apiserver-start-informers \
    priority-and-fairness-config-consumer priority-and-fairness-filter storage-object-count-tracker-hook \
    start-apiextensions-informers start-apiextensions-controllers crd-informer-synced start-system-namespaces-controller \
    start-cluster-authentication-info-controller start-kube-apiserver-identity-lease-controller \
    start-kube-apiserver-identity-lease-garbage-collector start-legacy-token-tracking-controller \
    start-service-ip-repair-controllers rbac/bootstrap-roles scheduling/bootstrap-system-priority-classes \
    priority-and-fairness-config-producer bootstrap-controller start-kubernetes-service-cidr-controller \
    aggregator-reload-proxy-client-cert start-kube-aggregator-informers apiservice-status-local-available-controller \
    apiservice-status-remote-available-controller apiservice-registration-controller apiservice-discovery-controller \
    kube-apiserver-autoregistration autoregister-completion apiservice-openapi-controller \
    apiservice-openapiv3-controller";

/// The checks of an endpoint.
pub(super) fn checks(endpoint: &str) -> Vec<String> {
    let mut checks: Vec<String> = CHECKS.map(String::from).to_vec();
    let ready = endpoint == "readyz";
    if ready {
        checks.extend(READY_ONLY.map(String::from));
    }
    checks.extend(START.split_ascii_whitespace().map(|hook| match hook {
        "autoregister-completion" => hook.to_owned(),
        hook => format!("poststarthook/{hook}"),
    }));
    if ready {
        checks.push("shutdown".to_owned());
    }
    checks
}

/// Answers for `healthz`, `livez` or `readyz`, or for one check below it.
pub(super) fn answer(request: &Request, endpoint: &str, check: &str) -> Option<Response> {
    let checks = checks(endpoint);
    if !check.is_empty() {
        let known = checks.iter().any(|known| known == check);
        return known.then(|| Response::text("ok"));
    }
    if !request.query.iter().any(|(key, _)| key == "verbose") {
        return Some(Response::text("ok"));
    }
    let mut text = String::new();
    for check in &checks {
        if request.params("exclude").any(|excluded| excluded == check) {
            let _ = writeln!(text, "[+]{check} excluded: ok");
        } else {
            let _ = writeln!(text, "[+]{check} ok");
        }
    }
    let unknown = request.params("exclude");
    let mut unknown: Vec<_> = unknown
        .filter(|name| !checks.iter().any(|check| check == name))
        .map(apimachinery::gotext::quote)
        .collect();
    unknown.sort();
    unknown.dedup();
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        let _ = writeln!(
            text,
            "warn: some health checks cannot be excluded: no matches for {unknown}"
        );
    }
    let _ = writeln!(text, "{endpoint} check passed");
    Some(Response::text(text))
}

/// The checks as metrics, for `/metrics/slis`.
pub(super) fn slis() -> String {
    let mut lines: Vec<String> = Vec::new();
    for endpoint in ENDPOINTS {
        lines.extend(checks(endpoint).into_iter().map(|check| {
            format!("kubernetes_healthcheck{{name=\"{check}\",type=\"{endpoint}\"}} 1\n")
        }));
    }
    lines.sort();
    format!(
        "# HELP kubernetes_healthcheck [STABLE] This metric records the result of a single healthcheck.\n\
         # TYPE kubernetes_healthcheck gauge\n{}",
        lines.concat()
    )
}
