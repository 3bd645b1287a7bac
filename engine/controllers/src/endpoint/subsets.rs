//! Groups addresses with the same ports, and ports with the same addresses, into subsets
//! (`k8s.io/kubernetes/pkg/api/v1/endpoints`).

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset, ObjectReference, Pod, Service};
use apimachinery::Str;
use component_helpers::pod;

use super::listed;
use crate::common::service_pods::{addresses, find_port, host_name, is_headless};

/// A port as a key; none stands for "no ports at all".
type PortKey = Option<(Str, i32, Str, Option<Str>)>;
/// Addresses by IP and pod, with whether they are ready.
type Addresses = BTreeMap<(Str, Str), (EndpointAddress, bool)>;

/// The subsets of a service.
pub(super) fn of(service: &Service, pods: &[Rc<Pod>]) -> Vec<EndpointSubset> {
    let mut by_port: BTreeMap<PortKey, Addresses> = BTreeMap::new();
    for pod in listed(service, pods) {
        let Some(address) = address_of(service, pod) else {
            continue;
        };
        let ready = service.spec.publish_not_ready_addresses || pod::is_ready(pod);
        let key = (address.ip.clone(), pod.metadata.uid.clone());
        let mut add = |port: PortKey| {
            let addresses = by_port.entry(port).or_default();
            addresses.insert(key.clone(), (address.clone(), ready));
        };
        if service.spec.ports.is_empty() && is_headless(service) {
            add(None);
        }
        for port in &service.spec.ports {
            if let Some(number) = find_port(pod, port) {
                let (name, protocol) = (port.name.clone(), port.protocol.clone());
                add(Some((name, number, protocol, port.app_protocol.clone())));
            }
        }
    }
    // Ports with the same addresses go together.
    let mut subsets: Vec<(Addresses, Vec<PortKey>)> = Vec::new();
    for (port, addresses) in by_port {
        match subsets.iter_mut().find(|(there, _)| *there == addresses) {
            Some((_, ports)) => ports.push(port),
            None => subsets.push((addresses, vec![port])),
        }
    }
    subsets.into_iter().map(subset_of).collect()
}

fn subset_of((addresses, ports): (Addresses, Vec<PortKey>)) -> EndpointSubset {
    let (ready, not_ready): (Vec<_>, Vec<_>) =
        addresses.into_values().partition(|(_, ready)| *ready);
    let plain = |list: Vec<(EndpointAddress, bool)>| list.into_iter().map(|(a, _)| a).collect();
    let ports = ports.into_iter().flatten();
    let ports = ports.map(|(name, port, protocol, app_protocol)| EndpointPort {
        name,
        port,
        protocol,
        app_protocol,
    });
    EndpointSubset {
        addresses: plain(ready),
        not_ready_addresses: plain(not_ready),
        ports: ports.collect(),
    }
}

fn address_of(service: &Service, pod: &Pod) -> Option<EndpointAddress> {
    let family = service.spec.ip_families.first();
    let six = family.is_some_and(|family| *family == "IPv6");
    let ip = addresses(pod)
        .into_iter()
        .find(|ip| ip.contains(':') == six)?;
    let target = ObjectReference {
        kind: "Pod".into(),
        namespace: pod.metadata.namespace.clone(),
        name: pod.metadata.name.clone(),
        uid: pod.metadata.uid.clone(),
        ..ObjectReference::default()
    };
    Some(EndpointAddress {
        ip,
        hostname: host_name(pod, service).unwrap_or_default(),
        node_name: Some(pod.spec.node_name.clone()),
        target_ref: Some(target.into()),
    })
}
