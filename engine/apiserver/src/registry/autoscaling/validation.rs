//! The rules of autoscalers. Kubernetes' room for this is `pkg/apis/autoscaling/validation`.

use api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingRules, HorizontalPodAutoscaler, MetricIdentifier,
    MetricSpec, MetricTarget,
};
use apimachinery::validation::is_dns1123_label;

use crate::validation::content::name_is_path_segment;
use crate::validation::field::{Errors, Path};
use crate::validation::quantity::validate_container_resource_name;

/// The longest time that recommendations are gathered for, in seconds.
const LONGEST_WINDOW: i64 = 3600;
/// The longest time that a policy counts changes for, in seconds.
const LONGEST_PERIOD: i64 = 1800;
const TYPES: [&str; 5] = [
    "ContainerResource",
    "External",
    "Object",
    "Pods",
    "Resource",
];

/// Checks an autoscaler.
pub(super) fn validate(object: &HorizontalPodAutoscaler, errors: &mut Errors) {
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
    reference(&spec.scale_target_ref, &target, errors);
    let metrics = path.child("metrics");
    for (i, wanted) in spec.metrics.iter().enumerate() {
        metric(wanted, &metrics.index(i), errors);
    }
    let behavior = path.child("behavior");
    if let Some(wanted) = &spec.behavior {
        for (name, wanted) in [
            ("scaleUp", &wanted.scale_up),
            ("scaleDown", &wanted.scale_down),
        ] {
            if let Some(wanted) = wanted {
                rules(wanted, &behavior.child(name), errors);
            }
        }
    }
}

fn reference(target: &CrossVersionObjectReference, path: &Path<'_>, errors: &mut Errors) {
    for (field, value) in [("kind", &target.kind), ("name", &target.name)] {
        segment(value, "", &path.child(field), errors);
    }
}

/// What must be there and may stand in a URL.
fn segment(value: &str, missing: &str, path: &Path<'_>, errors: &mut Errors) {
    if value.is_empty() {
        errors.required(path, missing);
    }
    errors.invalid_each(path, value, name_is_path_segment(value, false));
}

fn metric(spec: &MetricSpec, path: &Path<'_>, errors: &mut Errors) {
    let at = path.child("type");
    if spec.type_.is_empty() {
        errors.required(&at, "must specify a metric source type");
    }
    if !TYPES.contains(&spec.type_.as_str()) {
        errors.not_supported(&at, spec.type_.as_str(), &TYPES);
    }
    // In the order in which upstream looks: the field, the type that asks for it, whether it is there.
    let sources = [
        ("object", "Object", spec.object.is_some()),
        ("external", "External", spec.external.is_some()),
        ("pods", "Pods", spec.pods.is_some()),
        ("resource", "Resource", spec.resource.is_some()),
        (
            "containerResource",
            "ContainerResource",
            spec.container_resource.is_some(),
        ),
    ];
    let mut given = sources.iter().filter(|(_, _, given)| *given);
    if let Some((field, ..)) = given.next() {
        source(spec, field, &path.child(field), errors);
    }
    for (field, type_, given) in sources {
        if *type_ == *spec.type_ && !given {
            let text = "must populate information for the given metric source";
            errors.required(&path.child(field), text);
        }
    }
    if sources.iter().filter(|(_, _, given)| *given).count() > 1 {
        for (field, type_, given) in sources {
            if given && *type_ != *spec.type_ {
                let text = "must populate the given metric source only";
                errors.forbidden(&path.child(field), text);
            }
        }
    }
}

