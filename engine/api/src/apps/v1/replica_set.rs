//! `apps/v1`: replica set types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::PodTemplateSpec;
use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `ReplicaSet` of `apps/v1`.
    pub struct ReplicaSet("v1.ReplicaSet", kind "apps/v1" "ReplicaSet") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ReplicaSetSpec> = "spec" omitempty,
        status: Shared<ReplicaSetStatus> = "status" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct ReplicaSetSpec("v1.ReplicaSetSpec") {
        replicas: Option<i32> = "replicas" omitempty,
        min_ready_seconds: i32 = "minReadySeconds" omitempty,
        selector: Option<Shared<LabelSelector>> = "selector" atomic,
        template: PodTemplateSpec = "template" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct ReplicaSetStatus("v1.ReplicaSetStatus") {
        replicas: i32 = "replicas",
        fully_labeled_replicas: i32 = "fullyLabeledReplicas" omitempty,
        ready_replicas: i32 = "readyReplicas" omitempty,
        available_replicas: i32 = "availableReplicas" omitempty,
        terminating_replicas: Option<i32> = "terminatingReplicas" omitempty,
        observed_generation: i64 = "observedGeneration" omitempty,
        conditions: Vec<ReplicaSetCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `apps/v1` API.
    pub struct ReplicaSetCondition("v1.ReplicaSetCondition") {
        type_: Str = "type" go("v1.ReplicaSetConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }
}

apimachinery::api_kind! {
    ReplicaSet { "apps" "v1" "apps/v1", replicasets replicaset [rs] true ["all"] }
}
