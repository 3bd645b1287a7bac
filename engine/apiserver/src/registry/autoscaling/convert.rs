//! Autoscalers of v1: one CPU target. What v1 cannot say (other metrics, behaviour, conditions) travels in annotations, as
//! upstream does it, in the form of v2.

use api::autoscaling::{v1, v2};
use apimachinery::{Str, Value, codec};

const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";
const CURRENT: &str = "autoscaling.alpha.kubernetes.io/current-metrics";

/// The percentage, if this is the one metric that v1 knows.
fn cpu_target(metric: &v2::MetricSpec) -> Option<i32> {
    let source = metric.resource.as_ref()?;
    (source.name == "cpu").then_some(source.target.average_utilization)?
}

pub(super) fn to_v1(from: &v2::HorizontalPodAutoscaler) -> v1::HorizontalPodAutoscaler {
    let mut to = v1::HorizontalPodAutoscaler {
        metadata: from.metadata.clone(),
        ..v1::HorizontalPodAutoscaler::default()
    };
    let target = &from.spec.scale_target_ref;
    to.spec = v1::HorizontalPodAutoscalerSpec {
        scale_target_ref: v1::CrossVersionObjectReference {
            kind: target.kind.clone(),
            name: target.name.clone(),
            api_version: target.api_version.clone(),
        },
        min_replicas: from.spec.min_replicas,
        max_replicas: from.spec.max_replicas,
        target_cpu_utilization_percentage: from.spec.metrics.iter().find_map(cpu_target),
    }
    .into();
    let status = &from.status;
    let cpu = status.current_metrics.iter().find_map(|metric| {
        let source = metric.resource.as_ref()?;
        (source.name == "cpu").then_some(source.current.average_utilization)?
    });
    to.status = v1::HorizontalPodAutoscalerStatus {
        observed_generation: status.observed_generation,
        last_scale_time: status.last_scale_time,
        current_replicas: status.current_replicas,
        desired_replicas: status.desired_replicas,
        current_cpu_utilization_percentage: cpu,
    }
    .into();
    let mut note = |name: &str, value: Value| {
        to.metadata
            .annotations
            .insert(Str::from(name), Str::from(value.to_string()));
    };
    let others: Vec<Value> = from
        .spec
        .metrics
        .iter()
        .filter(|metric| cpu_target(metric).is_none())
        .map(|part| codec::to_value(part))
        .collect();
    if !others.is_empty() {
        note(METRICS, others.into());
    }
    if let Some(behavior) = &from.spec.behavior {
        note(BEHAVIOR, codec::to_value(&**behavior));
    }
    if !status.current_metrics.is_empty() {
        note(
            CURRENT,
            status
                .current_metrics
                .iter()
                .map(|part| codec::to_value(part))
                .collect(),
        );
    }
    if !status.conditions.is_empty() {
        note(
            CONDITIONS,
            status
                .conditions
                .iter()
                .map(|part| codec::to_value(part))
                .collect(),
        );
    }
    to
}

pub(super) fn from_v1(mut from: v1::HorizontalPodAutoscaler) -> v2::HorizontalPodAutoscaler {
    let mut taken = |name: &str| -> Option<Value> {
        let text = from.metadata.annotations.remove(name)?;
        serde_json::from_str(&text).ok()
    };
    let list = |value: Option<Value>| match value {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    let (metrics, behavior) = (list(taken(METRICS)), taken(BEHAVIOR));
    let (current, conditions) = (list(taken(CURRENT)), list(taken(CONDITIONS)));
    let mut to = v2::HorizontalPodAutoscaler {
        metadata: from.metadata.clone(),
        ..v2::HorizontalPodAutoscaler::default()
    };
    let target = &from.spec.scale_target_ref;
    let spec = &mut *to.spec;
    spec.scale_target_ref = v2::CrossVersionObjectReference {
        kind: target.kind.clone(),
        name: target.name.clone(),
        api_version: target.api_version.clone(),
    };
    spec.min_replicas = from.spec.min_replicas;
    spec.max_replicas = from.spec.max_replicas;
    spec.metrics = from
        .spec
        .target_cpu_utilization_percentage
        .map(super::cpu)
        .into_iter()
        .collect();
    spec.metrics.extend(
        metrics
            .iter()
            .filter_map(|value| codec::from_value(value).ok()),
    );
    spec.behavior = behavior
        .and_then(|value| codec::from_value::<v2::HorizontalPodAutoscalerBehavior>(&value).ok())
        .map(Into::into);
    let status = &mut *to.status;
    status.observed_generation = from.status.observed_generation;
    status.last_scale_time = from.status.last_scale_time;
    status.current_replicas = from.status.current_replicas;
    status.desired_replicas = from.status.desired_replicas;
    status.current_metrics = current
        .iter()
        .filter_map(|value| codec::from_value(value).ok())
        .collect();
    status.conditions = conditions
        .iter()
        .filter_map(|value| codec::from_value(value).ok())
        .collect();
    to
}
