//! Addresses that are valid and yet written in an unusual way. Kubernetes' room for this is
//! `k8s.io/apimachinery/pkg/util/validation/ip.go` (`GetWarningsForIP`, `GetWarningsForCIDR`).
//!
//! Not here: whether they are valid at all; what is not is left alone.

use std::net::{IpAddr, Ipv6Addr};

use super::field::Path;
use crate::registry::core::pod::validation::without_leading_zeros;

/// Warns of an address.
pub(crate) fn warn_of_ip(value: &str, path: &Path<'_>, out: &mut Vec<String>) {
    let exact = value.parse::<IpAddr>().ok();
    match exact.or_else(|| without_leading_zeros(value)) {
        None => {}
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_none() => {
            let canonical = shown(v6);
            if canonical != value {
                out.push(format!(
                    "{path}: IPv6 address {value:?} should be in RFC 5952 canonical format ({canonical:?})"
                ));
            }
        }
        Some(address) if exact.is_none() || address.is_ipv6() => {
            let plain = address.to_canonical().to_string();
            out.push(format!(
                "{path}: non-standard IP address {value:?} will be considered invalid in a future Kubernetes release: use \
                 {plain:?}"
            ));
        }
        Some(_) => {}
    }
}

/// Warns of an address with the length of a prefix.
pub(crate) fn warn_of_cidr(value: &str, path: &Path<'_>, out: &mut Vec<String>) {
    let Some((address, length)) = value.split_once('/') else {
        return;
    };
    let Ok(IpAddr::V6(v6)) = address.parse::<IpAddr>() else {
        return;
    };
    let canonical = format!("{}/{length}", shown(v6));
    if v6.to_ipv4_mapped().is_none() && canonical != value {
        out.push(format!(
            "{path}: IPv6 CIDR value {value:?} should be in RFC 5952 canonical format ({canonical:?})"
        ));
    }
}

/// An address as Go writes it: numbers only, however much the end looks like IPv4.
fn shown(address: Ipv6Addr) -> String {
    let text = address.to_string();
    if !text.contains('.') {
        return text;
    }
    let [.., high, low] = address.segments();
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    format!("{head}{high:x}:{low:x}")
}