/// The source that the field holds.
fn source(spec: &MetricSpec, field: &str, path: &Path<'_>, errors: &mut Errors) {
    const RAW: &str = "must set either a target raw value or a target utilization";
    const PER_POD: &str = "must set either a target value for metric or a per-pod target";
    let at = path.child("target");
    match field {
        "object" => {
            let Some(source) = &spec.object else { return };
            let described = path.child("describedObject");
            reference(&source.described_object, &described, errors);
            identifier(&source.metric, &path.child("metric"), errors);
            target(&source.target, &at, errors);
            if source.target.value.is_none() && source.target.average_value.is_none() {
                let text = "must set either a target value or averageValue";
                errors.required(&at.child("averageValue"), text);
            }
        }
        "external" => {
            let Some(source) = &spec.external else { return };
            identifier(&source.metric, &path.child("metric"), errors);
            target(&source.target, &at, errors);
            match (&source.target.value, &source.target.average_value) {
                (None, None) => errors.required(&at.child("averageValue"), PER_POD),
                (Some(_), Some(_)) => {
                    let text = "may not set both a target value for metric and a per-pod target";
                    errors.forbidden(&at.child("value"), text);
                }
                _ => {}
            }
        }
        "pods" => {
            let Some(source) = &spec.pods else { return };
            identifier(&source.metric, &path.child("metric"), errors);
            target(&source.target, &at, errors);
            if source.target.average_value.is_none() {
                let text = "must specify a positive target averageValue";
                errors.required(&at.child("averageValue"), text);
            }
        }
        _ => {
            let (name, wanted) = match (&spec.resource, &spec.container_resource) {
                (Some(source), _) => (&source.name, &source.target),
                (None, Some(source)) => {
                    let container = &source.container;
                    let name = path.child("name");
                    if source.name.is_empty() {
                        errors.required(&name, "must specify a resource name");
                    } else {
                        validate_container_resource_name(&source.name, &name, errors);
                    }
                    let at = path.child("container");
                    if container.is_empty() {
                        errors.required(&at, "must specify a container");
                    } else {
                        errors.invalid_each(&at, container, is_dns1123_label(container));
                    }
                    (&source.name, &source.target)
                }
                (None, None) => return,
            };
            if name.is_empty() && spec.resource.is_some() {
                errors.required(&path.child("name"), "must specify a resource name");
            }
            target(wanted, &at, errors);
            match (wanted.average_utilization, &wanted.average_value) {
                (None, None) => errors.required(&at.child("averageUtilization"), RAW),
                (Some(_), Some(_)) => {
                    let text = "may not set both a target raw value and a target utilization";
                    errors.forbidden(&at.child("averageValue"), text);
                }
                _ => {}
            }
        }
    }
}

fn identifier(id: &MetricIdentifier, path: &Path<'_>, errors: &mut Errors) {
    let missing = "must specify a metric name";
    segment(&id.name, missing, &path.child("name"), errors);
}

fn target(target: &MetricTarget, path: &Path<'_>, errors: &mut Errors) {
    let at = path.child("type");
    let type_ = target.type_.as_str();
    if type_.is_empty() {
        errors.required(&at, "must specify a metric target type");
    }
    if !matches!(type_, "Utilization" | "Value" | "AverageValue") {
        let text = "must be either Utilization, Value, or AverageValue";
        errors.invalid(&at, type_, text);
    }
    for (field, amount) in [
        ("value", &target.value),
        ("averageValue", &target.average_value),
    ] {
        if let Some(amount) = amount.as_ref().filter(|amount| amount.signum() != 1) {
            errors.invalid(&path.child(field), amount.as_str(), "must be positive");
        }
    }
    if let Some(percent) = target.average_utilization.filter(|percent| *percent < 1) {
        let at = path.child("averageUtilization");
        errors.invalid(&at, i64::from(percent), "must be greater than 0");
    }
}

fn rules(rules: &HPAScalingRules, path: &Path<'_>, errors: &mut Errors) {
    let window = i64::from(rules.stabilization_window_seconds.unwrap_or(0));
    let at = path.child("stabilizationWindowSeconds");
    if window < 0 {
        errors.invalid(&at, window, "must be greater than or equal to zero");
    } else if window > LONGEST_WINDOW {
        errors.invalid(&at, window, "must be less than or equal to 3600");
    }
    if let Some(select) = &rules.select_policy
        && !matches!(select.as_str(), "Disabled" | "Max" | "Min")
    {
        let at = path.child("selectPolicy");
        errors.not_supported(&at, select.as_str(), &["Disabled", "Max", "Min"]);
    }
    let policies = path.child("policies");
    if rules.policies.is_empty() {
        errors.required(&policies, "must specify at least one Policy");
    }
    for (i, policy) in rules.policies.iter().enumerate() {
        let path = policies.index(i);
        if !matches!(policy.type_.as_str(), "Pods" | "Percent") {
            let at = path.child("type");
            errors.not_supported(&at, policy.type_.as_str(), &["Percent", "Pods"]);
        }
        if policy.value <= 0 {
            let at = path.child("value");
            errors.invalid(&at, i64::from(policy.value), "must be greater than zero");
        }
        let period = i64::from(policy.period_seconds);
        let at = path.child("periodSeconds");
        if period <= 0 {
            errors.invalid(&at, period, "must be greater than zero");
        } else if period > LONGEST_PERIOD {
            errors.invalid(&at, period, "must be less than or equal to 1800");
        }
    }
    if let Some(tolerance) = rules.tolerance.as_ref().filter(|value| value.signum() < 0) {
        let at = path.child("tolerance");
        errors.invalid(&at, tolerance.as_str(), "must be greater or equal to zero");
    }
}
