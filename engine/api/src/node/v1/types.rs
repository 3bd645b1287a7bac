//! `node.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::Toleration;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Shared, Str};

apimachinery::api_struct! {
    /// The kind `RuntimeClass` of `node.k8s.io/v1`.
    pub struct RuntimeClass("v1.RuntimeClass", kind "node.k8s.io/v1" "RuntimeClass") {
        metadata: ObjectMeta = "metadata" omitempty,
        handler: Str = "handler",
        overhead: Option<Shared<Overhead>> = "overhead" omitempty,
        scheduling: Option<Shared<Scheduling>> = "scheduling" omitempty,
    }

    /// Part of the `node.k8s.io/v1` API.
    pub struct Overhead("v1.Overhead") {
        pod_fixed: Map<Str, Quantity> = "podFixed" omitempty go("v1.ResourceList"),
    }

    /// Part of the `node.k8s.io/v1` API.
    pub struct Scheduling("v1.Scheduling") {
        node_selector: Map<Str, Str> = "nodeSelector" omitempty atomic,
        tolerations: Vec<Toleration> = "tolerations" omitempty atomic,
    }
}

apimachinery::api_kind! {
    RuntimeClass { "node.k8s.io" "v1" "node.k8s.io/v1", runtimeclasses runtimeclass [] false [] }
}
