//! kube-proxy: turns the addresses of services into endpoints, when a connection is made.
//!
//! As in iptables mode: an endpoint by chance, the same client again to the same one where the service asks for it, only
//! ready endpoints unless all that is left are terminating ones, those of the same node or zone where hints say so, and the
//! traffic policies. A service without endpoints
//! refuses; a port that a service does not have goes nowhere.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use api::core::v1::{Node, Service, ServicePort};
use api::discovery::v1::{Endpoint, EndpointHints, EndpointSlice};
use apimachinery::Str;
use client::{Informers, Lister};
use network::{HostAddr, Netns, Route, Router};
use sim::{Rng, Sim, Time};

/// The label that says whose endpoints a slice has.
pub(crate) const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// The label that says where a node is.
const ZONE: &str = "topology.kubernetes.io/zone";
/// The index of slices by `namespace/service`.
const BY_SERVICE: &str = "service";
/// The index of services by each of their addresses.
pub(crate) const BY_ADDRESS: &str = "address";
/// How long a client is remembered (`sessionAffinityConfig.clientIP.timeoutSeconds`).
const AFFINITY: i32 = 10_800;

/// A client of a port of a service, by the service's UID.
type Client = (Str, u16, Ipv4Addr);

/// kube-proxy of all nodes.
pub(crate) struct Proxy {
    sim: Sim,
    rng: RefCell<Rng>,
    services: Lister<Service>,
    slices: Lister<EndpointSlice>,
    nodes: Lister<Node>,
    sticky: RefCell<BTreeMap<Client, (HostAddr, Time)>>,
}

/// How an address belongs to a service.
enum Entry {
    /// Within the cluster.
    Cluster,
    /// From outside: a node port, an external address.
    External,
}

impl Proxy {
    pub(crate) fn new(sim: &Sim, informers: &Informers) -> Self {
        let slices = informers.of::<EndpointSlice>();
        slices.add_index(BY_SERVICE, |slice| {
            let name = slice.metadata.labels.get(SERVICE_NAME);
            name.map(|name| Str::from(format!("{}/{name}", slice.metadata.namespace)))
                .into_iter()
                .collect()
        });
        let services = informers.of::<Service>();
        services.add_index(BY_ADDRESS, |service| addresses(service).collect());
        Self {
            sim: sim.clone(),
            rng: RefCell::new(sim.rng("kube-proxy")),
            services: services.lister(),
            slices: slices.lister(),
            nodes: informers.lister(),
            sticky: RefCell::default(),
        }
    }

    fn is_node(&self, ip: Ipv4Addr) -> bool {
        let text = ip.to_string();
        let mut found = false;
        self.nodes.for_each(|node| {
            found |= node.status.addresses.iter().any(|a| *a.address == *text);
        });
        found
    }

    /// The service and port that an address belongs to. The port is missing when the service has none of that number.
    fn find(&self, to: HostAddr) -> Option<(std::rc::Rc<Service>, Option<usize>, Entry)> {
        let text = Str::from(to.ip.to_string());
        if let Some(service) = self.services.by_index(BY_ADDRESS, &text).first() {
            let ports = &service.spec.ports;
            let port = ports
                .iter()
                .position(|port| port.port == i32::from(to.port) && is_tcp(port));
            let entry = if service.spec.cluster_ips.contains(&text) {
                Entry::Cluster
            } else {
                Entry::External
            };
            return Some((service.clone(), port, entry));
        }
        if !self.is_node(to.ip) {
            return None;
        }
        let mut found = None;
        self.services.for_each(|service| {
            let port = service
                .spec
                .ports
                .iter()
                .position(|port| port.node_port == i32::from(to.port) && is_tcp(port));
            if port.is_some() && found.is_none() {
                found = Some((service.clone(), port, Entry::External));
            }
        });
        found
    }

    /// The endpoints of a service's port that may be used from a node: ready ones, near ones if hints say so, or else those
    /// that still serve. With `on`, only those of that node.
    fn endpoints(
        &self,
        service: &Service,
        port: &ServicePort,
        from: &str,
        on: Option<&str>,
    ) -> Vec<HostAddr> {
        let meta = &service.metadata;
        let key = Str::from(format!("{}/{}", meta.namespace, meta.name));
        let (mut ready, mut serving) = (Vec::new(), Vec::new());
        for slice in self.slices.by_index(BY_SERVICE, &key) {
            let number = slice
                .ports
                .iter()
                .find(|p| p.name.as_deref().unwrap_or_default() == &*port.name)
                .and_then(|p| u16::try_from(p.port?).ok());
            let Some(number) = number else { continue };
            for endpoint in &slice.endpoints {
                let local = endpoint.node_name.as_deref();
                if on.is_some_and(|node| local != Some(node)) {
                    continue;
                }
                let Some(ip) = address(endpoint) else {
                    continue;
                };
                if endpoint.conditions.ready.unwrap_or(true) {
                    let hints = endpoint.hints.as_deref().cloned().unwrap_or_default();
                    ready.push((HostAddr::new(ip, number), hints));
                } else if endpoint.conditions.serving == Some(true)
                    && endpoint.conditions.terminating == Some(true)
                {
                    serving.push(HostAddr::new(ip, number));
                }
            }
        }
        if ready.is_empty() {
            return serving;
        }
        if on.is_none() {
            self.keep_near(from, &mut ready);
        }
        ready.into_iter().map(|(address, _)| address).collect()
    }

