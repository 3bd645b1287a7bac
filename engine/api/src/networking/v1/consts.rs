//! `networking.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `Ingress`
pub const POLICY_TYPE_INGRESS: &str = "Ingress";
/// `Egress`
pub const POLICY_TYPE_EGRESS: &str = "Egress";
/// `Exact`
pub const PATH_TYPE_EXACT: &str = "Exact";
/// `Prefix`
pub const PATH_TYPE_PREFIX: &str = "Prefix";
/// `ImplementationSpecific`
pub const PATH_TYPE_IMPLEMENTATION_SPECIFIC: &str = "ImplementationSpecific";
/// `Namespace`
pub const INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_NAMESPACE: &str = "Namespace";
/// `Cluster`
pub const INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_CLUSTER: &str = "Cluster";
/// `Ready`
pub const SERVICE_CIDR_CONDITION_READY: &str = "Ready";
/// `Terminating`
pub const SERVICE_CIDR_REASON_TERMINATING: &str = "Terminating";
