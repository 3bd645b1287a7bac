//! `storage.k8s.io/v1`: csi types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Quantity, Shared, Str};

apimachinery::api_struct! {
    /// The kind `CSIDriver` of `storage.k8s.io/v1`.
    pub struct CSIDriver("v1.CSIDriver", kind "storage.k8s.io/v1" "CSIDriver") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<CSIDriverSpec> = "spec",
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct CSIDriverSpec("v1.CSIDriverSpec") {
        attach_required: Option<bool> = "attachRequired" omitempty,
        pod_info_on_mount: Option<bool> = "podInfoOnMount" omitempty,
        volume_lifecycle_modes: Vec<Str> = "volumeLifecycleModes" omitempty go("[]v1.VolumeLifecycleMode") set,
        storage_capacity: Option<bool> = "storageCapacity" omitempty,
        fs_group_policy: Option<Str> = "fsGroupPolicy" omitempty go("v1.FSGroupPolicy"),
        token_requests: Vec<TokenRequest> = "tokenRequests" omitempty atomic,
        requires_republish: Option<bool> = "requiresRepublish" omitempty,
        se_linux_mount: Option<bool> = "seLinuxMount" omitempty,
        node_allocatable_update_period_seconds: Option<i64> = "nodeAllocatableUpdatePeriodSeconds" omitempty,
        service_account_token_in_secrets: Option<bool> = "serviceAccountTokenInSecrets" omitempty,
        prevent_pod_scheduling_if_missing: Option<bool> = "preventPodSchedulingIfMissing" omitempty,
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct TokenRequest("v1.TokenRequest") {
        audience: Str = "audience",
        expiration_seconds: Option<i64> = "expirationSeconds" omitempty,
    }

    /// The kind `CSINode` of `storage.k8s.io/v1`.
    pub struct CSINode("v1.CSINode", kind "storage.k8s.io/v1" "CSINode") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<CSINodeSpec> = "spec",
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct CSINodeSpec("v1.CSINodeSpec") {
        drivers: Vec<CSINodeDriver> = "drivers" merge("name") list_map(&["name"]),
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct CSINodeDriver("v1.CSINodeDriver") {
        name: Str = "name",
        node_id: Str = "nodeID",
        topology_keys: Vec<Str> = "topologyKeys" atomic,
        allocatable: Option<Shared<VolumeNodeResources>> = "allocatable" omitempty,
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct VolumeNodeResources("v1.VolumeNodeResources") {
        count: Option<i32> = "count" omitempty,
    }

    /// The kind `CSIStorageCapacity` of `storage.k8s.io/v1`.
    pub struct CSIStorageCapacity("v1.CSIStorageCapacity", kind "storage.k8s.io/v1" "CSIStorageCapacity") {
        metadata: ObjectMeta = "metadata" omitempty,
        node_topology: Option<Shared<LabelSelector>> = "nodeTopology" omitempty atomic,
        storage_class_name: Str = "storageClassName",
        capacity: Option<Quantity> = "capacity" omitempty,
        maximum_volume_size: Option<Quantity> = "maximumVolumeSize" omitempty,
    }
}

apimachinery::api_kind! {
    CSIDriver { "storage.k8s.io" "v1" "storage.k8s.io/v1", csidrivers csidriver [] false [] }
    CSINode { "storage.k8s.io" "v1" "storage.k8s.io/v1", csinodes csinode [] false [] }
    CSIStorageCapacity { "storage.k8s.io" "v1" "storage.k8s.io/v1", csistoragecapacities csistoragecapacity [] true [] }
}
