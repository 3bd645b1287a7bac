//! `apps/v1`: stateful set types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::{PersistentVolumeClaim, PodTemplateSpec};
use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{IntOrString, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `StatefulSet` of `apps/v1`.
    pub struct StatefulSet("v1.StatefulSet", kind "apps/v1" "StatefulSet") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<StatefulSetSpec> = "spec" omitempty,
        status: Shared<StatefulSetStatus> = "status" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct StatefulSetUpdateStrategy("v1.StatefulSetUpdateStrategy") {
        type_: Str = "type" omitempty go("v1.StatefulSetUpdateStrategyType"),
        rolling_update: Option<Shared<RollingUpdateStatefulSetStrategy>> = "rollingUpdate" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct RollingUpdateStatefulSetStrategy("v1.RollingUpdateStatefulSetStrategy") {
        partition: Option<i32> = "partition" omitempty,
        max_unavailable: Option<IntOrString> = "maxUnavailable" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct StatefulSetPersistentVolumeClaimRetentionPolicy("v1.StatefulSetPersistentVolumeClaimRetentionPolicy") {
        when_deleted: Str = "whenDeleted" omitempty go("v1.PersistentVolumeClaimRetentionPolicyType"),
        when_scaled: Str = "whenScaled" omitempty go("v1.PersistentVolumeClaimRetentionPolicyType"),
    }

    /// Part of the `apps/v1` API.
    pub struct StatefulSetOrdinals("v1.StatefulSetOrdinals") {
        start: i32 = "start",
    }

    /// Part of the `apps/v1` API.
    pub struct StatefulSetSpec("v1.StatefulSetSpec") {
        replicas: Option<i32> = "replicas" omitempty,
        selector: Option<Shared<LabelSelector>> = "selector" atomic,
        template: PodTemplateSpec = "template",
        volume_claim_templates: Vec<PersistentVolumeClaim> = "volumeClaimTemplates" omitempty atomic,
        service_name: Str = "serviceName",
        pod_management_policy: Str = "podManagementPolicy" omitempty go("v1.PodManagementPolicyType"),
        update_strategy: StatefulSetUpdateStrategy = "updateStrategy" omitempty,
        revision_history_limit: Option<i32> = "revisionHistoryLimit" omitempty,
        min_ready_seconds: i32 = "minReadySeconds" omitempty,
        persistent_volume_claim_retention_policy: Option<Shared<StatefulSetPersistentVolumeClaimRetentionPolicy>> = "persistentVolumeClaimRetentionPolicy" omitempty,
        ordinals: Option<Shared<StatefulSetOrdinals>> = "ordinals" omitempty,
    }

    /// Part of the `apps/v1` API.
    pub struct StatefulSetStatus("v1.StatefulSetStatus") {
        observed_generation: i64 = "observedGeneration" omitempty,
        replicas: i32 = "replicas",
        ready_replicas: i32 = "readyReplicas" omitempty,
        current_replicas: i32 = "currentReplicas" omitempty,
        updated_replicas: i32 = "updatedReplicas" omitempty,
        current_revision: Str = "currentRevision" omitempty,
        update_revision: Str = "updateRevision" omitempty,
        collision_count: Option<i32> = "collisionCount" omitempty,
        conditions: Vec<StatefulSetCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
        available_replicas: i32 = "availableReplicas",
    }

    /// Part of the `apps/v1` API.
    pub struct StatefulSetCondition("v1.StatefulSetCondition") {
        type_: Str = "type" go("v1.StatefulSetConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }
}

apimachinery::api_kind! {
    StatefulSet { "apps" "v1" "apps/v1", statefulsets statefulset [sts] true ["all"] }
}
