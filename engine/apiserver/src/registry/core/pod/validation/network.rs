//! The rules of a pod's names and addresses.

use std::net::IpAddr;

use api::core::v1::{HostAlias, PodSpec};
use apimachinery::validation::{
    is_dns1123_label, is_dns1123_subdomain, is_dns1123_subdomain_with_underscore,
};
use serde_json::json;

use super::Owner;
use crate::validation::field::{Errors, Path};

const NAMESERVERS_MAX: usize = 3;
const SEARCHES_MAX: usize = 32;
const SEARCH_CHARS_MAX: usize = 2048;

/// Checks an IP address.
pub(crate) fn validate_ip(value: &str, path: &Path<'_>, errors: &mut Errors) {
    let detail = match value.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_some() => {
            "must not be an IPv4-mapped IPv6 address"
        }
        Ok(_) => return,
        Err(_) if without_leading_zeros(value).is_some() => "must not have leading 0s",
        Err(_) => "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
    };
    errors.invalid(path, value, detail);
}

/// The address that is meant when the zeros in front of its numbers do not count.
pub(crate) fn without_leading_zeros(value: &str) -> Option<IpAddr> {
    let (head, tail) = value.split_at(value.rfind(':').map_or(0, |at| at + 1));
    let numbers: Vec<&str> = tail
        .split('.')
        .map(|number| match number.trim_start_matches('0') {
            "" if !number.is_empty() => "0",
            rest => rest,
        })
        .collect();
    format!("{head}{}", numbers.join(".")).parse().ok()
}

/// On the host's network, the host's ports are the container's.
pub(super) fn validate_host_network_ports(
    spec: &PodSpec,
    owner: Owner<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if !spec.host_network {
        return;
    }
    let containers = path.child("containers");
    for (i, container) in spec.containers.iter().enumerate() {
        let container_path = containers.index(i);
        let ports = container_path.child("ports");
        for (j, port) in container.ports.iter().enumerate() {
            if (owner.is_pod || port.host_port != 0) && port.host_port != port.container_port {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(&ports.index(j).child("hostPort"), port.host_port, detail);
            }
        }
    }
}

/// Checks what a pod wants of name resolution.
pub(super) fn validate_dns_config(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let nameservers = path.child("nameservers");
    if spec.dns_policy == "None" {
        let Some(config) = &spec.dns_config else {
            errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
            return;
        };
        if config.nameservers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            errors.required(&nameservers, detail);
            return;
        }
    }
    let Some(config) = &spec.dns_config else {
        return;
    };
    let texts = |list: &[apimachinery::Str]| {
        json!(list.iter().map(AsRef::<str>::as_ref).collect::<Vec<_>>())
    };
    if config.nameservers.len() > NAMESERVERS_MAX {
        let detail = format!("must not have more than {NAMESERVERS_MAX} nameservers");
        errors.invalid(&nameservers, texts(&config.nameservers), detail);
    }
    for (i, server) in config.nameservers.iter().enumerate() {
        validate_ip(server, &nameservers.index(i), errors);
    }
    let searches = path.child("searches");
    if config.searches.len() > SEARCHES_MAX {
        let detail = format!("must not have more than {SEARCHES_MAX} search paths");
        errors.invalid(&searches, texts(&config.searches), detail);
    }
    let length = config
        .searches
        .iter()
        .map(|search| search.len() + 1)
        .sum::<usize>()
        .saturating_sub(1);
    if length > SEARCH_CHARS_MAX {
        let detail = format!(
            "must not have more than {SEARCH_CHARS_MAX} characters (including spaces) in the search list"
        );
        errors.invalid(&searches, texts(&config.searches), detail);
    }
    for (i, search) in config
        .searches
        .iter()
        .enumerate()
        .filter(|(_, search)| *search != ".")
    {
        let name = search.strip_suffix('.').unwrap_or(search);
        errors.invalid_each(
            &searches.index(i),
            name,
            is_dns1123_subdomain_with_underscore(name),
        );
    }
    for (i, option) in config.options.iter().enumerate() {
        if option.name.is_empty() {
            errors.required(&path.child("options").index(i), "must not be empty");
        }
    }
}

/// Checks the names that a pod gives itself.
pub(super) fn validate_host_names(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    if let Some(name) = &spec.hostname_override {
        let field = path.child("hostnameOverride");
        if spec.set_hostname_as_fqdn == Some(true) {
            errors.forbidden(
                &field,
                "may not be specified when setHostnameAsFQDN is true",
            );
        }
        if spec.host_network {
            errors.forbidden(&field, "may not be specified when hostNetwork is true");
        }
        if name.len() > 64 {
            errors.too_long(&field, 64);
        }
        errors.invalid_each(&field, name, is_dns1123_subdomain(name));
    }
    let named = [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)];
    for (field, name) in named.into_iter().filter(|(_, name)| !name.is_empty()) {
        errors.invalid_each(&path.child(field), name, is_dns1123_label(name));
    }
}

/// Checks the lines that a pod adds to its hosts file.
pub(super) fn validate_host_aliases(aliases: &[HostAlias], path: &Path<'_>, errors: &mut Errors) {
    for (i, alias) in aliases.iter().enumerate() {
        let alias_path = path.index(i);
        validate_ip(&alias.ip, &alias_path.child("ip"), errors);
        let names = alias_path.child("hostnames");
        for (j, name) in alias.hostnames.iter().enumerate() {
            errors.invalid_each(&names.index(j), name, is_dns1123_subdomain(name));
        }
    }
}
