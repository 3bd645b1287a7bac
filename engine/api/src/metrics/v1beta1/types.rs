//! `metrics.k8s.io/v1beta1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Duration, Map, Quantity, Str, Time};

apimachinery::api_struct! {
    /// The kind `NodeMetrics` of `metrics.k8s.io/v1beta1`.
    pub struct NodeMetrics("v1beta1.NodeMetrics", kind "metrics.k8s.io/v1beta1" "NodeMetrics") {
        metadata: ObjectMeta = "metadata" omitempty,
        timestamp: Time = "timestamp",
        window: Duration = "window",
        usage: Map<Str, Quantity> = "usage" go("v1.ResourceList"),
    }

    /// The kind `PodMetrics` of `metrics.k8s.io/v1beta1`.
    pub struct PodMetrics("v1beta1.PodMetrics", kind "metrics.k8s.io/v1beta1" "PodMetrics") {
        metadata: ObjectMeta = "metadata" omitempty,
        timestamp: Time = "timestamp",
        window: Duration = "window",
        containers: Vec<ContainerMetrics> = "containers" atomic,
    }

    /// Part of the `metrics.k8s.io/v1beta1` API.
    pub struct ContainerMetrics("v1beta1.ContainerMetrics") {
        name: Str = "name",
        usage: Map<Str, Quantity> = "usage" go("v1.ResourceList"),
    }
}

apimachinery::api_kind! {
    NodeMetrics { "metrics.k8s.io" "v1beta1" "metrics.k8s.io/v1beta1", nodes node [] false [] }
    PodMetrics { "metrics.k8s.io" "v1beta1" "metrics.k8s.io/v1beta1", pods pod [] true [] }
}
