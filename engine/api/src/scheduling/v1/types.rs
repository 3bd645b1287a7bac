//! `scheduling.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::Str;

apimachinery::api_struct! {
    /// The kind `PriorityClass` of `scheduling.k8s.io/v1`.
    pub struct PriorityClass("v1.PriorityClass", kind "scheduling.k8s.io/v1" "PriorityClass") {
        metadata: ObjectMeta = "metadata" omitempty,
        value: i32 = "value",
        global_default: bool = "globalDefault" omitempty,
        description: Str = "description" omitempty,
        preemption_policy: Option<Str> = "preemptionPolicy" omitempty go("v1.PreemptionPolicy"),
    }
}

apimachinery::api_kind! {
    PriorityClass { "scheduling.k8s.io" "v1" "scheduling.k8s.io/v1", priorityclasses priorityclass [pc] false [] }
}
