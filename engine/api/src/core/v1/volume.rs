//! `v1`: volume types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{
    LocalObjectReference, ObjectFieldSelector, PersistentVolumeClaimTemplate, ResourceFieldSelector,
};
use crate::meta::v1::LabelSelector;
use apimachinery::{Map, Quantity, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct Volume("v1.Volume") {
        name: Str = "name",
        host_path: Option<Shared<HostPathVolumeSource>> = "hostPath" omitempty,
        empty_dir: Option<Shared<EmptyDirVolumeSource>> = "emptyDir" omitempty,
        gce_persistent_disk: Option<Shared<GCEPersistentDiskVolumeSource>> = "gcePersistentDisk" omitempty,
        aws_elastic_block_store: Option<Shared<AWSElasticBlockStoreVolumeSource>> = "awsElasticBlockStore" omitempty,
        git_repo: Option<Shared<GitRepoVolumeSource>> = "gitRepo" omitempty,
        secret: Option<Shared<SecretVolumeSource>> = "secret" omitempty,
        nfs: Option<Shared<NFSVolumeSource>> = "nfs" omitempty,
        iscsi: Option<Shared<ISCSIVolumeSource>> = "iscsi" omitempty,
        glusterfs: Option<Shared<GlusterfsVolumeSource>> = "glusterfs" omitempty,
        persistent_volume_claim: Option<Shared<PersistentVolumeClaimVolumeSource>> = "persistentVolumeClaim" omitempty,
        rbd: Option<Shared<RBDVolumeSource>> = "rbd" omitempty,
        flex_volume: Option<Shared<FlexVolumeSource>> = "flexVolume" omitempty,
        cinder: Option<Shared<CinderVolumeSource>> = "cinder" omitempty,
        cephfs: Option<Shared<CephFSVolumeSource>> = "cephfs" omitempty,
        flocker: Option<Shared<FlockerVolumeSource>> = "flocker" omitempty,
        downward_api: Option<Shared<DownwardAPIVolumeSource>> = "downwardAPI" omitempty,
        fc: Option<Shared<FCVolumeSource>> = "fc" omitempty,
        azure_file: Option<Shared<AzureFileVolumeSource>> = "azureFile" omitempty,
        config_map: Option<Shared<ConfigMapVolumeSource>> = "configMap" omitempty,
        vsphere_volume: Option<Shared<VsphereVirtualDiskVolumeSource>> = "vsphereVolume" omitempty,
        quobyte: Option<Shared<QuobyteVolumeSource>> = "quobyte" omitempty,
        azure_disk: Option<Shared<AzureDiskVolumeSource>> = "azureDisk" omitempty,
        photon_persistent_disk: Option<Shared<PhotonPersistentDiskVolumeSource>> = "photonPersistentDisk" omitempty,
        projected: Option<Shared<ProjectedVolumeSource>> = "projected" omitempty,
        portworx_volume: Option<Shared<PortworxVolumeSource>> = "portworxVolume" omitempty,
        scale_io: Option<Shared<ScaleIOVolumeSource>> = "scaleIO" omitempty,
        storageos: Option<Shared<StorageOSVolumeSource>> = "storageos" omitempty,
        csi: Option<Shared<CSIVolumeSource>> = "csi" omitempty,
        ephemeral: Option<Shared<EphemeralVolumeSource>> = "ephemeral" omitempty,
        image: Option<Shared<ImageVolumeSource>> = "image" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PersistentVolumeClaimVolumeSource("v1.PersistentVolumeClaimVolumeSource") {
        claim_name: Str = "claimName",
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct HostPathVolumeSource("v1.HostPathVolumeSource") {
        path: Str = "path",
        type_: Option<Str> = "type" omitempty go("v1.HostPathType"),
    }

    /// Part of the `v1` API.
    pub struct EmptyDirVolumeSource("v1.EmptyDirVolumeSource") {
        medium: Str = "medium" omitempty go("v1.StorageMedium"),
        size_limit: Option<Quantity> = "sizeLimit" omitempty,
    }

    /// Part of the `v1` API.
    pub struct GlusterfsVolumeSource("v1.GlusterfsVolumeSource") {
        endpoints: Str = "endpoints",
        path: Str = "path",
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct RBDVolumeSource("v1.RBDVolumeSource") {
        monitors: Vec<Str> = "monitors" atomic,
        image: Str = "image",
        fs_type: Str = "fsType" omitempty,
        pool: Str = "pool" omitempty,
        user: Str = "user" omitempty,
        keyring: Str = "keyring" omitempty,
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" omitempty atomic,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct CinderVolumeSource("v1.CinderVolumeSource") {
        volume_id: Str = "volumeID",
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct CephFSVolumeSource("v1.CephFSVolumeSource") {
        monitors: Vec<Str> = "monitors" atomic,
        path: Str = "path" omitempty,
        user: Str = "user" omitempty,
        secret_file: Str = "secretFile" omitempty,
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" omitempty atomic,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct FlockerVolumeSource("v1.FlockerVolumeSource") {
        dataset_name: Str = "datasetName" omitempty,
        dataset_uuid: Str = "datasetUUID" omitempty,
    }

    /// Part of the `v1` API.
    pub struct GCEPersistentDiskVolumeSource("v1.GCEPersistentDiskVolumeSource") {
        pd_name: Str = "pdName",
        fs_type: Str = "fsType" omitempty,
        partition: i32 = "partition" omitempty,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct QuobyteVolumeSource("v1.QuobyteVolumeSource") {
        registry: Str = "registry",
        volume: Str = "volume",
        read_only: bool = "readOnly" omitempty,
        user: Str = "user" omitempty,
        group: Str = "group" omitempty,
        tenant: Str = "tenant" omitempty,
    }

    /// Part of the `v1` API.
    pub struct FlexVolumeSource("v1.FlexVolumeSource") {
        driver: Str = "driver",
        fs_type: Str = "fsType" omitempty,
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" omitempty atomic,
        read_only: bool = "readOnly" omitempty,
        options: Map<Str, Str> = "options" omitempty,
    }

    /// Part of the `v1` API.
    pub struct AWSElasticBlockStoreVolumeSource("v1.AWSElasticBlockStoreVolumeSource") {
        volume_id: Str = "volumeID",
        fs_type: Str = "fsType" omitempty,
        partition: i32 = "partition" omitempty,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct GitRepoVolumeSource("v1.GitRepoVolumeSource") {
        repository: Str = "repository",
        revision: Str = "revision" omitempty,
        directory: Str = "directory" omitempty,
    }

    /// Part of the `v1` API.
    pub struct SecretVolumeSource("v1.SecretVolumeSource") {
        secret_name: Str = "secretName" omitempty,
        items: Vec<KeyToPath> = "items" omitempty atomic,
        default_mode: Option<i32> = "defaultMode" omitempty,
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct SecretProjection("v1.SecretProjection") {
        name: Str = "name" omitempty,
        items: Vec<KeyToPath> = "items" omitempty atomic,
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NFSVolumeSource("v1.NFSVolumeSource") {
        server: Str = "server",
        path: Str = "path",
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ISCSIVolumeSource("v1.ISCSIVolumeSource") {
        target_portal: Str = "targetPortal",
        iqn: Str = "iqn",
        lun: i32 = "lun",
        iscsi_interface: Str = "iscsiInterface" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        portals: Vec<Str> = "portals" omitempty atomic,
        chap_auth_discovery: bool = "chapAuthDiscovery" omitempty,
        chap_auth_session: bool = "chapAuthSession" omitempty,
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" omitempty atomic,
        initiator_name: Option<Str> = "initiatorName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct FCVolumeSource("v1.FCVolumeSource") {
        target_wwns: Vec<Str> = "targetWWNs" omitempty atomic,
        lun: Option<i32> = "lun" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        wwids: Vec<Str> = "wwids" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct AzureFileVolumeSource("v1.AzureFileVolumeSource") {
        secret_name: Str = "secretName",
        share_name: Str = "shareName",
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct VsphereVirtualDiskVolumeSource("v1.VsphereVirtualDiskVolumeSource") {
        volume_path: Str = "volumePath",
        fs_type: Str = "fsType" omitempty,
        storage_policy_name: Str = "storagePolicyName" omitempty,
        storage_policy_id: Str = "storagePolicyID" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PhotonPersistentDiskVolumeSource("v1.PhotonPersistentDiskVolumeSource") {
        pd_id: Str = "pdID",
        fs_type: Str = "fsType" omitempty,
    }

    /// Part of the `v1` API.
    pub struct AzureDiskVolumeSource("v1.AzureDiskVolumeSource") {
        disk_name: Str = "diskName",
        disk_uri: Str = "diskURI",
        caching_mode: Option<Str> = "cachingMode" omitempty go("v1.AzureDataDiskCachingMode"),
        fs_type: Option<Str> = "fsType" omitempty,
        read_only: Option<bool> = "readOnly" omitempty,
        kind: Option<Str> = "kind" omitempty go("v1.AzureDataDiskKind"),
    }

    /// Part of the `v1` API.
    pub struct PortworxVolumeSource("v1.PortworxVolumeSource") {
        volume_id: Str = "volumeID",
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ScaleIOVolumeSource("v1.ScaleIOVolumeSource") {
        gateway: Str = "gateway",
        system: Str = "system",
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" atomic,
        ssl_enabled: bool = "sslEnabled" omitempty,
        protection_domain: Str = "protectionDomain" omitempty,
        storage_pool: Str = "storagePool" omitempty,
        storage_mode: Str = "storageMode" omitempty,
        volume_name: Str = "volumeName" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
    }

    /// Part of the `v1` API.
    pub struct StorageOSVolumeSource("v1.StorageOSVolumeSource") {
        volume_name: Str = "volumeName" omitempty,
        volume_namespace: Str = "volumeNamespace" omitempty,
        fs_type: Str = "fsType" omitempty,
        read_only: bool = "readOnly" omitempty,
        secret_ref: Option<Shared<LocalObjectReference>> = "secretRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct ConfigMapVolumeSource("v1.ConfigMapVolumeSource") {
        name: Str = "name" omitempty,
        items: Vec<KeyToPath> = "items" omitempty atomic,
        default_mode: Option<i32> = "defaultMode" omitempty,
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ConfigMapProjection("v1.ConfigMapProjection") {
        name: Str = "name" omitempty,
        items: Vec<KeyToPath> = "items" omitempty atomic,
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ServiceAccountTokenProjection("v1.ServiceAccountTokenProjection") {
        audience: Str = "audience" omitempty,
        expiration_seconds: Option<i64> = "expirationSeconds" omitempty,
        path: Str = "path",
    }

    /// Part of the `v1` API.
    pub struct ClusterTrustBundleProjection("v1.ClusterTrustBundleProjection") {
        name: Option<Str> = "name" omitempty,
        signer_name: Option<Str> = "signerName" omitempty,
        label_selector: Option<Shared<LabelSelector>> = "labelSelector" omitempty atomic,
        optional: Option<bool> = "optional" omitempty,
        path: Str = "path",
    }

    /// Part of the `v1` API.
    pub struct PodCertificateProjection("v1.PodCertificateProjection") {
        signer_name: Str = "signerName" omitempty,
        key_type: Str = "keyType" omitempty,
        max_expiration_seconds: Option<i32> = "maxExpirationSeconds" omitempty,
        credential_bundle_path: Str = "credentialBundlePath" omitempty,
        key_path: Str = "keyPath" omitempty,
        certificate_chain_path: Str = "certificateChainPath" omitempty,
        user_annotations: Map<Str, Str> = "userAnnotations" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ProjectedVolumeSource("v1.ProjectedVolumeSource") {
        sources: Vec<VolumeProjection> = "sources" atomic,
        default_mode: Option<i32> = "defaultMode" omitempty,
    }

    /// Part of the `v1` API.
    pub struct VolumeProjection("v1.VolumeProjection") {
        secret: Option<Shared<SecretProjection>> = "secret" omitempty,
        downward_api: Option<Shared<DownwardAPIProjection>> = "downwardAPI" omitempty,
        config_map: Option<Shared<ConfigMapProjection>> = "configMap" omitempty,
        service_account_token: Option<Shared<ServiceAccountTokenProjection>> = "serviceAccountToken" omitempty,
        cluster_trust_bundle: Option<Shared<ClusterTrustBundleProjection>> = "clusterTrustBundle" omitempty,
        pod_certificate: Option<Shared<PodCertificateProjection>> = "podCertificate" omitempty,
    }

    /// Part of the `v1` API.
    pub struct KeyToPath("v1.KeyToPath") {
        key: Str = "key",
        path: Str = "path",
        mode: Option<i32> = "mode" omitempty,
    }

    /// Part of the `v1` API.
    pub struct CSIVolumeSource("v1.CSIVolumeSource") {
        driver: Str = "driver",
        read_only: Option<bool> = "readOnly" omitempty,
        fs_type: Option<Str> = "fsType" omitempty,
        volume_attributes: Map<Str, Str> = "volumeAttributes" omitempty,
        node_publish_secret_ref: Option<Shared<LocalObjectReference>> = "nodePublishSecretRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct EphemeralVolumeSource("v1.EphemeralVolumeSource") {
        volume_claim_template: Option<Shared<PersistentVolumeClaimTemplate>> = "volumeClaimTemplate" omitempty,
    }

    /// Part of the `v1` API.
    pub struct DownwardAPIVolumeSource("v1.DownwardAPIVolumeSource") {
        items: Vec<DownwardAPIVolumeFile> = "items" omitempty atomic,
        default_mode: Option<i32> = "defaultMode" omitempty,
    }

    /// Part of the `v1` API.
    pub struct DownwardAPIVolumeFile("v1.DownwardAPIVolumeFile") {
        path: Str = "path",
        field_ref: Option<Shared<ObjectFieldSelector>> = "fieldRef" omitempty atomic,
        resource_field_ref: Option<Shared<ResourceFieldSelector>> = "resourceFieldRef" omitempty atomic,
        mode: Option<i32> = "mode" omitempty,
    }

    /// Part of the `v1` API.
    pub struct DownwardAPIProjection("v1.DownwardAPIProjection") {
        items: Vec<DownwardAPIVolumeFile> = "items" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct ImageVolumeSource("v1.ImageVolumeSource") {
        reference: Str = "reference" omitempty,
        pull_policy: Str = "pullPolicy" omitempty go("v1.PullPolicy"),
    }
}