    /// Keeps the endpoints that are meant for a node, or for its zone; all of them if some have no hint, or none is near.
    fn keep_near(&self, node: &str, ready: &mut Vec<(HostAddr, EndpointHints)>) {
        if ready
            .iter()
            .any(|(_, hints)| hints.for_zones.is_empty() && hints.for_nodes.is_empty())
        {
            return;
        }
        let for_node =
            |hints: &EndpointHints| hints.for_nodes.iter().any(|hint| *hint.name == *node);
        let all_have_nodes = ready.iter().all(|(_, hints)| !hints.for_nodes.is_empty());
        if all_have_nodes && ready.iter().any(|(_, hints)| for_node(hints)) {
            return ready.retain(|(_, hints)| for_node(hints));
        }
        let Some(zone) = self.nodes.get("", node).and_then(|node| {
            let zone = node.metadata.labels.get(ZONE)?;
            Some(zone.clone())
        }) else {
            return;
        };
        let for_zone = |hints: &EndpointHints| hints.for_zones.iter().any(|hint| hint.name == zone);
        let all_have_zones = ready.iter().all(|(_, hints)| !hints.for_zones.is_empty());
        if all_have_zones && ready.iter().any(|(_, hints)| for_zone(hints)) {
            ready.retain(|(_, hints)| for_zone(hints));
        }
    }

    /// One of the endpoints: by chance, or the one this client had before.
    fn choose(&self, service: &Service, to: u16, from: Ipv4Addr, all: &[HostAddr]) -> HostAddr {
        let sticky = &*service.spec.session_affinity == "ClientIP";
        let key = (service.metadata.uid.clone(), to, from);
        let now = self.sim.now();
        let before = self.sticky.borrow().get(&key).copied();
        let known = before.filter(|(known, until)| sticky && *until > now && all.contains(known));
        let chosen = known.map_or_else(
            || {
                let bound = u64::try_from(all.len()).unwrap_or(1);
                let index = usize::try_from(self.rng.borrow_mut().below(bound)).unwrap_or(0);
                all[index.min(all.len() - 1)]
            },
            |(known, _)| known,
        );
        if sticky {
            let config = service.spec.session_affinity_config.as_ref();
            let seconds = config
                .and_then(|config| config.client_ip.as_ref()?.timeout_seconds)
                .unwrap_or(AFFINITY);
            let until = now + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            self.sticky.borrow_mut().insert(key, (chosen, until));
        }
        chosen
    }
}

impl Router for Proxy {
    fn route(&self, from: &Netns, to: HostAddr) -> Route {
        let Some((service, port, entry)) = self.find(to) else {
            return Route::Direct;
        };
        let spec = &service.spec;
        let Some(port) = port.and_then(|index| spec.ports.get(index)) else {
            return Route::Drop;
        };
        let node = match entry {
            Entry::Cluster => from.node().to_string(),
            Entry::External => self.node_of(to.ip, from),
        };
        let local = match entry {
            Entry::Cluster => {
                let policy = spec.internal_traffic_policy.as_deref();
                (policy == Some("Local")).then_some(node.as_str())
            }
            Entry::External => {
                let policy = &*spec.external_traffic_policy;
                (policy == "Local").then_some(node.as_str())
            }
        };
        let endpoints = self.endpoints(&service, port, &node, local);
        if endpoints.is_empty() {
            // Local traffic is dropped where other nodes have endpoints, as upstream does.
            let elsewhere =
                local.is_some() && !self.endpoints(&service, port, &node, None).is_empty();
            return if elsewhere {
                Route::Drop
            } else {
                Route::Reject
            };
        }
        Route::Via(self.choose(&service, to.port, from.ip(), &endpoints))
    }
}

impl Proxy {
    /// The node that traffic from outside enters at: the one with that address; a load balancer picks the client's way.
    fn node_of(&self, ip: Ipv4Addr, from: &Netns) -> String {
        let there = from.fabric().find(ip);
        there.map_or_else(|| from.node().to_string(), |netns| netns.node().to_string())
    }
}

fn is_tcp(port: &ServicePort) -> bool {
    matches!(&*port.protocol, "" | "TCP")
}

/// All addresses that stand for a service.
fn addresses(service: &Service) -> impl Iterator<Item = Str> {
    let spec = &service.spec;
    let balancers = service.status.load_balancer.ingress.iter();
    let all = spec
        .cluster_ips
        .iter()
        .chain(&spec.external_ips)
        .chain(balancers.map(|ingress| &ingress.ip));
    all.filter(|ip| ip.parse::<Ipv4Addr>().is_ok())
        .cloned()
        .collect::<Vec<_>>()
        .into_iter()
}

/// An endpoint's address.
pub(crate) fn address(endpoint: &Endpoint) -> Option<Ipv4Addr> {
    endpoint.addresses.first()?.parse().ok()
}
