//! The built-in signers (`signer`): whether a request is for one of them, and whether it may be signed.

use std::collections::BTreeSet;
use std::time::Duration;

use api::certificates::v1::{CertificateSigningRequest, CertificateSigningRequestCondition};
use apimachinery::{Status, Str};
use client::Client;
use pki::{Request, Unverified};
use sim::Time;

use super::{
    APPROVED, CLIENT, DENIED, FAILED, KUBELET_CLIENT, KUBELET_SERVING, LEGACY, authority,
    condition, parse,
};

const DIGITAL_SIGNATURE: &str = "digital signature";
const KEY_ENCIPHERMENT: &str = "key encipherment";
const CLIENT_AUTH: &str = "client auth";
const SERVER_AUTH: &str = "server auth";
/// What is said of keys that nothing can be verified with here.
const UNKNOWN_KEY: &str = "this cluster's signers know RSA keys and SHA-256 only: the request's signature cannot be verified";

pub(super) fn handle(
    client: &Client,
    _: Time,
    request: &CertificateSigningRequest,
) -> Result<Option<Duration>, Status> {
    let has = |kind| condition(request, kind).is_some();
    let spec = &request.spec;
    let ours =
        [CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY].contains(&spec.signer_name.as_str());
    let issued = !request.status.certificate.is_empty();
    if issued || !ours || !has(APPROVED) || has(DENIED) || has(FAILED) {
        return Ok(None);
    }
    let asked = parse(request)?;
    let problem = match spec.signer_name.as_str() {
        CLIENT => check_client(&spec.usages),
        KUBELET_CLIENT => check_kubelet_client(&asked, &spec.usages),
        KUBELET_SERVING => check_kubelet_serving(&asked, &spec.usages),
        _ => Ok(()),
    };
    let problem = problem.and_then(|()| match asked.verify() {
        Err(Unverified::Unknown) => Err(UNKNOWN_KEY.to_owned()),
        _ => Ok(()),
    });
    let mut done = request.clone();
    match problem {
        Err(message) => done
            .status
            .conditions
            .push(CertificateSigningRequestCondition {
                type_: FAILED.into(),
                status: "True".into(),
                reason: "SignerValidationFailure".into(),
                message: message.into(),
                last_update_time: client.now(),
                ..CertificateSigningRequestCondition::default()
            }),
        Ok(()) => done.status.certificate = authority::sign(client, request, &asked)?,
    }
    client.update_status(done)?;
    Ok(None)
}

fn check_client(usages: &[Str]) -> Result<(), String> {
    let allowed = [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, CLIENT_AUTH];
    if let Some(other) = usages
        .iter()
        .find(|usage| !allowed.contains(&usage.as_str()))
    {
        return Err(format!("invalid usage for client certificate: {other}"));
    }
    if !usages.iter().any(|usage| usage == CLIENT_AUTH) {
        return Err(format!(
            "missing required usage for client certificate: {CLIENT_AUTH}"
        ));
    }
    Ok(())
}

const NOT_NODES: &str = "subject organization is not system:nodes";
const NOT_A_NODE: &str = "subject common name does not begin with system:node:";

/// Whether this is what a kubelet asks for to show it to the API server.
pub(super) fn check_kubelet_client(asked: &Request, usages: &[Str]) -> Result<(), String> {
    let names = &asked.names;
    let problem = if !of_nodes(asked) {
        NOT_NODES
    } else if names.dns().next().is_some() {
        "DNS subjectAltNames are not allowed"
    } else if names.has_emails() {
        "Email subjectAltNames are not allowed"
    } else if names.has_ips() {
        "IP subjectAltNames are not allowed"
    } else if names.has_uris() {
        "URI subjectAltNames are not allowed"
    } else if !asked.subject.common().starts_with("system:node:") {
        NOT_A_NODE
    } else {
        return check_usages(usages, CLIENT_AUTH);
    };
    Err(problem.to_owned())
}

/// Whether this is what a kubelet asks for to show it to everybody.
fn check_kubelet_serving(asked: &Request, usages: &[Str]) -> Result<(), String> {
    let names = &asked.names;
    let problem = if !of_nodes(asked) {
        NOT_NODES
    } else if names.dns().next().is_none() && !names.has_ips() {
        "DNS or IP subjectAltName is required"
    } else if names.has_emails() {
        "Email subjectAltNames are not allowed"
    } else if names.has_uris() {
        "URI subjectAltNames are not allowed"
    } else {
        check_usages(usages, SERVER_AUTH)?;
        if asked.subject.common().starts_with("system:node:") {
            return Ok(());
        }
        NOT_A_NODE
    };
    Err(problem.to_owned())
}

fn of_nodes(asked: &Request) -> bool {
    asked.subject.all("O").eq(["system:nodes"])
}

/// Whether these are the usages of a kubelet; keys that are not RSA need no encipherment.
fn check_usages(usages: &[Str], auth: &str) -> Result<(), String> {
    let mut got: BTreeSet<&str> = usages.iter().map(Str::as_str).collect();
    got.remove(KEY_ENCIPHERMENT);
    if got == BTreeSet::from([DIGITAL_SIGNATURE, auth]) {
        return Ok(());
    }
    let wanted = BTreeSet::from([DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, auth]);
    let wanted: Vec<&str> = wanted.into_iter().collect();
    Err(format!("usages did not match [{}]", wanted.join(" ")))
}
