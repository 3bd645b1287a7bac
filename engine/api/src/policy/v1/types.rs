//! `policy/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{Condition, DeleteOptions, LabelSelector, ObjectMeta};
use apimachinery::{IntOrString, Map, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `policy/v1` API.
    pub struct PodDisruptionBudgetSpec("v1.PodDisruptionBudgetSpec") {
        min_available: Option<IntOrString> = "minAvailable" omitempty,
        selector: Option<Shared<LabelSelector>> = "selector" omitempty replace atomic,
        max_unavailable: Option<IntOrString> = "maxUnavailable" omitempty,
        unhealthy_pod_eviction_policy: Option<Str> = "unhealthyPodEvictionPolicy" omitempty go("v1.UnhealthyPodEvictionPolicyType"),
    }

    /// Part of the `policy/v1` API.
    pub struct PodDisruptionBudgetStatus("v1.PodDisruptionBudgetStatus") {
        observed_generation: i64 = "observedGeneration" omitempty,
        disrupted_pods: Map<Str, Time> = "disruptedPods" omitempty,
        disruptions_allowed: i32 = "disruptionsAllowed",
        current_healthy: i32 = "currentHealthy",
        desired_healthy: i32 = "desiredHealthy",
        expected_pods: i32 = "expectedPods",
        conditions: Vec<Condition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// The kind `PodDisruptionBudget` of `policy/v1`.
    pub struct PodDisruptionBudget("v1.PodDisruptionBudget", kind "policy/v1" "PodDisruptionBudget") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<PodDisruptionBudgetSpec> = "spec" omitempty,
        status: Shared<PodDisruptionBudgetStatus> = "status" omitempty,
    }

    /// The kind `Eviction` of `policy/v1`.
    pub struct Eviction("v1.Eviction", kind "policy/v1" "Eviction") {
        metadata: ObjectMeta = "metadata" omitempty,
        delete_options: Option<Shared<DeleteOptions>> = "deleteOptions" omitempty,
    }
}

apimachinery::api_kind! {
    PodDisruptionBudget { "policy" "v1" "policy/v1", poddisruptionbudgets poddisruptionbudget [pdb] true [] }
    Eviction { "policy" "v1" "policy/v1", evictions eviction [] true [] }
}
