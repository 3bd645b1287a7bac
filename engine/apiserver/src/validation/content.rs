//! The rules that names of objects follow. The formats themselves are in [`apimachinery::validation`].

use apimachinery::validation::{
    Complaints, is_dns1035_label, is_dns1123_label, is_dns1123_subdomain, mask_trailing_dash,
};
use ecow::eco_format;

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

/// Names that are RFC 1123 labels: namespaces.
pub fn name_is_dns_label(name: &str, prefix: bool) -> Complaints {
    if prefix {
        is_dns1123_label(&mask_trailing_dash(name))
    } else {
        is_dns1123_label(name)
    }
}

/// Names that are RFC 1035 labels: services.
pub fn name_is_dns1035_label(name: &str, prefix: bool) -> Complaints {
    if prefix {
        is_dns1035_label(&mask_trailing_dash(name))
    } else {
        is_dns1035_label(name)
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
