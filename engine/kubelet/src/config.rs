//! What makes one node differ from another.

use std::net::Ipv4Addr;
use std::rc::Rc;

use apimachinery::{Map, Quantity, Str};

/// The version that the node tells.
pub const VERSION: &str = "v1.36.2";

/// A kubelet's configuration and the machine it finds itself on.
#[derive(Clone, Debug)]
pub struct KubeletConfig {
    /// The node's name.
    pub node: Rc<str>,
    /// The node's address.
    pub ip: Ipv4Addr,
    /// Where the addresses of its pods come from, as the node's `podCIDR` says; may be empty.
    pub pod_range: Str,
    /// What the machine has: cpu, memory, ephemeral-storage, pods.
    pub capacity: Map<Str, Quantity>,
    /// Labels beside the well-known ones.
    pub labels: Map<Str, Str>,
    /// The address of the cluster's DNS.
    pub cluster_dns: Option<Ipv4Addr>,
    /// The cluster's domain.
    pub cluster_domain: Str,
}

impl KubeletConfig {
    /// A node with 8 CPUs, 16 GiB of memory and room for 110 pods.
    pub fn new(node: &str, ip: Ipv4Addr) -> Self {
        let mut capacity = Map::new();
        for (resource, amount) in [
            ("cpu", "8"),
            ("ephemeral-storage", "100Gi"),
            ("memory", "16Gi"),
            ("pods", "110"),
        ] {
            capacity.insert(resource, Quantity::parse(amount).unwrap_or_default());
        }
        Self {
            node: node.into(),
            ip,
            pod_range: Str::default(),
            capacity,
            labels: Map::new(),
            cluster_dns: None,
            cluster_domain: "cluster.local".into(),
        }
    }
}
