//! `resource.k8s.io/v1`: device types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::NodeSelector;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Raw, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `ResourceSlice` of `resource.k8s.io/v1`.
    pub struct ResourceSlice("v1.ResourceSlice", kind "resource.k8s.io/v1" "ResourceSlice") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ResourceSliceSpec> = "spec",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ResourceSliceSpec("v1.ResourceSliceSpec") {
        driver: Str = "driver",
        pool: ResourcePool = "pool",
        node_name: Option<Str> = "nodeName" omitempty,
        node_selector: Option<Shared<NodeSelector>> = "nodeSelector" omitempty atomic,
        all_nodes: Option<bool> = "allNodes" omitempty,
        devices: Vec<Device> = "devices" omitempty atomic,
        per_device_node_selection: Option<bool> = "perDeviceNodeSelection" omitempty,
        shared_counters: Vec<CounterSet> = "sharedCounters" omitempty atomic,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct CounterSet("v1.CounterSet") {
        name: Str = "name",
        counters: Map<Str, Counter> = "counters" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct ResourcePool("v1.ResourcePool") {
        name: Str = "name",
        generation: i64 = "generation",
        resource_slice_count: i64 = "resourceSliceCount",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct Device("v1.Device") {
        name: Str = "name",
        attributes: Map<Str, DeviceAttribute> = "attributes" omitempty go("map[v1.QualifiedName]v1.DeviceAttribute"),
        capacity: Map<Str, DeviceCapacity> = "capacity" omitempty go("map[v1.QualifiedName]v1.DeviceCapacity"),
        consumes_counters: Vec<DeviceCounterConsumption> = "consumesCounters" omitempty atomic,
        node_name: Option<Str> = "nodeName" omitempty,
        node_selector: Option<Shared<NodeSelector>> = "nodeSelector" omitempty atomic,
        all_nodes: Option<bool> = "allNodes" omitempty,
        taints: Vec<DeviceTaint> = "taints" omitempty atomic,
        binds_to_node: Option<bool> = "bindsToNode" omitempty,
        binding_conditions: Vec<Str> = "bindingConditions" omitempty atomic,
        binding_failure_conditions: Vec<Str> = "bindingFailureConditions" omitempty atomic,
        allow_multiple_allocations: Option<bool> = "allowMultipleAllocations" omitempty,
        node_allocatable_resource_mappings: Map<Str, NodeAllocatableResourceMapping> = "nodeAllocatableResourceMappings" omitempty go("map[v1.ResourceName]v1.NodeAllocatableResourceMapping"),
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct NodeAllocatableResourceMapping("v1.NodeAllocatableResourceMapping") {
        capacity_key: Option<Str> = "capacityKey" omitempty go("v1.QualifiedName"),
        allocation_multiplier: Option<Quantity> = "allocationMultiplier" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceCounterConsumption("v1.DeviceCounterConsumption") {
        counter_set: Str = "counterSet",
        counters: Map<Str, Counter> = "counters" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceCapacity("v1.DeviceCapacity") {
        value: Quantity = "value",
        request_policy: Option<Shared<CapacityRequestPolicy>> = "requestPolicy" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct Counter("v1.Counter") {
        value: Quantity = "value",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct CapacityRequestPolicy("v1.CapacityRequestPolicy") {
        default_: Option<Quantity> = "default",
        valid_values: Vec<Quantity> = "validValues" omitempty atomic,
        valid_range: Option<Shared<CapacityRequestPolicyRange>> = "validRange" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct CapacityRequestPolicyRange("v1.CapacityRequestPolicyRange") {
        min: Option<Quantity> = "min" omitempty,
        max: Option<Quantity> = "max" omitempty,
        step: Option<Quantity> = "step" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceAttribute("v1.DeviceAttribute") {
        int: Option<i64> = "int" omitempty,
        bool: Option<bool> = "bool" omitempty,
        string: Option<Str> = "string" omitempty,
        version: Option<Str> = "version" omitempty,
        ints: Vec<i64> = "ints" omitempty atomic,
        bools: Vec<bool> = "bools" omitempty atomic,
        strings: Vec<Str> = "strings" omitempty atomic,
        versions: Vec<Str> = "versions" omitempty atomic,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceTaint("v1.DeviceTaint") {
        key: Str = "key",
        value: Str = "value" omitempty,
        effect: Str = "effect" go("v1.DeviceTaintEffect"),
        time_added: Option<Time> = "timeAdded" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceSelector("v1.DeviceSelector") {
        cel: Option<Shared<CELDeviceSelector>> = "cel" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct CELDeviceSelector("v1.CELDeviceSelector") {
        expression: Str = "expression",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct OpaqueDeviceConfiguration("v1.OpaqueDeviceConfiguration") {
        driver: Str = "driver",
        parameters: Raw = "parameters",
    }

    /// The kind `DeviceClass` of `resource.k8s.io/v1`.
    pub struct DeviceClass("v1.DeviceClass", kind "resource.k8s.io/v1" "DeviceClass") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<DeviceClassSpec> = "spec",
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceClassSpec("v1.DeviceClassSpec") {
        selectors: Vec<DeviceSelector> = "selectors" omitempty atomic,
        config: Vec<DeviceClassConfiguration> = "config" omitempty atomic,
        extended_resource_name: Option<Str> = "extendedResourceName" omitempty,
    }

    /// Part of the `resource.k8s.io/v1` API.
    pub struct DeviceClassConfiguration("v1.DeviceClassConfiguration") {
        opaque: Option<Shared<OpaqueDeviceConfiguration>> = "opaque" omitempty,
    }
}

apimachinery::api_kind! {
    ResourceSlice { "resource.k8s.io" "v1" "resource.k8s.io/v1", resourceslices resourceslice [] false [] }
    DeviceClass { "resource.k8s.io" "v1" "resource.k8s.io/v1", deviceclasses deviceclass [] false [] }
}
