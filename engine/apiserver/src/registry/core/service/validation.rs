//! The rules of services.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use api::core::v1::{Service, ServicePort};
use apimachinery::validation::{
    is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_port_num,
};
use apimachinery::{Str, Value};

use super::{is_headless, needs_health_check};
use crate::registry::core::pod::validation::{
    validate_ip, validate_port as validate_port_or_name, without_leading_zeros,
};
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::meta::validate_labels;

const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const LB_ONLY: &str = "may only be used when `type` is 'LoadBalancer'";

pub(super) fn is_externally_accessible(service: &Service) -> bool {
    match service.spec.type_.as_str() {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !service.spec.external_ips.is_empty(),
        _ => false,
    }
}

fn shown_list(list: &[Str]) -> Value {
    list.iter().map(|text| Value::from(text.as_str())).collect()
}

/// Checks a service, new or changed.
pub(super) fn validate(service: &Service, errors: &mut Errors) {
    let spec = &service.spec;
    let path = Path::new("spec");
    let headless = is_headless(service);
    if spec.ports.is_empty() && !headless && spec.type_ != "ExternalName" {
        errors.required(&path.child("ports"), "");
    }
    validate_type_specifics(service, &path, errors);
    let ports = path.child("ports");
    let mut names = BTreeSet::new();
    for (i, port) in spec.ports.iter().enumerate() {
        validate_port(
            port,
            spec.ports.len() > 1,
            &mut names,
            &ports.index(i),
            errors,
        );
    }
    validate_labels(&spec.selector, &path.child("selector"), errors);
    validate_affinity(service, &path, errors);
    validate_cluster_ips(service, &path, errors);
    let external = path.child("externalIPs");
    for (i, address) in spec.external_ips.iter().enumerate() {
        let before = errors.len();
        validate_ip(address, &external.index(i), errors);
        if errors.len() == before {
            validate_endpoint_ip(address, &external.index(i), errors);
        }
    }
    if spec.type_.is_empty() {
        errors.required(&path.child("type"), "");
    } else if !TYPES.contains(&spec.type_.as_str()) {
        errors.not_supported(&path.child("type"), &spec.type_, &TYPES);
    }
    validate_ports_together(service, &ports, errors);
    validate_source_ranges(service, &path, errors);
    validate_balancer(service, &path, errors);
    validate_policies(service, &path, errors);
}

fn validate_type_specifics(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let spec = &service.spec;
    let addresses = path.child("clusterIPs");
    match spec.type_.as_str() {
        kind @ ("LoadBalancer" | "NodePort") if spec.cluster_ip == "None" => {
            let detail = format!("may not be set to 'None' for {kind} services");
            errors.invalid(&addresses.index(0), "None", detail);
        }
        "ExternalName" => {
            const DETAIL: &str = "may not be set for ExternalName services";
            if !spec.cluster_ips.is_empty() {
                errors.forbidden(&addresses, DETAIL);
            }
            if !spec.ip_families.is_empty() {
                errors.forbidden(&path.child("ipFamilies"), DETAIL);
            }
            if spec.ip_family_policy.is_some() {
                errors.forbidden(&path.child("ipFamilyPolicy"), DETAIL);
            }
            let name = spec
                .external_name
                .strip_suffix('.')
                .unwrap_or(&spec.external_name);
            if name.is_empty() {
                errors.required(&path.child("externalName"), "");
            } else {
                errors.invalid_each(
                    &path.child("externalName"),
                    name,
                    is_dns1123_subdomain(name),
                );
            }
        }
        _ => {}
    }
}

fn validate_port<'a>(
    port: &'a ServicePort,
    named: bool,
    names: &mut BTreeSet<&'a str>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let name = path.child("name");
    if !port.name.is_empty() {
        errors.invalid_each(&name, &port.name, is_dns1123_label(&port.name));
        if !names.insert(&port.name) {
            errors.duplicate(&name, &port.name);
        }
    } else if named {
        errors.required(&name, "");
    }
    for message in is_valid_port_num(port.port.into()) {
        errors.invalid(&path.child("port"), port.port, message);
    }
    validate_protocol(&port.protocol, &path.child("protocol"), errors);
    validate_port_or_name(&port.target_port, &path.child("targetPort"), errors);
    if let Some(protocol) = &port.app_protocol {
        errors.invalid_each(
            &path.child("appProtocol"),
            protocol,
            is_qualified_name(protocol),
        );
    }
}

