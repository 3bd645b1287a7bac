//! `admissionregistration.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `Cluster`
pub const CLUSTER_SCOPE: &str = "Cluster";
/// `Namespaced`
pub const NAMESPACED_SCOPE: &str = "Namespaced";
/// `*`
pub const ALL_SCOPES: &str = "*";
/// `Ignore`
pub const IGNORE: &str = "Ignore";
/// `Fail`
pub const FAIL: &str = "Fail";
/// `Allow`
pub const ALLOW_ACTION: &str = "Allow";
/// `Deny`
pub const DENY_ACTION: &str = "Deny";
/// `Exact`
pub const EXACT: &str = "Exact";
/// `Equivalent`
pub const EQUIVALENT: &str = "Equivalent";
/// `Unknown`
pub const SIDE_EFFECT_CLASS_UNKNOWN: &str = "Unknown";
/// `None`
pub const SIDE_EFFECT_CLASS_NONE: &str = "None";
/// `Some`
pub const SIDE_EFFECT_CLASS_SOME: &str = "Some";
/// `NoneOnDryRun`
pub const SIDE_EFFECT_CLASS_NONE_ON_DRY_RUN: &str = "NoneOnDryRun";
/// `Deny`
pub const DENY: &str = "Deny";
/// `Warn`
pub const WARN: &str = "Warn";
/// `Audit`
pub const AUDIT: &str = "Audit";
/// `ApplyConfiguration`
pub const PATCH_TYPE_APPLY_CONFIGURATION: &str = "ApplyConfiguration";
/// `JSONPatch`
pub const PATCH_TYPE_JSON_PATCH: &str = "JSONPatch";
/// `Never`
pub const NEVER_REINVOCATION_POLICY: &str = "Never";
/// `IfNeeded`
pub const IF_NEEDED_REINVOCATION_POLICY: &str = "IfNeeded";
/// `*`
pub const OPERATION_ALL: &str = "*";
/// `CREATE`
pub const CREATE: &str = "CREATE";
/// `UPDATE`
pub const UPDATE: &str = "UPDATE";
/// `DELETE`
pub const DELETE: &str = "DELETE";
/// `CONNECT`
pub const CONNECT: &str = "CONNECT";
