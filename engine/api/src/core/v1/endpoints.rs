//! `v1`: endpoints types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::ObjectReference;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// The kind `Endpoints` of `v1`.
    pub struct Endpoints("v1.Endpoints", kind "v1" "Endpoints") {
        metadata: ObjectMeta = "metadata" omitempty,
        subsets: Vec<EndpointSubset> = "subsets" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct EndpointSubset("v1.EndpointSubset") {
        addresses: Vec<EndpointAddress> = "addresses" omitempty atomic,
        not_ready_addresses: Vec<EndpointAddress> = "notReadyAddresses" omitempty atomic,
        ports: Vec<EndpointPort> = "ports" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct EndpointAddress("v1.EndpointAddress") {
        ip: Str = "ip",
        hostname: Str = "hostname" omitempty,
        node_name: Option<Str> = "nodeName" omitempty,
        target_ref: Option<Shared<ObjectReference>> = "targetRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct EndpointPort("v1.EndpointPort") {
        name: Str = "name" omitempty,
        port: i32 = "port",
        protocol: Str = "protocol" omitempty go("v1.Protocol"),
        app_protocol: Option<Str> = "appProtocol" omitempty,
    }
}

apimachinery::api_kind! {
    Endpoints { "" "v1" "v1", endpoints endpoints [ep] true [] }
}