/// Checks the protocol of a port.
pub(crate) fn validate_protocol(protocol: &Str, path: &Path<'_>, errors: &mut Errors) {
    match protocol.as_str() {
        "" => errors.required(path, ""),
        "TCP" | "UDP" | "SCTP" => {}
        other => errors.not_supported(path, other, &["SCTP", "TCP", "UDP"]),
    }
}

fn validate_affinity(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let spec = &service.spec;
    let affinity = path.child("sessionAffinity");
    let config = path.child("sessionAffinityConfig");
    match spec.session_affinity.as_str() {
        "" => errors.required(&affinity, ""),
        "None" => {
            if spec.session_affinity_config.is_some() {
                errors.forbidden(&config, "must not be set when session affinity is None");
            }
        }
        "ClientIP" => {
            let client = config.child("clientIP");
            let given = spec
                .session_affinity_config
                .as_ref()
                .and_then(|config| config.client_ip.as_ref());
            if let Some(seconds) = given.and_then(|client| client.timeout_seconds)
                && !(1..=86_400).contains(&seconds)
            {
                let detail = "must be greater than 0 and less than 86400";
                errors.invalid(&client.child("timeoutSeconds"), seconds, detail);
            }
        }
        other => errors.not_supported(&affinity, other, &["ClientIP", "None"]),
    }
}

fn validate_cluster_ips(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let spec = &service.spec;
    if spec.type_ == "ExternalName" {
        return;
    }
    let list = path.child("clusterIPs");
    let shown = || shown_list(&spec.cluster_ips);
    match (spec.cluster_ip.is_empty(), spec.cluster_ips.first()) {
        (false, None) => errors.required(&list, ""),
        (false, Some(first)) if *first != spec.cluster_ip => {
            errors.invalid(&list, shown(), "first value must match `clusterIP`");
        }
        (true, Some(_)) => errors.invalid(
            &list,
            shown(),
            "must be empty when `clusterIP` is not specified",
        ),
        _ => {}
    }
    let families = path.child("ipFamilies");
    let mut seen = BTreeSet::new();
    for (i, family) in spec.ip_families.iter().enumerate() {
        if !matches!(family.as_str(), "IPv4" | "IPv6") {
            errors.not_supported(&families.index(i), family, &["IPv4", "IPv6"]);
        }
        if !seen.insert(family) {
            errors.duplicate(&families.index(i), family);
        }
    }
    const POLICIES: [&str; 3] = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    if let Some(policy) = spec
        .ip_family_policy
        .as_ref()
        .filter(|policy| !POLICIES.contains(&policy.as_str()))
    {
        errors.not_supported(&path.child("ipFamilyPolicy"), policy, &POLICIES);
    }
    let before = errors.len();
    for (i, address) in spec.cluster_ips.iter().enumerate() {
        if i == 0 && address == "None" {
            if spec.cluster_ips.len() > 1 {
                errors.invalid(&list, shown(), "'None' must be the first and only value");
            }
            continue;
        }
        validate_ip(address, &list.index(i), errors);
    }
    if spec.cluster_ips.len() > 2 {
        errors.invalid(&list, shown(), "may only hold up to 2 values");
    }
    if errors.len() != before {
        return;
    }
    let is_v6 = |address: &Str| address.contains(':');
    if let [first, second] = spec.cluster_ips.as_slice()
        && is_v6(first) == is_v6(second)
    {
        errors.invalid(
            &list,
            shown(),
            "may specify no more than one IP for each IP family",
        );
    }
    if !is_headless(service) {
        for (i, (address, family)) in spec.cluster_ips.iter().zip(&spec.ip_families).enumerate() {
            if is_v6(address) != (family == "IPv6") {
                let detail =
                    format!("expected an {family} value as indicated by `ipFamilies[{i}]`");
                errors.invalid(&list.index(i), address, detail);
            }
        }
    }
}

/// Checks that an address may be that of an endpoint.
pub(crate) fn validate_endpoint_ip(address: &str, path: &Path<'_>, errors: &mut Errors) {
    let Ok(parsed) = address.parse::<IpAddr>() else {
        errors.invalid(path, address, "must be a valid IP address");
        return;
    };
    let (loopback, link_local, link_local_multicast) = match parsed {
        IpAddr::V4(v4) => (
            v4.is_loopback(),
            v4.is_link_local(),
            v4.octets()[..3] == [224, 0, 0],
        ),
        IpAddr::V6(v6) => (
            v6.is_loopback(),
            v6.segments()[0] & 0xffc0 == 0xfe80,
            v6.segments()[0] & 0xff0f == 0xff02,
        ),
    };
    for (wrong, detail) in [
        (
            parsed == IpAddr::V4(Ipv4Addr::UNSPECIFIED)
                || parsed == IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            format!("may not be unspecified ({address})"),
        ),
        (
            loopback,
            "may not be in the loopback range (127.0.0.0/8, ::1/128)".to_owned(),
        ),
        (
            link_local,
            "may not be in the link-local range (169.254.0.0/16, fe80::/10)".to_owned(),
        ),
        (
            link_local_multicast,
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".to_owned(),
        ),
    ] {
        if wrong {
            errors.invalid(path, address, detail);
        }
    }
}

