//! `autoscaling/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `autoscaling/v1` API.
    pub struct CrossVersionObjectReference("v1.CrossVersionObjectReference") {
        kind: Str = "kind",
        name: Str = "name",
        api_version: Str = "apiVersion" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct HorizontalPodAutoscalerSpec("v1.HorizontalPodAutoscalerSpec") {
        scale_target_ref: CrossVersionObjectReference = "scaleTargetRef" atomic,
        min_replicas: Option<i32> = "minReplicas" omitempty,
        max_replicas: i32 = "maxReplicas",
        target_cpu_utilization_percentage: Option<i32> = "targetCPUUtilizationPercentage" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct HorizontalPodAutoscalerStatus("v1.HorizontalPodAutoscalerStatus") {
        observed_generation: Option<i64> = "observedGeneration" omitempty,
        last_scale_time: Option<Time> = "lastScaleTime" omitempty,
        current_replicas: i32 = "currentReplicas",
        desired_replicas: i32 = "desiredReplicas",
        current_cpu_utilization_percentage: Option<i32> = "currentCPUUtilizationPercentage" omitempty,
    }

    /// The kind `HorizontalPodAutoscaler` of `autoscaling/v1`.
    pub struct HorizontalPodAutoscaler("v1.HorizontalPodAutoscaler", kind "autoscaling/v1" "HorizontalPodAutoscaler") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<HorizontalPodAutoscalerSpec> = "spec" omitempty,
        status: Shared<HorizontalPodAutoscalerStatus> = "status" omitempty,
    }

    /// The kind `Scale` of `autoscaling/v1`.
    pub struct Scale("v1.Scale", kind "autoscaling/v1" "Scale") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ScaleSpec> = "spec" omitempty,
        status: Shared<ScaleStatus> = "status" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ScaleSpec("v1.ScaleSpec") {
        replicas: i32 = "replicas" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ScaleStatus("v1.ScaleStatus") {
        replicas: i32 = "replicas",
        selector: Str = "selector" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ObjectMetricSource("v1.ObjectMetricSource") {
        target: CrossVersionObjectReference = "target" atomic,
        metric_name: Str = "metricName",
        target_value: Quantity = "targetValue",
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
        average_value: Option<Quantity> = "averageValue" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct PodsMetricSource("v1.PodsMetricSource") {
        metric_name: Str = "metricName",
        target_average_value: Quantity = "targetAverageValue",
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ResourceMetricSource("v1.ResourceMetricSource") {
        name: Str = "name" go("v1.ResourceName"),
        target_average_utilization: Option<i32> = "targetAverageUtilization" omitempty,
        target_average_value: Option<Quantity> = "targetAverageValue" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ContainerResourceMetricSource("v1.ContainerResourceMetricSource") {
        name: Str = "name" go("v1.ResourceName"),
        target_average_utilization: Option<i32> = "targetAverageUtilization" omitempty,
        target_average_value: Option<Quantity> = "targetAverageValue" omitempty,
        container: Str = "container",
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ExternalMetricSource("v1.ExternalMetricSource") {
        metric_name: Str = "metricName",
        metric_selector: Option<Shared<LabelSelector>> = "metricSelector" omitempty atomic,
        target_value: Option<Quantity> = "targetValue" omitempty,
        target_average_value: Option<Quantity> = "targetAverageValue" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ObjectMetricStatus("v1.ObjectMetricStatus") {
        target: CrossVersionObjectReference = "target" atomic,
        metric_name: Str = "metricName",
        current_value: Quantity = "currentValue",
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
        average_value: Option<Quantity> = "averageValue" omitempty,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct PodsMetricStatus("v1.PodsMetricStatus") {
        metric_name: Str = "metricName",
        current_average_value: Quantity = "currentAverageValue",
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ResourceMetricStatus("v1.ResourceMetricStatus") {
        name: Str = "name" go("v1.ResourceName"),
        current_average_utilization: Option<i32> = "currentAverageUtilization" omitempty,
        current_average_value: Quantity = "currentAverageValue",
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ContainerResourceMetricStatus("v1.ContainerResourceMetricStatus") {
        name: Str = "name" go("v1.ResourceName"),
        current_average_utilization: Option<i32> = "currentAverageUtilization" omitempty,
        current_average_value: Quantity = "currentAverageValue",
        container: Str = "container",
    }

    /// Part of the `autoscaling/v1` API.
    pub struct ExternalMetricStatus("v1.ExternalMetricStatus") {
        metric_name: Str = "metricName",
        metric_selector: Option<Shared<LabelSelector>> = "metricSelector" omitempty atomic,
        current_value: Quantity = "currentValue",
        current_average_value: Option<Quantity> = "currentAverageValue" omitempty,
    }
}

apimachinery::api_kind! {
    HorizontalPodAutoscaler { "autoscaling" "v1" "autoscaling/v1", horizontalpodautoscalers horizontalpodautoscaler [hpa] true ["all"] }
    Scale { "autoscaling" "v1" "autoscaling/v1", scales scale [] true [] }
}
