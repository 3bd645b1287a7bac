//! `v1`: replication controller types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::PodTemplateSpec;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct ReplicationControllerSpec("v1.ReplicationControllerSpec") {
        replicas: Option<i32> = "replicas" omitempty,
        min_ready_seconds: i32 = "minReadySeconds" omitempty,
        selector: Map<Str, Str> = "selector" omitempty atomic,
        template: Option<Shared<PodTemplateSpec>> = "template" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ReplicationControllerStatus("v1.ReplicationControllerStatus") {
        replicas: i32 = "replicas",
        fully_labeled_replicas: i32 = "fullyLabeledReplicas" omitempty,
        ready_replicas: i32 = "readyReplicas" omitempty,
        available_replicas: i32 = "availableReplicas" omitempty,
        observed_generation: i64 = "observedGeneration" omitempty,
        conditions: Vec<ReplicationControllerCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `v1` API.
    pub struct ReplicationControllerCondition("v1.ReplicationControllerCondition") {
        type_: Str = "type" go("v1.ReplicationControllerConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// The kind `ReplicationController` of `v1`.
    pub struct ReplicationController("v1.ReplicationController", kind "v1" "ReplicationController") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ReplicationControllerSpec> = "spec" omitempty,
        status: Shared<ReplicationControllerStatus> = "status" omitempty,
    }
}

apimachinery::api_kind! {
    ReplicationController { "" "v1" "v1", replicationcontrollers replicationcontroller [rc] true ["all"] }
}
