//! `policy/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `DisruptionBudget`
pub const DISRUPTION_BUDGET_CAUSE: &str = "DisruptionBudget";
/// `IfHealthyBudget`
pub const IF_HEALTHY_BUDGET: &str = "IfHealthyBudget";
/// `AlwaysAllow`
pub const ALWAYS_ALLOW: &str = "AlwaysAllow";
/// `DisruptionAllowed`
pub const DISRUPTION_ALLOWED_CONDITION: &str = "DisruptionAllowed";
/// `SyncFailed`
pub const SYNC_FAILED_REASON: &str = "SyncFailed";
/// `SufficientPods`
pub const SUFFICIENT_PODS_REASON: &str = "SufficientPods";
/// `InsufficientPods`
pub const INSUFFICIENT_PODS_REASON: &str = "InsufficientPods";
