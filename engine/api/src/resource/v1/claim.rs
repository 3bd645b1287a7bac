//! `resource.k8s.io/v1`: claim types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{DeviceSelector, OpaqueDeviceConfiguration};
use crate::core::v1::NodeSelector;
use crate::meta::v1::{Condition, ObjectMeta};
use apimachinery::{Map, Quantity, Raw, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `ResourceClaim` of `resource.k8s.io/v1`.
    pub struct ResourceClaim("v1.ResourceClaim", kind "resource.k8s.io/v1" "ResourceClaim") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ResourceClaimSpec> = "spec",
        status: Shared<ResourceClaimStatus> = "status" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ResourceClaimSpec("v1.ResourceClaimSpec") {
        devices: DeviceClaim = "devices",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceClaim("v1.DeviceClaim") {
        requests: Vec<DeviceRequest> = "requests" atomic,
        constraints: Vec<DeviceConstraint> = "constraints" omitempty atomic,
        config: Vec<DeviceClaimConfiguration> = "config" omitempty atomic,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceRequest("v1.DeviceRequest") {
        name: Str = "name",
        exactly: Option<Shared<ExactDeviceRequest>> = "exactly" omitempty,
        first_available: Vec<DeviceSubRequest> = "firstAvailable" omitempty atomic,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ExactDeviceRequest("v1.ExactDeviceRequest") {
        device_class_name: Str = "deviceClassName",
        selectors: Vec<DeviceSelector> = "selectors" omitempty atomic,
        allocation_mode: Str = "allocationMode" omitempty go("v1.DeviceAllocationMode"),
        count: i64 = "count" omitempty,
        admin_access: Option<bool> = "adminAccess" omitempty,
        tolerations: Vec<DeviceToleration> = "tolerations" omitempty atomic,
        capacity: Option<Shared<CapacityRequirements>> = "capacity" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceSubRequest("v1.DeviceSubRequest") {
        name: Str = "name",
        device_class_name: Str = "deviceClassName",
        selectors: Vec<DeviceSelector> = "selectors" omitempty atomic,
        allocation_mode: Str = "allocationMode" omitempty go("v1.DeviceAllocationMode"),
        count: i64 = "count" omitempty,
        tolerations: Vec<DeviceToleration> = "tolerations" omitempty atomic,
        capacity: Option<Shared<CapacityRequirements>> = "capacity" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct CapacityRequirements("v1.CapacityRequirements") {
        requests: Map<Str, Quantity> = "requests" omitempty go("map[v1.QualifiedName]resource.Quantity"),
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceConstraint("v1.DeviceConstraint") {
        requests: Vec<Str> = "requests" omitempty atomic,
        match_attribute: Option<Str> = "matchAttribute" omitempty go("v1.FullyQualifiedName"),
        distinct_attribute: Option<Str> = "distinctAttribute" omitempty go("v1.FullyQualifiedName"),
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceClaimConfiguration("v1.DeviceClaimConfiguration") {
        requests: Vec<Str> = "requests" omitempty atomic,
        opaque: Option<Shared<OpaqueDeviceConfiguration>> = "opaque" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceToleration("v1.DeviceToleration") {
        key: Str = "key" omitempty,
        operator: Str = "operator" omitempty go("v1.DeviceTolerationOperator"),
        value: Str = "value" omitempty,
        effect: Str = "effect" omitempty go("v1.DeviceTaintEffect"),
        toleration_seconds: Option<i64> = "tolerationSeconds" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ResourceClaimStatus("v1.ResourceClaimStatus") {
        allocation: Option<Shared<AllocationResult>> = "allocation" omitempty,
        reserved_for: Vec<ResourceClaimConsumerReference> = "reservedFor" omitempty merge("uid") list_map(&["uid"]),
        devices: Vec<AllocatedDeviceStatus> = "devices" omitempty list_map(&["driver", "device", "pool", "shareID"]),
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ResourceClaimConsumerReference("v1.ResourceClaimConsumerReference") {
        api_group: Str = "apiGroup" omitempty,
        resource: Str = "resource",
        name: Str = "name",
        uid: Str = "uid" go("types.UID"),
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct AllocationResult("v1.AllocationResult") {
        devices: DeviceAllocationResult = "devices" omitempty,
        node_selector: Option<Shared<NodeSelector>> = "nodeSelector" omitempty atomic,
        allocation_timestamp: Option<Time> = "allocationTimestamp" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceAllocationResult("v1.DeviceAllocationResult") {
        results: Vec<DeviceRequestAllocationResult> = "results" omitempty atomic,
        config: Vec<DeviceAllocationConfiguration> = "config" omitempty atomic,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceRequestAllocationResult("v1.DeviceRequestAllocationResult") {
        request: Str = "request",
        driver: Str = "driver",
        pool: Str = "pool",
        device: Str = "device",
        admin_access: Option<bool> = "adminAccess" omitempty,
        tolerations: Vec<DeviceToleration> = "tolerations" omitempty atomic,
        binding_conditions: Vec<Str> = "bindingConditions" omitempty atomic,
        binding_failure_conditions: Vec<Str> = "bindingFailureConditions" omitempty atomic,
        share_id: Option<Str> = "shareID" omitempty go("types.UID"),
        consumed_capacity: Map<Str, Quantity> = "consumedCapacity" omitempty go("map[v1.QualifiedName]resource.Quantity"),
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceAllocationConfiguration("v1.DeviceAllocationConfiguration") {
        source: Str = "source" go("v1.AllocationConfigSource"),
        requests: Vec<Str> = "requests" omitempty atomic,
        opaque: Option<Shared<OpaqueDeviceConfiguration>> = "opaque" omitempty,
    }

    /// The kind `ResourceClaimTemplate` of `resource.k8s.io/v1`.
    pub struct ResourceClaimTemplate("v1.ResourceClaimTemplate", kind "resource.k8s.io/v1" "ResourceClaimTemplate") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ResourceClaimTemplateSpec> = "spec",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ResourceClaimTemplateSpec("v1.ResourceClaimTemplateSpec") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: ResourceClaimSpec = "spec",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct AllocatedDeviceStatus("v1.AllocatedDeviceStatus") {
        driver: Str = "driver",
        pool: Str = "pool",
        device: Str = "device",
        share_id: Option<Str> = "shareID" omitempty,
        conditions: Vec<Condition> = "conditions" list_map(&["type"]),
        data: Option<Raw> = "data" omitempty,
        network_data: Option<Shared<NetworkDeviceData>> = "networkData" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct NetworkDeviceData("v1.NetworkDeviceData") {
        interface_name: Str = "interfaceName" omitempty,
        ips: Vec<Str> = "ips" omitempty atomic,
        hardware_address: Str = "hardwareAddress" omitempty,
    }
}

apimachinery::api_kind! {
    ResourceClaim { "resource.k8s.io" "v1" "resource.k8s.io/v1", resourceclaims resourceclaim [] true [] }
    ResourceClaimTemplate { "resource.k8s.io" "v1" "resource.k8s.io/v1", resourceclaimtemplates resourceclaimtemplate [] true [] }
}
