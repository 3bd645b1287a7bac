//! `apps/v1`: deployment types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::PodTemplateSpec;
use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{IntOrString, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `Deployment` of `apps/v1`.
    pub struct Deployment("v1.Deployment", kind "apps/v1" "Deployment") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<DeploymentSpec> = "spec" omitempty,
        status: Shared<DeploymentStatus> = "status" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct DeploymentSpec("v1.DeploymentSpec") {
        replicas: Option<i32> = "replicas" omitempty,
        selector: Option<Shared<LabelSelector>> = "selector" atomic,
        template: PodTemplateSpec = "template",
        strategy: DeploymentStrategy = "strategy" omitempty retain_keys,
        min_ready_seconds: i32 = "minReadySeconds" omitempty,
        revision_history_limit: Option<i32> = "revisionHistoryLimit" omitempty,
        paused: bool = "paused" omitempty,
        progress_deadline_seconds: Option<i32> = "progressDeadlineSeconds" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct DeploymentStrategy("v1.DeploymentStrategy") {
        type_: Str = "type" omitempty go("v1.DeploymentStrategyType"),
        rolling_update: Option<Shared<RollingUpdateDeployment>> = "rollingUpdate" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct RollingUpdateDeployment("v1.RollingUpdateDeployment") {
        max_unavailable: Option<IntOrString> = "maxUnavailable" omitempty,
        max_surge: Option<IntOrString> = "maxSurge" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct DeploymentStatus("v1.DeploymentStatus") {
        observed_generation: i64 = "observedGeneration" omitempty,
        replicas: i32 = "replicas" omitempty,
        updated_replicas: i32 = "updatedReplicas" omitempty,
        ready_replicas: i32 = "readyReplicas" omitempty,
        available_replicas: i32 = "availableReplicas" omitempty,
        unavailable_replicas: i32 = "unavailableReplicas" omitempty,
        terminating_replicas: Option<i32> = "terminatingReplicas" omitempty,
        conditions: Vec<DeploymentCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
        collision_count: Option<i32> = "collisionCount" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct DeploymentCondition("v1.DeploymentCondition") {
        type_: Str = "type" go("v1.DeploymentConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_update_time: Time = "lastUpdateTime" omitempty,
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }
}

apimachinery::api_kind! {
    Deployment { "apps" "v1" "apps/v1", deployments deployment [deploy] true ["all"] }
}
