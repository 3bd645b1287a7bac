//! `storage.k8s.io/v1`: volume attachment types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::PersistentVolumeSpec;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `VolumeAttachment` of `storage.k8s.io/v1`.
    pub struct VolumeAttachment("v1.VolumeAttachment", kind "storage.k8s.io/v1" "VolumeAttachment") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<VolumeAttachmentSpec> = "spec",
        status: Shared<VolumeAttachmentStatus> = "status" omitempty,
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct VolumeAttachmentSpec("v1.VolumeAttachmentSpec") {
        attacher: Str = "attacher",
        source: VolumeAttachmentSource = "source",
        node_name: Str = "nodeName",
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct VolumeAttachmentSource("v1.VolumeAttachmentSource") {
        persistent_volume_name: Option<Str> = "persistentVolumeName" omitempty,
        inline_volume_spec: Option<Shared<PersistentVolumeSpec>> = "inlineVolumeSpec" omitempty,
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct VolumeAttachmentStatus("v1.VolumeAttachmentStatus") {
        attached: bool = "attached",
        attachment_metadata: Map<Str, Str> = "attachmentMetadata" omitempty,
        attach_error: Option<Shared<VolumeError>> = "attachError" omitempty,
        detach_error: Option<Shared<VolumeError>> = "detachError" omitempty,
    }

    /// Part of the `storage.k8s.io/v1` API.
    pub struct VolumeError("v1.VolumeError") {
        time: Time = "time" omitempty,
        message: Str = "message" omitempty,
        error_code: Option<i32> = "errorCode" omitempty,
    }
}

apimachinery::api_kind! {
    VolumeAttachment { "storage.k8s.io" "v1" "storage.k8s.io/v1", volumeattachments volumeattachment [] false [] }
}
