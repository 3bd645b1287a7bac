//! Addresses and node ports for services. Kubernetes' room for this is `pkg/registry/core/service/storage/alloc.go`.
//!
//! There is no book of what is taken: the services in storage are it.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use api::core::v1::Service;
use apimachinery::{Str, Value};

use super::{is_headless, needs_cluster_ip, needs_health_check, needs_node_port};
use crate::context::Context;
use crate::validation::field::{Errors, Path};

/// The network of service addresses, 10.96.0.0/16.
const BASE: u32 = 0x0a60_0000;
const SIZE: u32 = 1 << 16;
/// Addresses below are left to those who choose by hand.
const STATIC_ADDRESSES: u32 = 256;
/// The range of node ports; the first ones are left to those who choose by hand.
const PORTS: std::ops::RangeInclusive<i32> = 30_000..=32_767;
const STATIC_PORTS: i32 = 86;

/// What other services have taken.
struct Taken {
    addresses: BTreeSet<Str>,
    ports: BTreeSet<i32>,
}

impl Taken {
    fn by_others(cx: &Context, service: &Service) -> Self {
        let mut taken = Self {
            addresses: BTreeSet::new(),
            ports: BTreeSet::new(),
        };
        let Some(resource) = cx.server.resource_of::<Service>() else {
            return taken;
        };
        let storage = cx.server.storage();
        for (key, object) in storage.table(resource.table).iter(None, None) {
            let Some(other) = object.downcast_ref::<Service>() else {
                continue;
            };
            if key.name == service.metadata.name && key.namespace == service.metadata.namespace {
                continue;
            }
            taken
                .addresses
                .extend(other.spec.cluster_ips.iter().cloned());
            taken.ports.extend(
                other
                    .spec
                    .ports
                    .iter()
                    .map(|port| port.node_port)
                    .filter(|port| *port != 0),
            );
            taken
                .ports
                .extend(Some(other.spec.health_check_node_port).filter(|port| *port != 0));
        }
        taken
    }
}

/// Gives the service what it needs and does not have yet.
///
/// # Errors
/// When what it asks for is taken or impossible.
pub(super) fn allocate(
    cx: &Context,
    service: &mut Service,
    old: Option<&Service>,
) -> Result<(), Errors> {
    if needs_cluster_ip(service) {
        set_families(service, old)?;
    }
    let wants_address = needs_cluster_ip(service) && !is_headless(service);
    let wants_port = needs_node_port(service) || needs_health_check(service);
    if !wants_address && !wants_port {
        return Ok(());
    }
    let mut taken = Taken::by_others(cx, service);
    if wants_address {
        allocate_address(cx, service, &taken)?;
    }
    if needs_node_port(service) {
        allocate_ports(cx, service, &mut taken)?;
    }
    if needs_health_check(service) && service.spec.health_check_node_port == 0 {
        service.spec.health_check_node_port = free_port(cx, &taken.ports).unwrap_or_default();
    }
    Ok(())
}

