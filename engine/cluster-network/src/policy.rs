//! NetworkPolicy, as a CNI plugin enforces it: a pod that a policy selects lets through only what some policy allows, in the
//! directions that policies name.
//!
//! What comes from a pod's own node always passes (the kubelet's probes do), and so does what a pod says to itself.
//! Connections that are there stay; only new ones are judged.

use std::net::Ipv4Addr;
use std::rc::Rc;

use api::core::v1::{Namespace, Pod};
use api::networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use apimachinery::labels::{Labels, Selector};
use apimachinery::meta::v1::LabelSelector;
use apimachinery::{IntOrString, Str};
use client::{Informers, Lister};
use network::{IpRange, Netns, Policy};

use crate::CLUSTER_DNS;

/// All policies.
pub(crate) struct Policies {
    policies: Lister<NetworkPolicy>,
    pods: Lister<Pod>,
    namespaces: Lister<Namespace>,
}

/// One end of a connection, as policies see it.
struct End {
    ip: Ipv4Addr,
    /// Its namespace and labels, if it is a pod.
    pod: Option<(Str, Labels, Option<Rc<Pod>>)>,
}

/// A direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ingress,
    Egress,
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Port<'a> {
    number: u16,
    protocol: &'a str,
}

impl Policies {
    pub(crate) fn new(informers: &Informers) -> Self {
        Self {
            policies: informers.lister(),
            pods: informers.lister(),
            namespaces: informers.lister(),
        }
    }

    fn end(&self, netns: &Netns) -> End {
        let pod = netns.owner().split_once('/').and_then(|(namespace, name)| {
            let pod = self.pods.get(namespace, name)?;
            let labels = pod.metadata.labels.clone();
            Some((Str::from(namespace), labels, Some(pod)))
        });
        End {
            ip: netns.ip(),
            pod,
        }
    }

    /// The cluster's DNS, which runs in no pod of ours, but has the labels that policies name.
    fn dns() -> End {
        let mut labels = Labels::default();
        labels.insert("k8s-app", Str::from("kube-dns"));
        End {
            ip: CLUSTER_DNS,
            pod: Some(("kube-system".into(), labels, None)),
        }
    }

    /// Whether `own` lets a connection with `peer` pass in a direction.
    fn passes(
        &self,
        own: &End,
        peer: &End,
        direction: Direction,
        to: &End,
        port: Port<'_>,
    ) -> bool {
        let Some((namespace, labels, _)) = &own.pod else {
            return true;
        };
        let mut isolated = false;
        for policy in self.policies.in_namespace(namespace) {
            let spec = &policy.spec;
            if !applies(&policy, direction) || !selects(&spec.pod_selector, labels) {
                continue;
            }
            isolated = true;
            let allowed = match direction {
                Direction::Ingress => spec.ingress.iter().any(|rule| {
                    self.is_peer(&rule.from, namespace, peer) && is_port(&rule.ports, to, port)
                }),
                Direction::Egress => spec.egress.iter().any(|rule| {
                    self.is_peer(&rule.to, namespace, peer) && is_port(&rule.ports, to, port)
                }),
            };
            if allowed {
                return true;
            }
        }
        !isolated
    }

    /// Whether somebody is meant by the peers of a rule; no peers mean everybody.
    fn is_peer(&self, peers: &[NetworkPolicyPeer], own_namespace: &str, who: &End) -> bool {
        peers.is_empty()
            || peers
                .iter()
                .any(|peer| self.is_one(peer, own_namespace, who))
    }

    fn is_one(&self, peer: &NetworkPolicyPeer, own_namespace: &str, who: &End) -> bool {
        if let Some(block) = &peer.ip_block {
            let lies_in = |range: &Str| contains(range, who.ip);
            return lies_in(&block.cidr) && !block.except.iter().any(lies_in);
        }
        let Some((namespace, labels, _)) = &who.pod else {
            return false;
        };
        let namespace_fits = match &peer.namespace_selector {
            None => **namespace == *own_namespace,
            Some(selector) => {
                let found = self.namespaces.get("", namespace);
                found.is_some_and(|found| selects(selector, &found.metadata.labels))
            }
        };
        let pod_fits = peer
            .pod_selector
            .as_ref()
            .is_none_or(|selector| selects(selector, labels));
        namespace_fits && pod_fits
    }
}

impl Policy for Policies {
    fn allows(&self, from: &Netns, to: &Netns, port: u16) -> bool {
        if self.policies.is_empty() {
            return true;
        }
        let (source, target) = (self.end(from), self.end(to));
        let port = Port {
            number: port,
            protocol: "TCP",
        };
        let own_node = source.pod.is_none() && from.node() == to.node();
        self.passes(&source, &target, Direction::Egress, &target, port)
            && (own_node || self.passes(&target, &source, Direction::Ingress, &target, port))
    }

    fn allows_names(&self, from: &Netns) -> bool {
        if self.policies.is_empty() {
            return true;
        }
        let (source, dns) = (self.end(from), Self::dns());
        let port = Port {
            number: 53,
            protocol: "UDP",
        };
        self.passes(&source, &dns, Direction::Egress, &dns, port)
    }
}

/// Whether a policy says anything about a direction. The server has filled in `policyTypes`.
fn applies(policy: &NetworkPolicy, direction: Direction) -> bool {
    let types = &policy.spec.policy_types;
    match direction {
        Direction::Ingress => types.is_empty() || types.iter().any(|t| &**t == "Ingress"),
        Direction::Egress => types.iter().any(|t| &**t == "Egress"),
    }
}

fn selects(selector: &LabelSelector, labels: &Labels) -> bool {
    Selector::from_label_selector(Some(selector)).is_ok_and(|selector| selector.matches(labels))
}

/// Whether a port is meant by the ports of a rule; no ports mean all of them.
fn is_port(ports: &[NetworkPolicyPort], to: &End, asked: Port<'_>) -> bool {
    ports.is_empty()
        || ports.iter().any(|port| {
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            if protocol != asked.protocol {
                return false;
            }
            let number = i32::from(asked.number);
            match (&port.port, port.end_port) {
                (None, _) => true,
                (Some(IntOrString::Int(first)), Some(last)) => (*first..=last).contains(&number),
                (Some(IntOrString::Int(only)), None) => *only == number,
                (Some(IntOrString::Str(name)), _) => named(to, name) == Some(number),
            }
        })
}

/// The number of a pod's port.
fn named(to: &End, name: &str) -> Option<i32> {
    let pod = to.pod.as_ref()?.2.as_ref()?;
    let mut ports = pod.spec.containers.iter().flat_map(|c| &c.ports);
    ports
        .find(|port| *port.name == *name)
        .map(|port| port.container_port)
}

/// Whether an address lies in a range. A single host's range is longer than [`IpRange`] takes.
fn contains(range: &str, ip: Ipv4Addr) -> bool {
    match range.split_once('/') {
        Some((base, "32")) => base.parse() == Ok(ip),
        Some((base, "31")) => base
            .parse()
            .is_ok_and(|base: Ipv4Addr| u32::from(base) >> 1 == u32::from(ip) >> 1),
        _ => range
            .parse::<IpRange>()
            .is_ok_and(|range| range.contains(ip)),
    }
}
