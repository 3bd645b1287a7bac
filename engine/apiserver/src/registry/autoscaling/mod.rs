//! The group `autoscaling`: HorizontalPodAutoscaler, stored as v2 and served as v1 too.

mod convert;
mod printer;
mod validation;

use api::autoscaling::v2::{
    HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricTarget,
    ResourceMetricSource,
};
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::workload::share_parts;
use crate::registry::{Registry, Served, Strategy};
use crate::validation::field::Errors;

/// What is aimed at when no metric is named: the percentage of the requested CPU.
const DEFAULT_UTILIZATION: i32 = 80;

/// Adds the kind in both versions.
pub(super) fn register(registry: &mut Registry) {
    registry.add(HorizontalPodAutoscalerStrategy);
    let stored = registry.find("autoscaling", "v2", "horizontalpodautoscalers");
    if let Some(resource) = stored.map(|served| served.resource.clone()) {
        registry.serve(Served::converted(
            resource,
            convert::to_v1,
            convert::from_v1,
        ));
    }
}

struct HorizontalPodAutoscalerStrategy;

impl Strategy for HorizontalPodAutoscalerStrategy {
    type Kind = HorizontalPodAutoscaler;

    share_parts!(spec, status);

    fn default(&self, object: &mut HorizontalPodAutoscaler) {
        let spec = &mut *object.spec;
        spec.min_replicas.get_or_insert(1);
        if spec.metrics.is_empty() {
            spec.metrics.push(cpu(DEFAULT_UTILIZATION));
        }
        let Some(behavior) = &mut spec.behavior else {
            return;
        };
        let policy = |type_: &str, value| HPAScalingPolicy {
            type_: type_.into(),
            value,
            period_seconds: 15,
        };
        let (pods, percent) = (policy("Pods", 4), policy("Percent", 100));
        let up = behavior.scale_up.get_or_insert_default();
        fill(up, Some(0), &[pods, percent.clone()]);
        let down = behavior.scale_down.get_or_insert_default();
        fill(down, None, &[percent]);
    }

    fn prepare_for_create(&self, _cx: &Context, object: &mut HorizontalPodAutoscaler) {
        object.status = Shared::default();
    }

    fn validate(&self, _cx: &Context, object: &HorizontalPodAutoscaler, errors: &mut Errors) {
        validation::validate(object, errors);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut HorizontalPodAutoscaler,
        old: &HorizontalPodAutoscaler,
    ) {
        new.status = old.status.clone();
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &HorizontalPodAutoscaler,
        _old: &HorizontalPodAutoscaler,
        errors: &mut Errors,
    ) {
        validation::validate(new, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut HorizontalPodAutoscaler,
        old: &HorizontalPodAutoscaler,
    ) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        printer::COLUMNS.into()
    }

    fn row(&self, object: &HorizontalPodAutoscaler, options: &PrintOptions) -> Cells {
        printer::row(object, options)
    }
}

/// The metric "so much of the requested CPU".
fn cpu(percent: i32) -> MetricSpec {
    let target = MetricTarget {
        type_: "Utilization".into(),
        average_utilization: Some(percent),
        ..MetricTarget::default()
    };
    let resource = ResourceMetricSource {
        name: "cpu".into(),
        target,
    };
    MetricSpec {
        type_: "Resource".into(),
        resource: Some(resource.into()),
        ..MetricSpec::default()
    }
}

fn fill(rules: &mut Shared<HPAScalingRules>, window: Option<i32>, policies: &[HPAScalingPolicy]) {
    if rules.stabilization_window_seconds.is_none() {
        rules.stabilization_window_seconds = window;
    }
    rules.select_policy.get_or_insert_with(|| "Max".into());
    if rules.policies.is_empty() {
        rules.policies = policies.to_vec();
    }
}
