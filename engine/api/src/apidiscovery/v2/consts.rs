//! `apidiscovery.k8s.io/v2`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `Cluster`
pub const SCOPE_CLUSTER: &str = "Cluster";
/// `Namespaced`
pub const SCOPE_NAMESPACE: &str = "Namespaced";
/// `Current`
pub const DISCOVERY_FRESHNESS_CURRENT: &str = "Current";
/// `Stale`
pub const DISCOVERY_FRESHNESS_STALE: &str = "Stale";
