//! `apiregistration.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `True`
pub const CONDITION_TRUE: &str = "True";
/// `False`
pub const CONDITION_FALSE: &str = "False";
/// `Unknown`
pub const CONDITION_UNKNOWN: &str = "Unknown";
/// `Available`
pub const AVAILABLE: &str = "Available";
