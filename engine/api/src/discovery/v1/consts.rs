//! `discovery.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `FQDN`
pub const ADDRESS_TYPE_FQDN: &str = "FQDN";
