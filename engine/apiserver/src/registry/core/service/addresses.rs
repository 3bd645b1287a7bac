//! What a service's fields for addresses and ports mean together: one field is older than the other, clients leave out what
//! the server once chose for them, and some fields belong to some types only.

use std::collections::{BTreeMap, BTreeSet};

use api::core::v1::Service;
use apimachinery::Str;

use super::{needs_cluster_ip, needs_health_check, needs_node_port};

/// Puts back what the server chose when the object was made and the client leaves out.
pub(super) fn keep_allocated(new: &mut Service, old: &Service) {
    if needs_cluster_ip(old) && needs_cluster_ip(new) {
        if new.spec.cluster_ip.is_empty() {
            new.spec.cluster_ip = old.spec.cluster_ip.clone();
        }
        if new.spec.cluster_ips.is_empty() && new.spec.cluster_ip == old.spec.cluster_ip {
            new.spec.cluster_ips = old.spec.cluster_ips.clone();
        }
    }
    if needs_node_port(old) && needs_node_port(new) {
        let ports_of = |service: &Service| {
            let ports = service.spec.ports.iter().map(|port| port.node_port);
            ports.filter(|port| *port != 0).collect::<BTreeSet<i32>>()
        };
        let (before, after) = (ports_of(old), ports_of(new));
        let mut used: BTreeSet<i32> = before.intersection(&after).copied().collect();
        let known: BTreeMap<&Str, i32> = old
            .spec
            .ports
            .iter()
            .map(|port| (&port.name, port.node_port))
            .collect();
        for port in &mut new.spec.ports {
            if port.node_port == 0
                && let Some(known) = known.get(&port.name)
                && used.insert(*known)
            {
                port.node_port = *known;
            }
        }
    }
    if needs_health_check(old) && needs_health_check(new) && new.spec.health_check_node_port == 0 {
        new.spec.health_check_node_port = old.spec.health_check_node_port;
    }
}

/// Makes `clusterIP` and `clusterIPs` say the same where a client knows only one of them.
pub(super) fn unify(new: &mut Service, old: Option<&Service>) {
    let alone = |address: &Str| vec![address.clone()];
    let Some(old) = old else {
        if !new.spec.cluster_ip.is_empty() && new.spec.cluster_ips.is_empty() {
            new.spec.cluster_ips = alone(&new.spec.cluster_ip);
        }
        return;
    };
    let same = old.spec.cluster_ip == new.spec.cluster_ip;
    if same {
        if new.spec.cluster_ips.is_empty() && !old.spec.cluster_ips.is_empty() {
            new.spec.cluster_ips = old.spec.cluster_ips.clone();
        }
    } else if old.spec.cluster_ips == new.spec.cluster_ips {
        // The client changed the older field only.
        new.spec.cluster_ips = match new.spec.cluster_ip.is_empty() {
            true => Vec::new(),
            false => alone(&new.spec.cluster_ip),
        };
    }
}

/// When the type changes, drops the fields that the new one has not, unless the client changed those, too.
pub(super) fn drop_what_the_type_has_not(new: &mut Service, old: &Service) {
    let lost = |has: fn(&Service) -> bool, new: &Service| has(old) && !has(new);
    if lost(needs_cluster_ip, new) {
        if new.spec.cluster_ip == old.spec.cluster_ip
            && new.spec.cluster_ips == old.spec.cluster_ips
        {
            new.spec.cluster_ip = Str::new();
            new.spec.cluster_ips = Vec::new();
        }
        if new.spec.ip_families == old.spec.ip_families {
            new.spec.ip_families = Vec::new();
        }
        if new.spec.ip_family_policy == old.spec.ip_family_policy {
            new.spec.ip_family_policy = None;
        }
    }
    if lost(needs_node_port, new) {
        let ports = |service: &Service| {
            service
                .spec
                .ports
                .iter()
                .map(|port| port.node_port)
                .collect::<BTreeSet<_>>()
        };
        if ports(new) == ports(old) {
            new.spec
                .ports
                .iter_mut()
                .for_each(|port| port.node_port = 0);
        }
    }
    if lost(needs_health_check, new)
        && new.spec.health_check_node_port == old.spec.health_check_node_port
    {
        new.spec.health_check_node_port = 0;
    }
    if lost(|service| service.spec.type_ == "LoadBalancer", new) {
        if new.spec.allocate_load_balancer_node_ports == old.spec.allocate_load_balancer_node_ports
        {
            new.spec.allocate_load_balancer_node_ports = None;
        }
        if new.spec.load_balancer_class == old.spec.load_balancer_class {
            new.spec.load_balancer_class = None;
        }
    }
    if lost(super::validation::is_externally_accessible, new)
        && new.spec.external_traffic_policy == old.spec.external_traffic_policy
    {
        new.spec.external_traffic_policy = Str::new();
    }
}
