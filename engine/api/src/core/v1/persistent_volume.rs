//! `v1`: persistent volume types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{
    AWSElasticBlockStoreVolumeSource, AzureDiskVolumeSource, FCVolumeSource, FlockerVolumeSource,
    GCEPersistentDiskVolumeSource, HostPathVolumeSource, NFSVolumeSource, NodeSelector,
    ObjectReference, PhotonPersistentDiskVolumeSource, PortworxVolumeSource, QuobyteVolumeSource,
    SecretReference, VsphereVirtualDiskVolumeSource,
};
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `PersistentVolume` of `v1`.
    pub struct PersistentVolume("v1.PersistentVolume", kind "v1" "PersistentVolume") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<PersistentVolumeSpec> = "spec" omitempty,
        status: Shared<PersistentVolumeStatus> = "status" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeSpec("v1.PersistentVolumeSpec") {
        capacity: Map<Str, Quantity> = "capacity" omitempty go("v1.ResourceList"),
        gce_persistent_disk: Option<Shared<GCEPersistentDiskVolumeSource>> = "gcePersistentDisk" omitempty,
        aws_elastic_block_store: Option<Shared<AWSElasticBlockStoreVolumeSource>> = "awsElasticBlockStore" omitempty,
        host_path: Option<Shared<HostPathVolumeSource>> = "hostPath" omitempty,
        glusterfs: Option<Shared<GlusterfsPersistentVolumeSource>> = "glusterfs" omitempty,
        nfs: Option<Shared<NFSVolumeSource>> = "nfs" omitempty,
        rbd: Option<Shared<RBDPersistentVolumeSource>> = "rbd" omitempty,
        iscsi: Option<Shared<ISCSIPersistentVolumeSource>> = "iscsi" omitempty,
        cinder: Option<Shared<CinderPersistentVolumeSource>> = "cinder" omitempty,
        cephfs: Option<Shared<CephFSPersistentVolumeSource>> = "cephfs" omitempty,
        fc: Option<Shared<FCVolumeSource>> = "fc" omitempty,
        flocker: Option<Shared<FlockerVolumeSource>> = "flocker" omitempty,
        flex_volume: Option<Shared<FlexPersistentVolumeSource>> = "flexVolume" omitempty,
        azure_file: Option<Shared<AzureFilePersistentVolumeSource>> = "azureFile" omitempty,
        vsphere_volume: Option<Shared<VsphereVirtualDiskVolumeSource>> = "vsphereVolume" omitempty,
        quobyte: Option<Shared<QuobyteVolumeSource>> = "quobyte" omitempty,
        azure_disk: Option<Shared<AzureDiskVolumeSource>> = "azureDisk" omitempty,
        photon_persistent_disk: Option<Shared<PhotonPersistentDiskVolumeSource>> = "photonPersistentDisk" omitempty,
        portworx_volume: Option<Shared<PortworxVolumeSource>> = "portworxVolume" omitempty,
        scale_io: Option<Shared<ScaleIOPersistentVolumeSource>> = "scaleIO" omitempty,
        local: Option<Shared<LocalVolumeSource>> = "local" omitempty,
        storageos: Option<Shared<StorageOSPersistentVolumeSource>> = "storageos" omitempty,
        csi: Option<Shared<CSIPersistentVolumeSource>> = "csi" omitempty,
        access_modes: Vec<Str> = "accessModes" omitempty go("[]v1.PersistentVolumeAccessMode") atomic,
        claim_ref: Option<Shared<ObjectReference>> = "claimRef" omitempty atomic,
        persistent_volume_reclaim_policy: Str = "persistentVolumeReclaimPolicy" omitempty go("v1.PersistentVolumeReclaimPolicy"),
        storage_class_name: Str = "storageClassName" omitempty,
        mount_options: Vec<Str> = "mountOptions" omitempty atomic,
        volume_mode: Option<Str> = "volumeMode" omitempty go("v1.PersistentVolumeMode"),
        node_affinity: Option<Shared<VolumeNodeAffinity>> = "nodeAffinity" omitempty,
        volume_attributes_class_name: Option<Str> = "volumeAttributesClassName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct VolumeNodeAffinity("v1.VolumeNodeAffinity") {
        required: Option<Shared<NodeSelector>> = "required" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeStatus("v1.PersistentVolumeStatus") {
        phase: Str = "phase" omitempty go("v1.PersistentVolumePhase"),
        message: Str = "message" omitempty,
        reason: Str = "reason" omitempty,
        last_phase_transition_time: Option<Time> = "lastPhaseTransitionTime" omitempty,
    }

    /// Part of the `v1` API.
    pub struct GlusterfsPersistentVolumeSource("v1.GlusterfsPersistentVolumeSource") {
        endpoints: Str = "endpoints",
        path: Str = "path",
        read_only: bool = "readOnly" omitempty,
        endpoints_namespace: Option<Str> = "endpointsNamespace" omitempty,
    }

    /// Part of the `v1` API.
    pub struct RBDPersistentVolumeSource("v1.RBDPersistentVolumeSource") {
        monitors: Vec<Str> = "monitors" atomic,
        image: Str = "image",
        fs_type: Str = "fsType" omitempty,
        pool: Str = "pool" omitempty,
        user: Str = "user" omitempty,
        keyring: Str = "keyring" omitempty,
        secret_ref: Option<Shared<SecretReference>> = "secretRef" omitempty atomic,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct CinderPersistentVolumeSource("v1.CinderPersistentVolumeSource") {
        volume_id: Str = "volumeID",
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        secret_ref: Option<Shared<SecretReference>> = "secretRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct CephFSPersistentVolumeSource("v1.CephFSPersistentVolumeSource") {
        monitors: Vec<Str> = "monitors" atomic,
        path: Str = "path" omitempty,
        user: Str = "user" omitempty,
        secret_file: Str = "secretFile" omitempty,
        secret_ref: Option<Shared<SecretReference>> = "secretRef" omitempty atomic,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct FlexPersistentVolumeSource("v1.FlexPersistentVolumeSource") {
        driver: Str = "driver",
        fs_type: Str = "fsType" omitempty,
        secret_ref: Option<Shared<SecretReference>> = "secretRef" omitempty atomic,
        read_only: bool = "readOnly" omitempty,
        options: Map<Str, Str> = "options" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ISCSIPersistentVolumeSource("v1.ISCSIPersistentVolumeSource") {
        target_portal: Str = "targetPortal",
        iqn: Str = "iqn",
        lun: i32 = "lun",
        iscsi_interface: Str = "iscsiInterface" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        portals: Vec<Str> = "portals" omitempty atomic,
        chap_auth_discovery: bool = "chapAuthDiscovery" omitempty,
        chap_auth_session: bool = "chapAuthSession" omitempty,
        secret_ref: Option<Shared<SecretReference>> = "secretRef" omitempty atomic,
        initiator_name: Option<Str> = "initiatorName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct AzureFilePersistentVolumeSource("v1.AzureFilePersistentVolumeSource") {
        secret_name: Str = "secretName",
        share_name: Str = "shareName",
        read_only: bool = "readOnly" omitempty,
        secret_namespace: Option<Str> = "secretNamespace",
    }

    /// Part of the `v1` API.
    pub struct ScaleIOPersistentVolumeSource("v1.ScaleIOPersistentVolumeSource") {
        gateway: Str = "gateway",
        system: Str = "system",
        secret_ref: Option<Shared<SecretReference>> = "secretRef" atomic,
        ssl_enabled: bool = "sslEnabled" omitempty,
        protection_domain: Str = "protectionDomain" omitempty,
        storage_pool: Str = "storagePool" omitempty,
        storage_mode: Str = "storageMode" omitempty,
        volume_name: Str = "volumeName" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct StorageOSPersistentVolumeSource("v1.StorageOSPersistentVolumeSource") {
        volume_name: Str = "volumeName" omitempty,
        volume_namespace: Str = "volumeNamespace" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        secret_ref: Option<Shared<ObjectReference>> = "secretRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct LocalVolumeSource("v1.LocalVolumeSource") {
        path: Str = "path",
        fs_type: Option<Str> = "fsType" omitempty,
    }

    /// Part of the `v1` API.
    pub struct CSIPersistentVolumeSource("v1.CSIPersistentVolumeSource") {
        driver: Str = "driver",
        volume_handle: Str = "volumeHandle",
        read_only: bool = "readOnly" omitempty,
        fs_type: Str = "fsType" omitempty,
        volume_attributes: Map<Str, Str> = "volumeAttributes" omitempty,
        controller_publish_secret_ref: Option<Shared<SecretReference>> = "controllerPublishSecretRef" omitempty atomic,
        node_stage_secret_ref: Option<Shared<SecretReference>> = "nodeStageSecretRef" omitempty atomic,
        node_publish_secret_ref: Option<Shared<SecretReference>> = "nodePublishSecretRef" omitempty atomic,
        controller_expand_secret_ref: Option<Shared<SecretReference>> = "controllerExpandSecretRef" omitempty atomic,
        node_expand_secret_ref: Option<Shared<SecretReference>> = "nodeExpandSecretRef" omitempty atomic,
    }
}

apimachinery::api_kind! {
    PersistentVolume { "" "v1" "v1", persistentvolumes persistentvolume [pv] false [] }
}