fn validate_ports_together(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let ports = &service.spec.ports;
    if service.spec.type_ == "ClusterIP" {
        for (i, port) in ports.iter().enumerate() {
            if port.node_port != 0 {
                let at = path.index(i);
                errors.forbidden(
                    &at.child("nodePort"),
                    "may not be used when `type` is 'ClusterIP'",
                );
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        if port.node_port != 0 && !seen.insert((&port.protocol, port.node_port)) {
            let at = path.index(i);
            errors.duplicate(&at.child("nodePort"), port.node_port);
        }
    }
    let mut seen = BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        if !seen.insert((&port.protocol, port.port)) {
            // Upstream shows a port of its internal type with nothing but these two set.
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":\"{}\",\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                port.protocol, port.port
            );
            errors.duplicate(&path.index(i), Verbatim(shown));
        }
    }
}

fn validate_source_ranges(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let spec = &service.spec;
    let balancer = spec.type_ == "LoadBalancer";
    if !spec.load_balancer_source_ranges.is_empty() {
        let at = path.child("LoadBalancerSourceRanges");
        if !balancer {
            errors.forbidden(&at, LB_ONLY);
        }
        for (i, range) in spec.load_balancer_source_ranges.iter().enumerate() {
            validate_cidr(range.trim(), &at.index(i), errors);
        }
    } else if let Some(ranges) = service.metadata.annotations.get(RANGES) {
        let at = Path::new("metadata.annotations");
        let at = at.key(RANGES);
        if !balancer {
            errors.forbidden(&at, LB_ONLY);
        }
        if !ranges.trim().is_empty() {
            ranges
                .split(',')
                .for_each(|range| validate_cidr(range.trim(), &at, errors));
        }
    }
}

/// Checks an address with the length of its network's prefix.
pub(crate) fn validate_cidr(value: &str, path: &Path<'_>, errors: &mut Errors) {
    let parts = value.split_once('/').and_then(|(text, length)| {
        let exact = text.parse::<IpAddr>().ok();
        let address = exact.or_else(|| without_leading_zeros(text))?;
        let digits = match length.trim_start_matches('0') {
            "" if !length.is_empty() => "0",
            digits => digits,
        };
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let bits = digits.parse::<u32>().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let plain = exact.is_some() && digits == length;
        (bits <= most).then_some((address, bits, plain))
    });
    let detail = match parts {
        None => "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
        Some((_, _, false)) => "must not have leading 0s in IP or prefix length",
        Some((IpAddr::V6(v6), _, _)) if v6.to_ipv4_mapped().is_some() => {
            "must not have an IPv4-mapped IPv6 address"
        }
        Some((address, bits, _)) => {
            let number = match address {
                IpAddr::V4(v4) => u128::from(u32::from(v4)) << 96,
                IpAddr::V6(v6) => u128::from(v6),
            };
            if number.checked_shl(bits).unwrap_or(0) == 0 {
                return;
            }
            "must not have bits set beyond the prefix length"
        }
    };
    errors.invalid(path, value, detail);
}

fn validate_balancer(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let spec = &service.spec;
    let balancer = spec.type_ == "LoadBalancer";
    if spec.allocate_load_balancer_node_ports.is_some() && !balancer {
        errors.forbidden(&path.child("allocateLoadBalancerNodePorts"), LB_ONLY);
    }
    if let Some(class) = &spec.load_balancer_class {
        let at = path.child("loadBalancerClass");
        if balancer {
            errors.invalid_each(&at, class, is_qualified_name(class));
        } else {
            errors.forbidden(&at, LB_ONLY);
        }
    }
}

