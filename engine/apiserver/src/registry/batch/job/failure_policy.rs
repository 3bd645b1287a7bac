//! The rules of what a job does about failed pods.

use api::batch::v1::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule,
};
use apimachinery::Value;
use apimachinery::validation::is_qualified_name;

use crate::validation::field::{Errors, Path};

const ACTIONS: [&str; 4] = ["Count", "FailIndex", "FailJob", "Ignore"];
const STATUSES: [&str; 3] = ["False", "True", "Unknown"];
const RULES_MAX: usize = 20;
const PATTERNS_MAX: usize = 20;
const CODES_MAX: usize = 255;

/// What is missing, and what it could be, as Go prints a list of texts.
fn valid_values(known: &[&str]) -> String {
    let quoted: Vec<String> = known.iter().map(|one| format!("{one:?}")).collect();
    format!("valid values: [{}]", quoted.join(" "))
}

/// Checks the policy.
pub(super) fn validate(
    policy: &PodFailurePolicy,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let rules = path.child("rules");
    if policy.rules.len() > RULES_MAX {
        errors.too_many(&rules, policy.rules.len(), RULES_MAX);
    }
    for (i, rule) in policy.rules.iter().enumerate() {
        validate_rule(rule, spec, &rules.index(i), errors);
    }
}

fn validate_rule(
    rule: &PodFailurePolicyRule,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let action = path.child("action");
    match rule.action.as_str() {
        "" => errors.required(&action, valid_values(&ACTIONS)),
        "FailIndex" if spec.backoff_limit_per_index.is_none() => {
            let detail = "requires the backoffLimitPerIndex to be set";
            errors.invalid(&action, &rule.action, detail);
        }
        known if ACTIONS.contains(&known) => {}
        other => errors.not_supported(&action, other, &ACTIONS),
    }
    if let Some(codes) = &rule.on_exit_codes {
        validate_codes(codes, spec, &path.child("onExitCodes"), errors);
    }
    let patterns = path.child("onPodConditions");
    if rule.on_pod_conditions.len() > PATTERNS_MAX {
        errors.too_many(&patterns, rule.on_pod_conditions.len(), PATTERNS_MAX);
    }
    for (i, pattern) in rule.on_pod_conditions.iter().enumerate() {
        let at = patterns.index(i);
        let complaints = is_qualified_name(&pattern.type_);
        errors.invalid_each(&at.child("type"), &pattern.type_, complaints);
        let status = at.child("status");
        if pattern.status.is_empty() {
            errors.required(&status, valid_values(&STATUSES));
        } else if !STATUSES.contains(&pattern.status.as_str()) {
            errors.not_supported(&status, &pattern.status, &STATUSES);
        }
    }
    match (&rule.on_exit_codes, rule.on_pod_conditions.is_empty()) {
        (Some(_), false) => {
            let detail = "specifying both OnExitCodes and OnPodConditions is not supported";
            errors.invalid_unshown(path, detail);
        }
        (None, true) => {
            let detail = "specifying one of OnExitCodes and OnPodConditions is required";
            errors.invalid_unshown(path, detail);
        }
        _ => {}
    }
}

fn validate_codes(
    codes: &PodFailurePolicyOnExitCodesRequirement,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let operator = path.child("operator");
    match codes.operator.as_str() {
        "" => errors.required(&operator, valid_values(&["In", "NotIn"])),
        "In" | "NotIn" => {}
        other => errors.not_supported(&operator, other, &["In", "NotIn"]),
    }
    if let Some(name) = &codes.container_name {
        let pod = &spec.template.spec;
        let mut containers = pod.containers.iter().chain(&pod.init_containers);
        if !containers.any(|container| container.name == *name) {
            let detail = "must be one of the container or initContainer names in the pod template";
            errors.invalid(&path.child("containerName"), name, detail);
        }
    }
    let values = path.child("values");
    let shown = || -> Value {
        match codes.values.is_empty() {
            true => Value::Null,
            false => codes.values.iter().copied().collect(),
        }
    };
    if codes.values.is_empty() {
        errors.invalid(&values, shown(), "at least one value is required");
    } else if codes.values.len() > CODES_MAX {
        errors.too_many(&values, codes.values.len(), CODES_MAX);
    }
    for (i, value) in codes.values.iter().enumerate() {
        let at = values.index(i);
        if codes.operator == "In" && *value == 0 {
            errors.invalid(&at, *value, "must not be 0 for the In operator");
        }
        if codes.values[..i].contains(value) {
            errors.duplicate(&at, *value);
        }
    }
    if !codes.values.is_sorted() {
        errors.invalid(&values, shown(), "must be ordered");
    }
}
