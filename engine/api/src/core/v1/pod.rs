//! `v1`: pod types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{ContainerStatus, PodSpec, ResourceRequirements};
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct PodCondition("v1.PodCondition") {
        type_: Str = "type" go("v1.PodConditionType"),
        observed_generation: i64 = "observedGeneration" omitempty,
        status: Str = "status" go("v1.ConditionStatus"),
        last_probe_time: Time = "lastProbeTime" omitempty,
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PodResourceClaimStatus("v1.PodResourceClaimStatus") {
        name: Str = "name",
        resource_claim_name: Option<Str> = "resourceClaimName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PodExtendedResourceClaimStatus("v1.PodExtendedResourceClaimStatus") {
        request_mappings: Vec<ContainerExtendedResourceRequest> = "requestMappings" atomic,
        resource_claim_name: Str = "resourceClaimName",
    }

    /// Part of the `v1` API.
    pub struct ContainerExtendedResourceRequest("v1.ContainerExtendedResourceRequest") {
        container_name: Str = "containerName",
        resource_name: Str = "resourceName",
        request_name: Str = "requestName",
    }

    /// Part of the `v1` API.
    pub struct PodIP("v1.PodIP") {
        ip: Str = "ip",
    }

    /// Part of the `v1` API.
    pub struct HostIP("v1.HostIP") {
        ip: Str = "ip",
    }

    /// Part of the `v1` API.
    pub struct PodStatus("v1.PodStatus") {
        observed_generation: i64 = "observedGeneration" omitempty,
        phase: Str = "phase" omitempty go("v1.PodPhase"),
        conditions: Vec<PodCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
        message: Str = "message" omitempty,
        reason: Str = "reason" omitempty,
        nominated_node_name: Str = "nominatedNodeName" omitempty,
        host_ip: Str = "hostIP" omitempty,
        host_ips: Vec<HostIP> = "hostIPs" omitempty merge("ip") atomic,
        pod_ip: Str = "podIP" omitempty,
        pod_ips: Vec<PodIP> = "podIPs" omitempty merge("ip") list_map(&["ip"]),
        start_time: Option<Time> = "startTime" omitempty,
        init_container_statuses: Vec<ContainerStatus> = "initContainerStatuses" omitempty atomic,
        container_statuses: Vec<ContainerStatus> = "containerStatuses" omitempty atomic,
        qos_class: Str = "qosClass" omitempty go("v1.PodQOSClass"),
        ephemeral_container_statuses: Vec<ContainerStatus> = "ephemeralContainerStatuses" omitempty atomic,
        resize: Str = "resize" omitempty go("v1.PodResizeStatus"),
        resource_claim_statuses: Vec<PodResourceClaimStatus> = "resourceClaimStatuses" omitempty merge("name") retain_keys list_map(&["name"]),
        extended_resource_claim_status: Option<Shared<PodExtendedResourceClaimStatus>> = "extendedResourceClaimStatus" omitempty,
        allocated_resources: Map<Str, Quantity> = "allocatedResources" omitempty go("v1.ResourceList"),
        resources: Option<Shared<ResourceRequirements>> = "resources" omitempty,
        node_allocatable_resource_claim_statuses: Vec<NodeAllocatableResourceClaimStatus> = "nodeAllocatableResourceClaimStatuses" omitempty atomic,
    }

    /// The kind `PodStatusResult` of `v1`.
    pub struct PodStatusResult("v1.PodStatusResult", kind "v1" "PodStatusResult") {
        metadata: ObjectMeta = "metadata" omitempty,
        status: PodStatus = "status" omitempty,
    }

    /// The kind `Pod` of `v1`.
    pub struct Pod("v1.Pod", kind "v1" "Pod") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<PodSpec> = "spec" omitempty,
        status: Shared<PodStatus> = "status" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PodTemplateSpec("v1.PodTemplateSpec") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<PodSpec> = "spec" omitempty,
    }

    /// The kind `PodTemplate` of `v1`.
    pub struct PodTemplate("v1.PodTemplate", kind "v1" "PodTemplate") {
        metadata: ObjectMeta = "metadata" omitempty,
        template: PodTemplateSpec = "template" omitempty,
    }

    /// Part of the `v1` API.
    pub struct NodeAllocatableResourceClaimStatus("v1.NodeAllocatableResourceClaimStatus") {
        resource_claim_name: Str = "resourceClaimName",
        containers: Vec<Str> = "containers" omitempty set,
        resources: Map<Str, Quantity> = "resources" go("map[v1.ResourceName]resource.Quantity"),
    }
}

apimachinery::api_kind! {
    Pod { "" "v1" "v1", pods pod [po] true ["all"] }
    PodTemplate { "" "v1" "v1", podtemplates podtemplate [] true [] }
}