/// This cluster has IPv4 only.
fn set_families(service: &mut Service, old: Option<&Service>) -> Result<(), Errors> {
    let selectorless = is_headless(service) && service.spec.selector.is_empty();
    let spec = &mut *service.spec;
    if let Some(old) = old.filter(|old| needs_cluster_ip(old)) {
        if spec.ip_family_policy.is_none() {
            spec.ip_family_policy = old.spec.ip_family_policy.clone();
        }
        if spec.ip_families.is_empty() {
            spec.ip_families = old.spec.ip_families.clone();
        }
    }
    let path = Path::new("spec");
    let policy_path = path.child("ipFamilyPolicy");
    let mut errors = Errors::new();
    if selectorless {
        // Whoever fills in its endpoints may use any family.
        let policy = spec
            .ip_family_policy
            .get_or_insert_with(|| "RequireDualStack".into());
        if spec.ip_families.is_empty() {
            spec.ip_families = vec!["IPv4".into()];
            if policy != "SingleStack" {
                spec.ip_families.push("IPv6".into());
            }
        }
        return Ok(());
    }
    let double = spec.cluster_ips.len() == 2 || spec.ip_families.len() == 2;
    match spec.ip_family_policy.as_deref() {
        Some("SingleStack") if double => {
            let what = if spec.cluster_ips.len() == 2 {
                "clusterIPs"
            } else {
                "ipFamilies"
            };
            let detail = format!(
                "must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified"
            );
            errors.invalid(&policy_path, "SingleStack", detail);
        }
        Some("RequireDualStack") => {
            let detail = "this cluster is not configured for dual-stack services";
            errors.invalid(&policy_path, "RequireDualStack", detail);
        }
        _ => {}
    }
    let families_path = path.child("ipFamilies");
    for (i, family) in spec.ip_families.iter().enumerate() {
        if family == "IPv6" {
            errors.invalid(
                &families_path.index(i),
                family,
                "not configured on this cluster",
            );
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    spec.ip_family_policy
        .get_or_insert_with(|| "SingleStack".into());
    if spec.ip_families.is_empty() {
        spec.ip_families = vec!["IPv4".into()];
    }
    Ok(())
}

fn allocate_address(cx: &Context, service: &mut Service, taken: &Taken) -> Result<(), Errors> {
    let path = Path::new("spec.clusterIPs");
    let mut errors = Errors::new();
    let mut refuse = |wanted: &str, because: &str| {
        let detail = format!("failed to allocate IP {wanted}: {because}");
        errors.invalid(&path, Value::from(vec![wanted]), detail);
    };
    match service.spec.cluster_ips.first() {
        None => match free_address(cx, taken) {
            Some(address) => {
                service.spec.cluster_ip = address.clone();
                service.spec.cluster_ips = vec![address];
            }
            None => refuse("", "range is full"),
        },
        Some(wanted) => match wanted.parse::<Ipv4Addr>().map(u32::from) {
            Ok(number) if (BASE + 1..BASE + SIZE - 1).contains(&number) => {
                if taken.addresses.contains(wanted) {
                    refuse(wanted, "provided IP is already allocated");
                }
            }
            Ok(_) => {
                let because = format!(
                    "the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {}/16",
                    Ipv4Addr::from(BASE)
                );
                refuse(wanted, &because);
            }
            // What is no address at all is for validation to complain about.
            Err(_) => {}
        },
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn free_address(cx: &Context, taken: &Taken) -> Option<Str> {
    let dynamic = STATIC_ADDRESSES..SIZE - 1;
    let start = cx.server.random(u64::from(dynamic.end - dynamic.start)) as u32;
    let count = dynamic.end - dynamic.start;
    let offsets = (0..count)
        .map(|i| dynamic.start + (start + i) % count)
        .chain(1..STATIC_ADDRESSES);
    offsets
        .map(|offset| Str::from(Ipv4Addr::from(BASE + offset).to_string()))
        .find(|address| !taken.addresses.contains(address))
}

fn free_port(cx: &Context, taken: &BTreeSet<i32>) -> Option<i32> {
    let first = PORTS.start() + STATIC_PORTS;
    let count = PORTS.end() - first + 1;
    let start = i32::try_from(cx.server.random(u64::try_from(count).unwrap_or(1))).unwrap_or(0);
    let ports = (0..count)
        .map(|i| first + (start + i) % count)
        .chain(*PORTS.start()..first);
    ports.into_iter().find(|port| !taken.contains(port))
}

fn allocate_ports(cx: &Context, service: &mut Service, taken: &mut Taken) -> Result<(), Errors> {
    let path = Path::new("spec.ports");
    let mut errors = Errors::new();
    let mut own: Vec<(i32, Str, i32)> = Vec::new();
    for (i, port) in service.spec.ports.iter_mut().enumerate() {
        let at = path.index(i);
        let at = at.child("nodePort");
        // Several protocols may share a port number, if the service's port is the same.
        let shared = |own: &[(i32, Str, i32)], node_port: i32| {
            own.iter()
                .any(|(_, protocol, other)| *other == node_port && *protocol != port.protocol)
        };
        if port.node_port != 0 {
            if !PORTS.contains(&port.node_port) {
                let detail = format!(
                    "provided port is not in the valid range. The range of valid ports is {}-{}",
                    PORTS.start(),
                    PORTS.end()
                );
                errors.invalid(&at, port.node_port, detail);
            } else if taken.ports.contains(&port.node_port)
                || (own.iter().any(|(_, _, other)| *other == port.node_port)
                    && !shared(&own, port.node_port))
            {
                errors.invalid(&at, port.node_port, "provided port is already allocated");
            }
        } else {
            let sibling = own
                .iter()
                .find(|(number, protocol, _)| *number == port.port && *protocol != port.protocol);
            match sibling {
                Some((_, _, node_port)) => port.node_port = *node_port,
                None => {
                    let mut all = taken.ports.clone();
                    all.extend(own.iter().map(|(_, _, node_port)| *node_port));
                    port.node_port = free_port(cx, &all).unwrap_or_default();
                }
            }
        }
        own.push((port.port, port.protocol.clone(), port.node_port));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}
