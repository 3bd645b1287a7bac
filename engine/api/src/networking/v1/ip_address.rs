//! `networking.k8s.io/v1`: ip address types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{Condition, ObjectMeta};
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// The kind `IPAddress` of `networking.k8s.io/v1`.
    pub struct IPAddress("v1.IPAddress", kind "networking.k8s.io/v1" "IPAddress") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<IPAddressSpec> = "spec" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IPAddressSpec("v1.IPAddressSpec") {
        parent_ref: Option<Shared<ParentReference>> = "parentRef" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct ParentReference("v1.ParentReference") {
        group: Str = "group" omitempty,
        resource: Str = "resource" omitempty,
        namespace: Str = "namespace" omitempty,
        name: Str = "name" omitempty,
    }

    /// The kind `ServiceCIDR` of `networking.k8s.io/v1`.
    pub struct ServiceCIDR("v1.ServiceCIDR", kind "networking.k8s.io/v1" "ServiceCIDR") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ServiceCIDRSpec> = "spec" omitempty,
        status: Shared<ServiceCIDRStatus> = "status" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct ServiceCIDRSpec("v1.ServiceCIDRSpec") {
        cidrs: Vec<Str> = "cidrs" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct ServiceCIDRStatus("v1.ServiceCIDRStatus") {
        conditions: Vec<Condition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }
}

apimachinery::api_kind! {
    IPAddress { "networking.k8s.io" "v1" "networking.k8s.io/v1", ipaddresses ipaddress [ip] false [] }
    ServiceCIDR { "networking.k8s.io" "v1" "networking.k8s.io/v1", servicecidrs servicecidr [] false [] }
}
