//! The group `autoscaling`: HorizontalPodAutoscaler, stored as v2 and served as v1 too.

mod convert;
mod printer;

use api::autoscaling::v2::{
    HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricTarget,
    ResourceMetricSource,
};
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::workload::share_parts;
use crate::registry::{Registry, Served, Strategy};
use crate::validation::field::{Errors, Path};

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
        validate(object, errors);
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
        validate(new, errors);
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

fn validate(object: &HorizontalPodAutoscaler, errors: &mut Errors) {
    let spec = &object.spec;
    let path = Path::new("spec");
    let min = spec.min_replicas.unwrap_or(1);
    if min < 1 {
        errors.invalid(
            &path.child("minReplicas"),
            i64::from(min),
            "must be greater than or equal to 1",
        );
    }
    let max = i64::from(spec.max_replicas);
    if max < 1 {
        errors.invalid(&path.child("maxReplicas"), max, "must be greater than 0");
    }
    if spec.max_replicas < min {
        let text = "must be greater than or equal to `minReplicas`";
        errors.invalid(&path.child("maxReplicas"), max, text);
    }
    let target = path.child("scaleTargetRef");
    for (field, value) in [
        ("kind", &spec.scale_target_ref.kind),
        ("name", &spec.scale_target_ref.name),
    ] {
        if value.is_empty() {
            errors.required(&target.child(field), "");
        }
    }
    let metrics = path.child("metrics");
    for (i, metric) in spec.metrics.iter().enumerate() {
        validate_metric(metric, &metrics.index(i), errors);
    }
    let behavior = path.child("behavior");
    if let Some(wanted) = &spec.behavior {
        for (name, rules) in [
            ("scaleUp", &wanted.scale_up),
            ("scaleDown", &wanted.scale_down),
        ] {
            if let Some(rules) = rules {
                validate_rules(rules, &behavior.child(name), errors);
            }
        }
    }
}

fn validate_metric(metric: &MetricSpec, path: &Path<'_>, errors: &mut Errors) {
    const TYPES: [&str; 5] = [
        "ContainerResource",
        "External",
        "Object",
        "Pods",
        "Resource",
    ];
    if metric.type_.is_empty() {
        errors.required(&path.child("type"), "must specify a metric source type");
        return;
    }
    let target = match metric.type_.as_str() {
        "Object" => metric.object.as_ref().map(|m| ("object", &m.target)),
        "Pods" => metric.pods.as_ref().map(|m| ("pods", &m.target)),
        "Resource" => metric.resource.as_ref().map(|m| ("resource", &m.target)),
        "ContainerResource" => metric
            .container_resource
            .as_ref()
            .map(|m| ("containerResource", &m.target)),
        "External" => metric.external.as_ref().map(|m| ("external", &m.target)),
        _ => {
            errors.not_supported(&path.child("type"), metric.type_.as_str(), &TYPES);
            return;
        }
    };
    let Some((name, target)) = target else {
        let mut field = metric.type_.to_string();
        field[..1].make_ascii_lowercase();
        let text = "must populate information for the given metric source";
        errors.required(&path.child(&field), text);
        return;
    };
    let source = path.child(name);
    let path = source.child("target");
    if !matches!(
        target.type_.as_str(),
        "Utilization" | "Value" | "AverageValue"
    ) {
        let text = "must be either Utilization, Value, or AverageValue";
        errors.invalid(&path.child("type"), target.type_.as_str(), text);
    }
    if target
        .average_utilization
        .is_some_and(|percent| percent < 1)
    {
        let percent = i64::from(target.average_utilization.unwrap_or_default());
        errors.invalid(
            &path.child("averageUtilization"),
            percent,
            "must be greater than 0",
        );
    }
    for (field, amount) in [
        ("value", &target.value),
        ("averageValue", &target.average_value),
    ] {
        if let Some(amount) = amount
            && amount.signum() != 1
        {
            errors.invalid(&path.child(field), amount.as_str(), "must be positive");
        }
    }
}

fn validate_rules(rules: &HPAScalingRules, path: &Path<'_>, errors: &mut Errors) {
    let window = i64::from(rules.stabilization_window_seconds.unwrap_or(0));
    if window < 0 {
        errors.invalid(
            &path.child("stabilizationWindowSeconds"),
            window,
            "must be greater than or equal to zero",
        );
    } else if window > 3600 {
        errors.invalid(
            &path.child("stabilizationWindowSeconds"),
            window,
            "must be less than or equal to 3600",
        );
    }
    if let Some(select) = &rules.select_policy
        && !matches!(select.as_str(), "Disabled" | "Max" | "Min")
    {
        errors.not_supported(
            &path.child("selectPolicy"),
            select.as_str(),
            &["Disabled", "Max", "Min"],
        );
    }
    let policies = path.child("policies");
    if rules.policies.is_empty() {
        errors.required(&policies, "must specify at least one Policy");
    }
    for (i, policy) in rules.policies.iter().enumerate() {
        let path = policies.index(i);
        if !matches!(policy.type_.as_str(), "Pods" | "Percent") {
            errors.not_supported(
                &path.child("type"),
                policy.type_.as_str(),
                &["Percent", "Pods"],
            );
        }
        if policy.value <= 0 {
            errors.invalid(
                &path.child("value"),
                i64::from(policy.value),
                "must be greater than zero",
            );
        }
        let period = i64::from(policy.period_seconds);
        if period <= 0 {
            errors.invalid(
                &path.child("periodSeconds"),
                period,
                "must be greater than zero",
            );
        } else if period > 1800 {
            errors.invalid(
                &path.child("periodSeconds"),
                period,
                "must be less than or equal to 1800",
            );
        }
    }
}
