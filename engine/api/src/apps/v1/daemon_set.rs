//! `apps/v1`: daemon set types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::PodTemplateSpec;
use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{IntOrString, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `apps/v1` API.
    pub struct DaemonSetUpdateStrategy("v1.DaemonSetUpdateStrategy") {
        type_: Str = "type" omitempty go("v1.DaemonSetUpdateStrategyType"),
        rolling_update: Option<Shared<RollingUpdateDaemonSet>> = "rollingUpdate" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct RollingUpdateDaemonSet("v1.RollingUpdateDaemonSet") {
        max_unavailable: Option<IntOrString> = "maxUnavailable" omitempty,
        max_surge: Option<IntOrString> = "maxSurge" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct DaemonSetSpec("v1.DaemonSetSpec") {
        selector: Option<Shared<LabelSelector>> = "selector" atomic,
        template: PodTemplateSpec = "template",
        update_strategy: DaemonSetUpdateStrategy = "updateStrategy" omitempty,
        min_ready_seconds: i32 = "minReadySeconds" omitempty,
        revision_history_limit: Option<i32> = "revisionHistoryLimit" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct DaemonSetStatus("v1.DaemonSetStatus") {
        current_number_scheduled: i32 = "currentNumberScheduled",
        number_misscheduled: i32 = "numberMisscheduled",
        desired_number_scheduled: i32 = "desiredNumberScheduled",
        number_ready: i32 = "numberReady",
        observed_generation: i64 = "observedGeneration" omitempty,
        updated_number_scheduled: i32 = "updatedNumberScheduled" omitempty,
        number_available: i32 = "numberAvailable" omitempty,
        number_unavailable: i32 = "numberUnavailable" omitempty,
        collision_count: Option<i32> = "collisionCount" omitempty,
        conditions: Vec<DaemonSetCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `apps/v1` API.
    pub struct DaemonSetCondition("v1.DaemonSetCondition") {
        type_: Str = "type" go("v1.DaemonSetConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// The kind `DaemonSet` of `apps/v1`.
    pub struct DaemonSet("v1.DaemonSet", kind "apps/v1" "DaemonSet") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<DaemonSetSpec> = "spec" omitempty,
        status: Shared<DaemonSetStatus> = "status" omitempty,
    }
}

apimachinery::api_kind! {
    DaemonSet { "apps" "v1" "apps/v1", daemonsets daemonset [ds] true ["all"] }
}
