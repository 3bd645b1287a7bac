//! `v1`: namespace types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct NamespaceSpec("v1.NamespaceSpec") {
        finalizers: Vec<Str> = "finalizers" omitempty go("[]v1.FinalizerName") atomic,
    }

    /// Part of the `v1` API.
    pub struct NamespaceStatus("v1.NamespaceStatus") {
        phase: Str = "phase" omitempty go("v1.NamespacePhase"),
        conditions: Vec<NamespaceCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `v1` API.
    pub struct NamespaceCondition("v1.NamespaceCondition") {
        type_: Str = "type" go("v1.NamespaceConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// The kind `Namespace` of `v1`.
    pub struct Namespace("v1.Namespace", kind "v1" "Namespace") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<NamespaceSpec> = "spec" omitempty,
        status: Shared<NamespaceStatus> = "status" omitempty,
    }
}

apimachinery::api_kind! {
    Namespace { "" "v1" "v1", namespaces namespace [ns] false [] }
}
