//! `v1`: node types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::Taint;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct NodeSpec("v1.NodeSpec") {
        pod_cidr: Str = "podCIDR" omitempty,
        pod_cidrs: Vec<Str> = "podCIDRs" omitempty merge("") set,
        provider_id: Str = "providerID" omitempty,
        unschedulable: bool = "unschedulable" omitempty,
        taints: Vec<Taint> = "taints" omitempty atomic,
        config_source: Option<Shared<NodeConfigSource>> = "configSource" omitempty,
        external_id: Str = "externalID" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeConfigSource("v1.NodeConfigSource") {
        config_map: Option<Shared<ConfigMapNodeConfigSource>> = "configMap" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ConfigMapNodeConfigSource("v1.ConfigMapNodeConfigSource") {
        namespace: Str = "namespace",
        name: Str = "name",
        uid: Str = "uid" omitempty go("types.UID"),
        resource_version: Str = "resourceVersion" omitempty,
        kubelet_config_key: Str = "kubeletConfigKey",
    }

    /// Part of the `v1` API.
    pub struct DaemonEndpoint("v1.DaemonEndpoint") {
        port: i32 = "Port",
    }

    /// Part of the `v1` API.
    pub struct NodeDaemonEndpoints("v1.NodeDaemonEndpoints") {
        kubelet_endpoint: DaemonEndpoint = "kubeletEndpoint" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeRuntimeHandlerFeatures("v1.NodeRuntimeHandlerFeatures") {
        recursive_read_only_mounts: Option<bool> = "recursiveReadOnlyMounts" omitempty,
        user_namespaces: Option<bool> = "userNamespaces" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeRuntimeHandler("v1.NodeRuntimeHandler") {
        name: Str = "name",
        features: Option<Shared<NodeRuntimeHandlerFeatures>> = "features" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeFeatures("v1.NodeFeatures") {
        supplemental_groups_policy: Option<bool> = "supplementalGroupsPolicy" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeSystemInfo("v1.NodeSystemInfo") {
        machine_id: Str = "machineID",
        system_uuid: Str = "systemUUID",
        boot_id: Str = "bootID",
        kernel_version: Str = "kernelVersion",
        os_image: Str = "osImage",
        container_runtime_version: Str = "containerRuntimeVersion",
        kubelet_version: Str = "kubeletVersion",
        kube_proxy_version: Str = "kubeProxyVersion",
        operating_system: Str = "operatingSystem",
        architecture: Str = "architecture",
        swap: Option<Shared<NodeSwapStatus>> = "swap" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeSwapStatus("v1.NodeSwapStatus") {
        capacity: Option<i64> = "capacity" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeConfigStatus("v1.NodeConfigStatus") {
        assigned: Option<Shared<NodeConfigSource>> = "assigned" omitempty,
        active: Option<Shared<NodeConfigSource>> = "active" omitempty,
        last_known_good: Option<Shared<NodeConfigSource>> = "lastKnownGood" omitempty,
        error: Str = "error" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeStatus("v1.NodeStatus") {
        capacity: Map<Str, Quantity> = "capacity" omitempty go("v1.ResourceList"),
        allocatable: Map<Str, Quantity> = "allocatable" omitempty go("v1.ResourceList"),
        phase: Str = "phase" omitempty go("v1.NodePhase"),
        conditions: Vec<NodeCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
        addresses: Vec<NodeAddress> = "addresses" omitempty merge("type") list_map(&["type"]),
        daemon_endpoints: NodeDaemonEndpoints = "daemonEndpoints" omitempty,
        node_info: NodeSystemInfo = "nodeInfo" omitempty,
        images: Vec<ContainerImage> = "images" omitempty atomic,
        volumes_in_use: Vec<Str> = "volumesInUse" omitempty go("[]v1.UniqueVolumeName") atomic,
        volumes_attached: Vec<AttachedVolume> = "volumesAttached" omitempty atomic,
        config: Option<Shared<NodeConfigStatus>> = "config" omitempty,
        runtime_handlers: Vec<NodeRuntimeHandler> = "runtimeHandlers" omitempty atomic,
        features: Option<Shared<NodeFeatures>> = "features" omitempty,
        declared_features: Vec<Str> = "declaredFeatures" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct AttachedVolume("v1.AttachedVolume") {
        name: Str = "name" go("v1.UniqueVolumeName"),
        device_path: Str = "devicePath",
    }

    /// Part of the `v1` API.
    pub struct ContainerImage("v1.ContainerImage") {
        names: Vec<Str> = "names" atomic,
        size_bytes: i64 = "sizeBytes" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeCondition("v1.NodeCondition") {
        type_: Str = "type" go("v1.NodeConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_heartbeat_time: Time = "lastHeartbeatTime" omitempty,
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeAddress("v1.NodeAddress") {
        type_: Str = "type" go("v1.NodeAddressType"),
        address: Str = "address",
    }

    /// The kind `Node` of `v1`.
    pub struct Node("v1.Node", kind "v1" "Node") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<NodeSpec> = "spec" omitempty,
        status: Shared<NodeStatus> = "status" omitempty,
    }
}

apimachinery::api_kind! {
    Node { "" "v1" "v1", nodes node [no] false [] }
}
