//! The rules that names of objects follow. The formats themselves are in [`apimachinery::validation`].

use apimachinery::validation::{
    Complaints, is_dns1123_label, is_dns1123_subdomain, mask_trailing_dash, regex_error,
};
use ecow::eco_format;

use super::field::{Errors, Path};

/// How names of a kind are checked; `prefix` says that a suffix will be appended.
pub type NameRule = fn(name: &str, prefix: bool) -> Complaints;

/// Names that are RFC 1123 subdomains: most kinds.
pub fn name_is_dns_subdomain(name: &str, prefix: bool) -> Complaints {
    if prefix {
        is_dns1123_subdomain(&mask_trailing_dash(name))
    } else {
        is_dns1123_subdomain(name)
    }
}

/// Names that are RFC 1123 labels: namespaces, services.
pub fn name_is_dns_label(name: &str, prefix: bool) -> Complaints {
    if prefix {
        is_dns1123_label(&mask_trailing_dash(name))
    } else {
        is_dns1123_label(name)
    }
}

/// Something with a domain in front, as `acme.io/foo`.
pub fn validate_domain_prefixed(value: &str, path: &Path<'_>, errors: &mut Errors) {
    let parts = value
        .split_once('/')
        .filter(|(host, rest)| !host.is_empty() && !rest.is_empty());
    let Some((host, rest)) = parts else {
        let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        errors.invalid(path, value, detail);
        return;
    };
    errors.invalid_each(path, host, is_dns1123_subdomain(host));
    let good = |c: char| c.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(c);
    if !rest.chars().all(good) {
        let pattern = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+";
        errors.invalid(path, rest, regex_error("Invalid path", pattern, &[]));
    }
}

/// Names that need only fit into a URL path: RBAC.
pub fn name_is_path_segment(name: &str, prefix: bool) -> Complaints {
    if !prefix && matches!(name, "." | "..") {
        return vec![eco_format!("may not be '{name}'")];
    }
    let bad = ['/', '%'].into_iter().filter(|c| name.contains(*c));
    bad.map(|c| eco_format!("may not contain '{c}'")).collect()
}
