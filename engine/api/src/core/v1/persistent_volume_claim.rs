//! `v1`: persistent volume claim types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{TypedLocalObjectReference, TypedObjectReference};
use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Map, Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `PersistentVolumeClaim` of `v1`.
    pub struct PersistentVolumeClaim("v1.PersistentVolumeClaim", kind "v1" "PersistentVolumeClaim") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<PersistentVolumeClaimSpec> = "spec" omitempty,
        status: Shared<PersistentVolumeClaimStatus> = "status" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeClaimSpec("v1.PersistentVolumeClaimSpec") {
        access_modes: Vec<Str> = "accessModes" omitempty go("[]v1.PersistentVolumeAccessMode") atomic,
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
        resources: VolumeResourceRequirements = "resources" omitempty,
        volume_name: Str = "volumeName" omitempty,
        storage_class_name: Option<Str> = "storageClassName" omitempty,
        volume_mode: Option<Str> = "volumeMode" omitempty go("v1.PersistentVolumeMode"),
        data_source: Option<Shared<TypedLocalObjectReference>> = "dataSource" omitempty atomic,
        data_source_ref: Option<Shared<TypedObjectReference>> = "dataSourceRef" omitempty,
        volume_attributes_class_name: Option<Str> = "volumeAttributesClassName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ModifyVolumeStatus("v1.ModifyVolumeStatus") {
        target_volume_attributes_class_name: Str = "targetVolumeAttributesClassName" omitempty,
        status: Str = "status" go("v1.PersistentVolumeClaimModifyVolumeStatus"),
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeClaimCondition("v1.PersistentVolumeClaimCondition") {
        type_: Str = "type" go("v1.PersistentVolumeClaimConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_probe_time: Time = "lastProbeTime" omitempty,
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeClaimStatus("v1.PersistentVolumeClaimStatus") {
        phase: Str = "phase" omitempty go("v1.PersistentVolumeClaimPhase"),
        access_modes: Vec<Str> = "accessModes" omitempty go("[]v1.PersistentVolumeAccessMode") atomic,
        capacity: Map<Str, Quantity> = "capacity" omitempty go("v1.ResourceList"),
        conditions: Vec<PersistentVolumeClaimCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
        allocated_resources: Map<Str, Quantity> = "allocatedResources" omitempty go("v1.ResourceList"),
        allocated_resource_statuses: Map<Str, Str> = "allocatedResourceStatuses" omitempty go("map[v1.ResourceName]v1.ClaimResourceStatus"),
        current_volume_attributes_class_name: Option<Str> = "currentVolumeAttributesClassName" omitempty,
        modify_volume_status: Option<Shared<ModifyVolumeStatus>> = "modifyVolumeStatus" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeClaimTemplate("v1.PersistentVolumeClaimTemplate") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: PersistentVolumeClaimSpec = "spec",
    }

    /// Part of the `v1` API.
    pub struct VolumeResourceRequirements("v1.VolumeResourceRequirements") {
        limits: Map<Str, Quantity> = "limits" omitempty go("v1.ResourceList"),
        requests: Map<Str, Quantity> = "requests" omitempty go("v1.ResourceList"),
    }
}

apimachinery::api_kind! {
    PersistentVolumeClaim { "" "v1" "v1", persistentvolumeclaims persistentvolumeclaim [pvc] true [] }
}