fn validate_policies(service: &Service, path: &Path<'_>, errors: &mut Errors) {
    let spec = &service.spec;
    let policy = &spec.external_traffic_policy;
    let external = path.child("externalTrafficPolicy");
    match (is_externally_accessible(service), policy.as_str()) {
        (false, "") | (true, "Cluster" | "Local") => {}
        (false, _) => errors.invalid(
            &external,
            policy,
            "may only be set for externally-accessible services",
        ),
        (true, "") => errors.required(&external, ""),
        (true, other) => errors.not_supported(&external, other, &["Cluster", "Local"]),
    }
    let port = spec.health_check_node_port;
    if !needs_health_check(service) && port != 0 {
        let detail =
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        errors.invalid(&path.child("healthCheckNodePort"), port, detail);
    }
    match spec.internal_traffic_policy.as_deref() {
        None | Some("Cluster" | "Local") => {}
        Some(other) => {
            errors.not_supported(
                &path.child("internalTrafficPolicy"),
                other,
                &["Cluster", "Local"],
            );
        }
    }
    const DISTRIBUTIONS: [&str; 3] = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    if let Some(wish) = spec
        .traffic_distribution
        .as_ref()
        .filter(|wish| !DISTRIBUTIONS.contains(&wish.as_str()))
    {
        errors.not_supported(&path.child("trafficDistribution"), wish, &DISTRIBUTIONS);
    }
}

/// Checks what may not change.
pub(super) fn validate_update(new: &Service, old: &Service, errors: &mut Errors) {
    const KEPT: &str = "may not change once set";
    let (spec, before) = (&new.spec, &old.spec);
    let external = spec.type_ == "ExternalName" || before.type_ == "ExternalName";
    let path = Path::new("spec");
    if !(external || is_headless(new) && is_headless(old)) {
        let list = path.child("clusterIPs");
        let shown = shown_list(&spec.cluster_ips);
        match (before.cluster_ips.first(), spec.cluster_ips.first()) {
            (Some(old), Some(new)) if old != new => errors.invalid(&list.index(0), shown, KEPT),
            (Some(_), None) => {
                errors.invalid(&list.index(0), shown, "primary clusterIP can not be unset")
            }
            _ => {}
        }
    }
    if !external && !is_headless(new) && !is_headless(old) {
        let families = path.child("ipFamilies");
        if let (Some(old), Some(new)) = (before.ip_families.first(), spec.ip_families.first())
            && old != new
        {
            errors.invalid(&families.index(0), shown_list(&spec.ip_families), KEPT);
        }
    }
    let balancers = spec.type_ == "LoadBalancer" && before.type_ == "LoadBalancer";
    if balancers && spec.load_balancer_class != before.load_balancer_class {
        let shown = spec
            .load_balancer_class
            .as_ref()
            .map_or(Value::Null, |class| class.as_str().into());
        errors.invalid(&path.child("loadBalancerClass"), shown, KEPT);
    }
    if needs_health_check(new)
        && needs_health_check(old)
        && spec.health_check_node_port != before.health_check_node_port
    {
        errors.forbidden(
            &path.child("healthCheckNodePort"),
            crate::validation::IMMUTABLE,
        );
    }
}

/// Checks what a load balancer has reported.
pub(super) fn validate_status(service: &Service, errors: &mut Errors) {
    let path = Path::new("status.loadBalancer.ingress");
    let ingress = &service.status.load_balancer.ingress;
    if service.spec.type_ != "LoadBalancer" && !ingress.is_empty() {
        errors.forbidden(&path, "may only be used when `spec.type` is 'LoadBalancer'");
        return;
    }
    for (i, point) in ingress.iter().enumerate() {
        let at = path.index(i);
        if !point.ip.is_empty() {
            validate_ip(&point.ip, &at.child("ip"), errors);
        }
        match (&point.ip_mode, point.ip.is_empty()) {
            (None, false) => {
                errors.required(&at.child("ipMode"), "must be specified when `ip` is set")
            }
            (Some(_), true) => errors.forbidden(
                &at.child("ipMode"),
                "may not be specified when `ip` is not set",
            ),
            (Some(mode), false) if !matches!(mode.as_str(), "VIP" | "Proxy") => {
                errors.not_supported(&at.child("ipMode"), mode, &["Proxy", "VIP"]);
            }
            _ => {}
        }
        if !point.hostname.is_empty() {
            errors.invalid_each(
                &at.child("hostname"),
                &point.hostname,
                is_dns1123_subdomain(&point.hostname),
            );
            if point.hostname.parse::<IpAddr>().is_ok() {
                let detail = "must be a DNS name, not an IP address";
                errors.invalid(&at.child("hostname"), &point.hostname, detail);
            }
        }
    }
}
