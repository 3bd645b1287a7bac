//! What the API says about the network, for the network.
//!
//! ```text
//!   Services, EndpointSlices ─► proxy (kube-proxy) ─► where a connection to a service's address goes
//!                            └► dns   (CoreDNS)    ─► what a name stands for
//!   NetworkPolicies, Pods ────► policy (the CNI plugin) ─► whether a connection may be made
//! ```
//!
//! Each reads the informers' caches when it is asked, so nothing has to be kept in step. Not here: who makes endpoints
//! (the controllers), and how bytes travel (`network`).

mod dns;
mod policy;
mod proxy;

use std::net::Ipv4Addr;
use std::rc::Rc;

use api::core::v1::Service;
use client::{Informers, NamespacedName};
use network::Fabric;

/// The address of the cluster's DNS, as kubeadm chooses it: the tenth of the service range.
pub const CLUSTER_DNS: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 10);

/// Connects the network with what the API says.
pub fn start(fabric: &Fabric, informers: &Informers) {
    fabric.set_router(Rc::new(proxy::Proxy::new(fabric.sim(), informers)));
    fabric.set_policy(Rc::new(policy::Policies::new(informers)));
    fabric.set_name_server(CLUSTER_DNS, Rc::new(dns::Zone::new(informers)));
}

/// The service that an address of the cluster belongs to.
pub fn service_at(informers: &Informers, ip: Ipv4Addr) -> Option<NamespacedName> {
    let services = informers.lister::<Service>();
    let found = services.by_index(proxy::BY_ADDRESS, &ip.to_string().into());
    Some(NamespacedName::of(&found.first()?.metadata))
}
