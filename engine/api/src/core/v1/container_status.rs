//! `v1`: container status types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::ResourceRequirements;
use apimachinery::{Map, Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct ContainerStateWaiting("v1.ContainerStateWaiting") {
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerStateRunning("v1.ContainerStateRunning") {
        started_at: Time = "startedAt" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerStateTerminated("v1.ContainerStateTerminated") {
        exit_code: i32 = "exitCode",
        signal: i32 = "signal" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
        started_at: Time = "startedAt" omitempty,
        finished_at: Time = "finishedAt" omitempty,
        container_id: Str = "containerID" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerState("v1.ContainerState") {
        waiting: Option<Shared<ContainerStateWaiting>> = "waiting" omitempty,
        running: Option<Shared<ContainerStateRunning>> = "running" omitempty,
        terminated: Option<Shared<ContainerStateTerminated>> = "terminated" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerStatus("v1.ContainerStatus") {
        name: Str = "name",
        state: ContainerState = "state" omitempty,
        last_state: ContainerState = "lastState" omitempty,
        ready: bool = "ready",
        restart_count: i32 = "restartCount",
        image: Str = "image",
        image_id: Str = "imageID",
        container_id: Str = "containerID" omitempty,
        started: Option<bool> = "started" omitempty,
        allocated_resources: Map<Str, Quantity> = "allocatedResources" omitempty go("v1.ResourceList"),
        resources: Option<Shared<ResourceRequirements>> = "resources" omitempty,
        volume_mounts: Vec<VolumeMountStatus> = "volumeMounts" omitempty merge("mountPath") list_map(&["mountPath"]),
        user: Option<Shared<ContainerUser>> = "user" omitempty,
        allocated_resources_status: Vec<ResourceStatus> = "allocatedResourcesStatus" omitempty merge("name") list_map(&["name"]),
        stop_signal: Option<Str> = "stopSignal" omitempty go("v1.Signal"),
    }

    /// Part of the `v1` API.
    pub struct ResourceStatus("v1.ResourceStatus") {
        name: Str = "name" go("v1.ResourceName"),
        resources: Vec<ResourceHealth> = "resources" omitempty list_map(&["resourceID"]),
    }

    /// Part of the `v1` API.
    pub struct ResourceHealth("v1.ResourceHealth") {
        resource_id: Str = "resourceID" go("v1.ResourceID"),
        health: Str = "health" omitempty go("v1.ResourceHealthStatus"),
        message: Option<Str> = "message" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerUser("v1.ContainerUser") {
        linux: Option<Shared<LinuxContainerUser>> = "linux" omitempty,
    }

    /// Part of the `v1` API.
    pub struct LinuxContainerUser("v1.LinuxContainerUser") {
        uid: i64 = "uid",
        gid: i64 = "gid",
        supplemental_groups: Vec<i64> = "supplementalGroups" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct VolumeMountStatus("v1.VolumeMountStatus") {
        name: Str = "name",
        mount_path: Str = "mountPath",
        read_only: bool = "readOnly" omitempty,
        recursive_read_only: Option<Str> = "recursiveReadOnly" omitempty go("v1.RecursiveReadOnlyMode"),
        volume_status: Option<Shared<VolumeStatus>> = "volumeStatus" omitempty,
    }

    /// Part of the `v1` API.
    pub struct VolumeStatus("v1.VolumeStatus") {
        image: Option<Shared<ImageVolumeStatus>> = "image" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ImageVolumeStatus("v1.ImageVolumeStatus") {
        image_ref: Str = "imageRef" omitempty,
    }
}
