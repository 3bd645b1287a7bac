//! `pods/proxy` and `services/proxy`: HTTP through the API server to a port of a pod. Kubernetes' room for this is
//! `pkg/registry/core/{pod,service}/rest` and `ResourceLocation`.
//!
//! The name in the URL is `[scheme:]name[:port]`. A connection goes to the pod's own network, so no route or policy is in
//! the way. Nobody in the pods speaks TLS, so `https:` finds nobody who understands.

use std::rc::Rc;

use api::core::v1::{Pod, Service};
use api::discovery::v1::EndpointSlice;
use apimachinery::{Status, Str};

use super::log::no_node;
use crate::admission::{lookup, lookup_all};
use crate::handler::proxied::Proxied;
use crate::handler::{Call, Response, ResponseBody};

/// What the URL names.
struct Wanted<'a> {
    name: &'a str,
    /// Whether `https:` is asked for.
    tls: bool,
    /// A number, a port's name, or nothing.
    port: &'a str,
}

impl<'a> Wanted<'a> {
    fn parse(text: &'a str, kind: &str) -> Result<Self, Status> {
        let parts: Vec<&str> = text.split(':').collect();
        let wanted = |name, port, tls| Ok(Self { name, tls, port });
        match parts.as_slice() {
            [name] => wanted(name, "", false),
            [name, port] | ["" | "http", name, port] => wanted(name, port, false),
            ["https", name, port] => wanted(name, port, true),
            _ => {
                let quoted = apimachinery::gotext::quote(text);
                Err(Status::bad_request(format!(
                    "invalid {kind} request {quoted}"
                )))
            }
        }
    }
}

/// Passes the request on.
pub(super) fn proxy(call: &Call<'_>) -> Result<Response, Status> {
    let (pod, port, tls) = if call.served.names.plural == "services" {
        let (pod, port, tls) = service(call)?;
        (pod, port.to_string(), tls)
    } else {
        pod(call)?
    };
    if pod.spec.node_name.is_empty() {
        return Err(Status::bad_request("address not allowed"));
    }
    let node = call.cx.server.node(&pod.spec.node_name);
    let node = node.ok_or_else(|| no_node(&pod.spec.node_name))?;
    let session = match port.parse::<u16>() {
        Ok(port) => Ok(node.port_forward(&pod, port)?),
        Err(_) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(format!("dial tcp: address {port}: invalid port"))
        }
        Err(_) => Err(format!("dial tcp: lookup tcp/{port}: unknown port")),
    };
    let host = format!("{}:{port}", pod.status.pod_ip);
    let path = format!("/{}", call.route.rest);
    let proxied = Proxied::new(session, host, tls, &path, call.request);
    Ok(Response::new(200, ResponseBody::Proxied(Box::new(proxied))))
}

fn pod(call: &Call<'_>) -> Result<(Rc<Pod>, String, bool), Status> {
    let wanted = Wanted::parse(&call.route.name, "pod")?;
    let pod = lookup::<Pod>(call.cx, call.namespace(), wanted.name)
        .ok_or_else(|| not_found(call, wanted.name))?;
    let ports = || pod.spec.containers.iter().flat_map(|c| c.ports.iter());
    let port = match wanted.port {
        // As upstream: the first port that a container names, else 80.
        "" => ports()
            .next()
            .map_or("80".to_owned(), |port| port.container_port.to_string()),
        text => text.to_owned(),
    };
    Ok((pod, port, wanted.tls))
}

fn number(port: i32) -> Option<u16> {
    u16::try_from(port).ok()
}

fn not_found(call: &Call<'_>, name: &str) -> Status {
    Status::not_found(&call.served.names.group_resource(), name)
}

/// A ready pod of the service, and the port there that belongs to the service's.
fn service(call: &Call<'_>) -> Result<(Rc<Pod>, u16, bool), Status> {
    let wanted = Wanted::parse(&call.route.name, "service")?;
    let namespace = call.namespace();
    let service = lookup::<Service>(call.cx, namespace, wanted.name)
        .ok_or_else(|| not_found(call, wanted.name))?;
    // By number, by name, or the only one.
    let ports = &service.spec.ports;
    let found = match wanted.port {
        "" if ports.len() == 1 => ports.first(),
        "" => ports.iter().find(|port| port.name.is_empty()),
        text => ports
            .iter()
            .find(|port| port.name == text || port.port.to_string() == text),
    };
    let unavailable = |text: String| Status::service_unavailable(text);
    let found = found.ok_or_else(|| {
        unavailable(format!(
            "no service port {} found for service {}",
            apimachinery::gotext::quote(wanted.port),
            apimachinery::gotext::quote(wanted.name)
        ))
    })?;
    let (pod, port) = endpoint(call, wanted.name, &found.name).ok_or_else(|| {
        let quoted = apimachinery::gotext::quote(wanted.name);
        unavailable(format!("no endpoints available for service {quoted}"))
    })?;
    Ok((pod, port, wanted.tls))
}

/// One of the service's ready endpoints, by chance as upstream.
fn endpoint(call: &Call<'_>, service: &str, port_name: &Str) -> Option<(Rc<Pod>, u16)> {
    let mut found: Vec<(Str, u16)> = Vec::new();
    for slice in lookup_all::<EndpointSlice>(call.cx, call.namespace()) {
        if slice.metadata.labels.text("kubernetes.io/service-name") != service {
            continue;
        }
        let port = slice
            .ports
            .iter()
            .find(|port| port.name.as_deref().unwrap_or_default() == port_name.as_str());
        let Some(port) = port.and_then(|port| port.port).and_then(number) else {
            continue;
        };
        let ready = slice.endpoints.iter();
        let ready = ready.filter(|endpoint| endpoint.conditions.ready != Some(false));
        let pods = ready.filter_map(|endpoint| endpoint.target_ref.as_ref());
        found.extend(pods.map(|target| (target.name.clone(), port)));
    }
    let chosen = usize::try_from(
        call.cx
            .server
            .random(u64::try_from(found.len().max(1)).ok()?),
    )
    .ok()?;
    let (name, port) = found.into_iter().nth(chosen)?;
    let pod = lookup::<Pod>(call.cx, call.namespace(), &name)?;
    Some((pod, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names() {
        let check = |text: &str, wanted: Option<(&str, &str)>| {
            let got = Wanted::parse(text, "pod").ok();
            assert_eq!(got.map(|w| (w.name, w.port)), wanted, "{text}");
        };
        check("web", Some(("web", "")));
        check("web:80", Some(("web", "80")));
        check("http:web:80", Some(("web", "80")));
        check(":web:", Some(("web", "")));
        check("https:web:443", Some(("web", "443")));
        check("a:b:c:d", None);
    }
}
