//! `discovery.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::ObjectReference;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Shared, Str};

apimachinery::api_struct! {
    /// The kind `EndpointSlice` of `discovery.k8s.io/v1`.
    pub struct EndpointSlice("v1.EndpointSlice", kind "discovery.k8s.io/v1" "EndpointSlice") {
        metadata: ObjectMeta = "metadata" omitempty,
        address_type: Str = "addressType" go("v1.AddressType"),
        endpoints: Vec<Endpoint> = "endpoints" atomic,
        ports: Vec<EndpointPort> = "ports" atomic,
    }

    /// Part of the `discovery.k8s.io/v1` API.
    pub struct Endpoint("v1.Endpoint") {
        addresses: Vec<Str> = "addresses" set,
        conditions: EndpointConditions = "conditions" omitempty,
        hostname: Option<Str> = "hostname" omitempty,
        target_ref: Option<Shared<ObjectReference>> = "targetRef" omitempty atomic,
        deprecated_topology: Map<Str, Str> = "deprecatedTopology" omitempty,
        node_name: Option<Str> = "nodeName" omitempty,
        zone: Option<Str> = "zone" omitempty,
        hints: Option<Shared<EndpointHints>> = "hints" omitempty,
    }

    /// Part of the `discovery.k8s.io/v1` API.
    pub struct EndpointConditions("v1.EndpointConditions") {
        ready: Option<bool> = "ready" omitempty,
        serving: Option<bool> = "serving" omitempty,
        terminating: Option<bool> = "terminating" omitempty,
    }

    /// Part of the `discovery.k8s.io/v1` API.
    pub struct EndpointHints("v1.EndpointHints") {
        for_zones: Vec<ForZone> = "forZones" omitempty atomic,
        for_nodes: Vec<ForNode> = "forNodes" omitempty atomic,
    }

    /// Part of the `discovery.k8s.io/v1` API.
    pub struct ForZone("v1.ForZone") {
        name: Str = "name",
    }

    /// Part of the `discovery.k8s.io/v1` API.
    pub struct ForNode("v1.ForNode") {
        name: Str = "name",
    }

    /// Part of the `discovery.k8s.io/v1` API.
    pub struct EndpointPort("v1.EndpointPort") {
        name: Option<Str> = "name" omitempty,
        protocol: Option<Str> = "protocol" omitempty go("v1.Protocol"),
        port: Option<i32> = "port" omitempty,
        app_protocol: Option<Str> = "appProtocol" omitempty,
    }
}

apimachinery::api_kind! {
    EndpointSlice { "discovery.k8s.io" "v1" "discovery.k8s.io/v1", endpointslices endpointslice [] true [] }
}
