//! `autoscaling/v2`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Quantity, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `HorizontalPodAutoscaler` of `autoscaling/v2`.
    pub struct HorizontalPodAutoscaler("v2.HorizontalPodAutoscaler", kind "autoscaling/v2" "HorizontalPodAutoscaler") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<HorizontalPodAutoscalerSpec> = "spec" omitempty,
        status: Shared<HorizontalPodAutoscalerStatus> = "status" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct HorizontalPodAutoscalerSpec("v2.HorizontalPodAutoscalerSpec") {
        scale_target_ref: CrossVersionObjectReference = "scaleTargetRef",
        min_replicas: Option<i32> = "minReplicas" omitempty,
        max_replicas: i32 = "maxReplicas",
        metrics: Vec<MetricSpec> = "metrics" omitempty atomic,
        behavior: Option<Shared<HorizontalPodAutoscalerBehavior>> = "behavior" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct CrossVersionObjectReference("v2.CrossVersionObjectReference") {
        kind: Str = "kind",
        name: Str = "name",
        api_version: Str = "apiVersion" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct MetricSpec("v2.MetricSpec") {
        type_: Str = "type" go("v2.MetricSourceType"),
        object: Option<Shared<ObjectMetricSource>> = "object" omitempty,
        pods: Option<Shared<PodsMetricSource>> = "pods" omitempty,
        resource: Option<Shared<ResourceMetricSource>> = "resource" omitempty,
        container_resource: Option<Shared<ContainerResourceMetricSource>> = "containerResource" omitempty,
        external: Option<Shared<ExternalMetricSource>> = "external" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct HorizontalPodAutoscalerBehavior("v2.HorizontalPodAutoscalerBehavior") {
        scale_up: Option<Shared<HPAScalingRules>> = "scaleUp" omitempty,
        scale_down: Option<Shared<HPAScalingRules>> = "scaleDown" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct HPAScalingRules("v2.HPAScalingRules") {
        stabilization_window_seconds: Option<i32> = "stabilizationWindowSeconds" omitempty,
        select_policy: Option<Str> = "selectPolicy" omitempty go("v2.ScalingPolicySelect"),
        policies: Vec<HPAScalingPolicy> = "policies" omitempty atomic,
        tolerance: Option<Quantity> = "tolerance" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct HPAScalingPolicy("v2.HPAScalingPolicy") {
        type_: Str = "type" go("v2.HPAScalingPolicyType"),
        value: i32 = "value",
        period_seconds: i32 = "periodSeconds",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ObjectMetricSource("v2.ObjectMetricSource") {
        described_object: CrossVersionObjectReference = "describedObject",
        target: MetricTarget = "target",
        metric: MetricIdentifier = "metric",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct PodsMetricSource("v2.PodsMetricSource") {
        metric: MetricIdentifier = "metric",
        target: MetricTarget = "target",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ResourceMetricSource("v2.ResourceMetricSource") {
        name: Str = "name" go("v1.ResourceName"),
        target: MetricTarget = "target",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ContainerResourceMetricSource("v2.ContainerResourceMetricSource") {
        name: Str = "name" go("v1.ResourceName"),
        target: MetricTarget = "target",
        container: Str = "container",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ExternalMetricSource("v2.ExternalMetricSource") {
        metric: MetricIdentifier = "metric",
        target: MetricTarget = "target",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct MetricIdentifier("v2.MetricIdentifier") {
        name: Str = "name",
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct MetricTarget("v2.MetricTarget") {
        type_: Str = "type" go("v2.MetricTargetType"),
        value: Option<Quantity> = "value" omitempty,
        average_value: Option<Quantity> = "averageValue" omitempty,
        average_utilization: Option<i32> = "averageUtilization" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct HorizontalPodAutoscalerStatus("v2.HorizontalPodAutoscalerStatus") {
        observed_generation: Option<i64> = "observedGeneration" omitempty,
        last_scale_time: Option<Time> = "lastScaleTime" omitempty,
        current_replicas: i32 = "currentReplicas" omitempty,
        desired_replicas: i32 = "desiredReplicas",
        current_metrics: Vec<MetricStatus> = "currentMetrics" atomic,
        conditions: Vec<HorizontalPodAutoscalerCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `autoscaling/v2` API.
    pub struct HorizontalPodAutoscalerCondition("v2.HorizontalPodAutoscalerCondition") {
        type_: Str = "type" go("v2.HorizontalPodAutoscalerConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct MetricStatus("v2.MetricStatus") {
        type_: Str = "type" go("v2.MetricSourceType"),
        object: Option<Shared<ObjectMetricStatus>> = "object" omitempty,
        pods: Option<Shared<PodsMetricStatus>> = "pods" omitempty,
        resource: Option<Shared<ResourceMetricStatus>> = "resource" omitempty,
        container_resource: Option<Shared<ContainerResourceMetricStatus>> = "containerResource" omitempty,
        external: Option<Shared<ExternalMetricStatus>> = "external" omitempty,
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ObjectMetricStatus("v2.ObjectMetricStatus") {
        metric: MetricIdentifier = "metric",
        current: MetricValueStatus = "current",
        described_object: CrossVersionObjectReference = "describedObject",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct PodsMetricStatus("v2.PodsMetricStatus") {
        metric: MetricIdentifier = "metric",
        current: MetricValueStatus = "current",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ResourceMetricStatus("v2.ResourceMetricStatus") {
        name: Str = "name" go("v1.ResourceName"),
        current: MetricValueStatus = "current",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ContainerResourceMetricStatus("v2.ContainerResourceMetricStatus") {
        name: Str = "name" go("v1.ResourceName"),
        current: MetricValueStatus = "current",
        container: Str = "container",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct ExternalMetricStatus("v2.ExternalMetricStatus") {
        metric: MetricIdentifier = "metric",
        current: MetricValueStatus = "current",
    }

    /// Part of the `autoscaling/v2` API.
    pub struct MetricValueStatus("v2.MetricValueStatus") {
        value: Option<Quantity> = "value" omitempty,
        average_value: Option<Quantity> = "averageValue" omitempty,
        average_utilization: Option<i32> = "averageUtilization" omitempty,
    }
}

apimachinery::api_kind! {
    HorizontalPodAutoscaler { "autoscaling" "v2" "autoscaling/v2", horizontalpodautoscalers horizontalpodautoscaler [hpa] true ["all"] }
}
