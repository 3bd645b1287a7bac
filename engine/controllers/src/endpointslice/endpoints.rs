//! What pods look like as endpoints.

use std::collections::BTreeMap;

use api::core::v1::{Node, ObjectReference, Pod, Service};
use api::discovery::v1::{
    Endpoint, EndpointConditions, EndpointHints, EndpointPort, ForNode, ForZone,
};
use apimachinery::Str;
use component_helpers::pod;

use crate::common::service_pods::{addresses, find_port, host_name};

const ZONE_LABEL: &str = "topology.kubernetes.io/zone";

/// Ports in an order that does not matter: the same ports are the same key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PortsKey(Vec<PortKey>);

/// Name, protocol, number, application protocol.
type PortKey = (Option<Str>, Option<Str>, Option<i32>, Option<Str>);

impl PortsKey {
    pub(super) fn of(ports: &[EndpointPort]) -> Self {
        let key = |port: &EndpointPort| {
            (
                port.name.clone(),
                port.protocol.clone(),
                port.port,
                port.app_protocol.clone(),
            )
        };
        let mut key: Vec<_> = ports.iter().map(key).collect();
        key.sort();
        Self(key)
    }
}

/// Endpoints that are reached through the same ports.
#[derive(Default)]
pub(super) struct Group {
    pub(super) ports: Vec<EndpointPort>,
    pub(super) endpoints: Vec<Endpoint>,
}

/// Endpoints by their ports.
pub(super) type Groups = BTreeMap<PortsKey, Group>;

/// Whether an address is of a type that slices are made for.
pub(super) fn is_of_type(address: &str, type_: &str) -> bool {
    address.contains(':') == (type_ == "IPv6")
}

/// A service's ports on a pod: none if the pod has none of them.
pub(super) fn ports_of(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let ports = service.spec.ports.iter().filter_map(|port| {
        Some(EndpointPort {
            name: Some(port.name.clone()),
            protocol: Some(port.protocol.clone()),
            port: Some(find_port(pod, port)?),
            app_protocol: port.app_protocol.clone(),
        })
    });
    ports.collect()
}

/// A pod as an endpoint.
pub(super) fn endpoint_of(
    service: &Service,
    pod: &Pod,
    node: Option<&Node>,
    type_: &str,
) -> Endpoint {
    let serving = pod::is_ready(pod);
    let terminating = pod.metadata.is_deleting();
    let of_type = addresses(pod)
        .into_iter()
        .filter(|ip| is_of_type(ip, type_));
    let target = ObjectReference {
        kind: "Pod".into(),
        namespace: pod.metadata.namespace.clone(),
        name: pod.metadata.name.clone(),
        uid: pod.metadata.uid.clone(),
        ..ObjectReference::default()
    };
    let ready = service.spec.publish_not_ready_addresses || (serving && !terminating);
    let node_name = Some(pod.spec.node_name.clone()).filter(|name| !name.is_empty());
    let zone = node.and_then(|node| node.metadata.labels.get(ZONE_LABEL).cloned());
    let hints = hints(service, ready, node_name.as_ref(), zone.as_ref());
    Endpoint {
        addresses: of_type.collect(),
        conditions: EndpointConditions {
            ready: Some(ready),
            serving: Some(serving),
            terminating: Some(terminating),
        },
        hostname: host_name(pod, service),
        target_ref: Some(target.into()),
        node_name,
        zone,
        hints: hints.map(Into::into),
        ..Endpoint::default()
    }
}

/// Who should use an endpoint first, if the service has a wish.
fn hints(
    service: &Service,
    ready: bool,
    node: Option<&Str>,
    zone: Option<&Str>,
) -> Option<EndpointHints> {
    let wish = service.spec.traffic_distribution.as_deref()?;
    let same_node = wish == "PreferSameNode";
    let known = same_node || matches!(wish, "PreferClose" | "PreferSameZone");
    if !known || !ready {
        return None;
    }
    let name_of = |name: &Str| name.clone();
    let for_zones = zone.map(name_of).map(|name| ForZone { name });
    let for_nodes = node.filter(|_| same_node).map(name_of);
    let hints = EndpointHints {
        for_zones: for_zones.into_iter().collect(),
        for_nodes: for_nodes.map(|name| ForNode { name }).into_iter().collect(),
    };
    let empty = hints.for_zones.is_empty() && hints.for_nodes.is_empty();
    (!empty).then_some(hints)
}

/// What makes two endpoints the same one, however it is.
pub(super) type Identity<'a> = (&'a [Str], Option<&'a Str>, Option<&'a Str>, Option<&'a Str>);

/// The identity of an endpoint.
pub(super) fn identity(endpoint: &Endpoint) -> Identity<'_> {
    (
        &endpoint.addresses,
        endpoint.target_ref.as_ref().map(|target| &target.uid),
        endpoint.hostname.as_ref(),
        endpoint.node_name.as_ref(),
    )
}
