//! What kinds with a pod template have in common: their rules, their warnings and a few columns.

use api::core::v1::{Container, PodTemplateSpec};
use apimachinery::codec::json;
use apimachinery::labels::Selector;
use apimachinery::meta::v1::LabelSelector;
use apimachinery::validation::is_valid_percent;
use apimachinery::{IntOrString, Map, Str, Value};

use super::core::pod::validation::validate_template;
use crate::printers::joined;
use crate::validation::NEGATIVE;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;
use crate::validation::selectors::validate_label_selector;

/// Lets go of the parts that equal those of the object before, so that both versions share them.
macro_rules! share_parts {
    ($($field:ident),*) => {
        fn share(&self, new: &mut Self::Kind, old: &Self::Kind) {
            $( if new.$field == old.$field {
                new.$field = old.$field.clone();
            } )*
        }
    };
}
pub(crate) use share_parts;

/// A number that must not be negative.
pub(crate) fn validate_nonnegative(value: i64, path: &Path<'_>, errors: &mut Errors) {
    if value < 0 {
        errors.invalid(path, value, NEGATIVE);
    }
}

/// Several numbers that must not be negative.
pub(crate) fn validate_all_nonnegative(
    values: &[(&'static str, i64)],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (field, value) in values {
        validate_nonnegative(*value, &path.child(field), errors);
    }
}

/// A value of any kind as JSON in errors.
pub(crate) fn shown_int_or_percent(value: &IntOrString) -> Verbatim {
    match value {
        IntOrString::Int(number) => Verbatim(number.to_string()),
        IntOrString::Str(text) => Verbatim(apimachinery::gotext::quote(text).into()),
    }
}

/// A count that may be given as a percentage.
pub(crate) fn validate_int_or_percent(value: &IntOrString, path: &Path<'_>, errors: &mut Errors) {
    match value {
        IntOrString::Int(number) => validate_nonnegative(i64::from(*number), path, errors),
        IntOrString::Str(text) => errors.invalid_each(path, text, is_valid_percent(text)),
    }
}

/// Not more than all of them.
pub(crate) fn validate_at_most_all(value: &IntOrString, path: &Path<'_>, errors: &mut Errors) {
    if let IntOrString::Str(text) = value
        && let Some(Ok(percent)) = text.strip_suffix('%').map(str::parse::<i64>)
        && percent > 100
    {
        errors.invalid(path, text, "must not be greater than 100%");
    }
}

/// The number behind a count or percentage; percentages of nothing in particular count as themselves.
pub(crate) fn as_number(value: Option<&IntOrString>) -> i64 {
    match value {
        None => 0,
        Some(IntOrString::Int(number)) => i64::from(*number),
        Some(IntOrString::Str(text)) => {
            let digits = text.strip_suffix('%').unwrap_or(text);
            digits.parse().unwrap_or(0)
        }
    }
}

/// A selector as errors show it.
pub(crate) fn shown_selector(selector: Option<&LabelSelector>) -> Verbatim {
    Verbatim(selector.map_or("null".to_owned(), |selector| {
        Internal::of(selector).compact()
    }))
}

/// Labels as errors show them.
pub(crate) fn shown_labels(labels: &Map<Str, Str>) -> Verbatim {
    let map: serde_json::Map<String, Value> = labels
        .iter()
        .map(|(key, value)| (key.to_string(), value.as_str().into()))
        .collect();
    Verbatim(if map.is_empty() {
        "null".to_owned()
    } else {
        json::compact(&Value::Object(map))
    })
}

/// Checks the selector of a workload; an empty one would take every pod.
pub(crate) fn validate_selector(
    selector: Option<&LabelSelector>,
    empty: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let Some(selector) = selector else {
        errors.required(path, "");
        return;
    };
    validate_label_selector(selector, path, errors);
    if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
        errors.invalid(path, shown_selector(Some(selector)), empty);
    }
}

/// The template must make pods that the selector selects.
pub(crate) fn validate_selected(
    selector: Option<&LabelSelector>,
    template: &PodTemplateSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    // A selector that cannot be understood has been complained about.
    let Ok(selector) = Selector::from_label_selector(selector) else {
        return;
    };
    if !selector.is_empty() && !selector.matches(&template.metadata.labels) {
        let metadata = path.child("metadata");
        let detail = "`selector` does not match template `labels`";
        errors.invalid(
            &metadata.child("labels"),
            shown_labels(&template.metadata.labels),
            detail,
        );
    }
}

/// Checks the template of a workload that keeps its pods running. `kind` is for the messages.
pub(crate) fn validate_running_template(
    selector: Option<&LabelSelector>,
    template: &PodTemplateSpec,
    kind: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_selected(selector, template, path, errors);
    validate_template(template, path, errors);
    let spec = path.child("spec");
    if template.spec.restart_policy != "Always" {
        let policy = &template.spec.restart_policy;
        if !policy.is_empty() {
            errors.not_supported(&spec.child("restartPolicy"), policy, &["Always"]);
        }
    }
    if template.spec.active_deadline_seconds.is_some() {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.forbidden(&spec.child("activeDeadlineSeconds"), detail);
    }
}

/// Names and images of containers, as wide columns show them.
pub(crate) fn container_columns(template: &PodTemplateSpec) -> (Str, Str) {
    let containers = &template.spec.containers;
    let of = |field: fn(&Container) -> &Str| joined(containers.iter().map(field));
    (
        of(|container| &container.name),
        of(|container| &container.image),
    )
}

/// A name that becomes part of host names had better be a DNS label.
pub(crate) fn warn_of_name(name: &str, used_in: &str, warnings: &mut Vec<String>) {
    let complaints = apimachinery::validation::is_dns1123_label(name);
    if !complaints.is_empty() {
        warnings.push(format!(
            "metadata.name: this is used in {used_in}, which can result in surprising behavior; a DNS label is \
             recommended: [{}]",
            complaints.join(" ")
        ));
    }
}

/// A label selector as text; empty when there is none or it cannot be understood.
pub(crate) fn selector_text(selector: Option<&LabelSelector>) -> Str {
    Selector::from_label_selector(selector)
        .map_or_else(|_| Str::new(), |selector| selector.to_string().into())
}
