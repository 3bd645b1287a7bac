//! `storage.k8s.io/v1`: storage class types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::TopologySelectorTerm;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Str};

apimachinery::api_struct! {
    /// The kind `StorageClass` of `storage.k8s.io/v1`.
    pub struct StorageClass("v1.StorageClass", kind "storage.k8s.io/v1" "StorageClass") {
        metadata: ObjectMeta = "metadata" omitempty,
        provisioner: Str = "provisioner",
        parameters: Map<Str, Str> = "parameters" omitempty,
        reclaim_policy: Option<Str> = "reclaimPolicy" omitempty go("v1.PersistentVolumeReclaimPolicy"),
        mount_options: Vec<Str> = "mountOptions" omitempty atomic,
        allow_volume_expansion: Option<bool> = "allowVolumeExpansion" omitempty,
        volume_binding_mode: Option<Str> = "volumeBindingMode" omitempty go("v1.VolumeBindingMode"),
        allowed_topologies: Vec<TopologySelectorTerm> = "allowedTopologies" omitempty atomic,
    }

    /// The kind `VolumeAttributesClass` of `storage.k8s.io/v1`.
    pub struct VolumeAttributesClass("v1.VolumeAttributesClass", kind "storage.k8s.io/v1" "VolumeAttributesClass") {
        metadata: ObjectMeta = "metadata" omitempty,
        driver_name: Str = "driverName",
        parameters: Map<Str, Str> = "parameters" omitempty,
    }
}

apimachinery::api_kind! {
    StorageClass { "storage.k8s.io" "v1" "storage.k8s.io/v1", storageclasses storageclass [sc] false [] }
    VolumeAttributesClass { "storage.k8s.io" "v1" "storage.k8s.io/v1", volumeattributesclasses volumeattributesclass [vac] false [] }
}
