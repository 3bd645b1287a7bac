//! The rules of where pods want to be.

use api::core::v1::{
    Affinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, Toleration,
    TopologySpreadConstraint, WeightedPodAffinityTerm,
};
use apimachinery::Str;
use apimachinery::meta::v1::LabelSelector;
use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain, is_label_value};

use crate::validation::NOT_POSITIVE;
use crate::validation::field::{Errors, Path};
use crate::validation::meta::validate_label_name;
use crate::validation::selectors::validate_label_selector;

/// Checks affinities to nodes and to other pods.
pub(super) fn validate_affinity(affinity: &Affinity, path: &Path<'_>, errors: &mut Errors) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    if let Some(node) = &affinity.node_affinity {
        let path = path.child("nodeAffinity");
        if let Some(selector) = &node.required_during_scheduling_ignored_during_execution {
            validate_node_selector(selector, &path.child(REQUIRED), errors);
        }
        let preferred = path.child(PREFERRED);
        for (i, term) in node
            .preferred_during_scheduling_ignored_during_execution
            .iter()
            .enumerate()
        {
            let path = preferred.index(i);
            validate_weight(term.weight, &path, errors);
            validate_node_selector_term(&term.preference, false, &path.child("preference"), errors);
        }
    }
    let pods = [
        (
            "podAffinity",
            affinity.pod_affinity.as_ref().map(|a| {
                (
                    &a.required_during_scheduling_ignored_during_execution,
                    &a.preferred_during_scheduling_ignored_during_execution,
                )
            }),
        ),
        (
            "podAntiAffinity",
            affinity.pod_anti_affinity.as_ref().map(|a| {
                (
                    &a.required_during_scheduling_ignored_during_execution,
                    &a.preferred_during_scheduling_ignored_during_execution,
                )
            }),
        ),
    ];
    for (field, (required, preferred)) in pods
        .into_iter()
        .filter_map(|(field, found)| Some((field, found?)))
    {
        let path = path.child(field);
        validate_pod_terms(required, &path.child(REQUIRED), errors);
        validate_weighted_terms(preferred, &path.child(PREFERRED), errors);
    }
}

fn validate_weight(weight: i32, path: &Path<'_>, errors: &mut Errors) {
    if !(1..=100).contains(&weight) {
        errors.invalid(&path.child("weight"), weight, "must be in the range 1-100");
    }
}

fn validate_pod_terms(terms: &[PodAffinityTerm], path: &Path<'_>, errors: &mut Errors) {
    for (i, term) in terms.iter().enumerate() {
        validate_pod_term(term, &path.index(i), errors);
    }
}

fn validate_weighted_terms(
    terms: &[WeightedPodAffinityTerm],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (i, term) in terms.iter().enumerate() {
        let path = path.index(i);
        validate_weight(term.weight, &path, errors);
        validate_pod_term(
            &term.pod_affinity_term,
            &path.child("podAffinityTerm"),
            errors,
        );
    }
}

fn validate_pod_term(term: &PodAffinityTerm, path: &Path<'_>, errors: &mut Errors) {
    if let Some(selector) = &term.label_selector {
        validate_label_selector(selector, &path.child("labelSelector"), errors);
    }
    if let Some(selector) = &term.namespace_selector {
        validate_label_selector(selector, &path.child("namespaceSelector"), errors);
    }
    for name in &term.namespaces {
        errors.invalid_each(&path.child("namespace"), name, is_dns1123_label(name));
    }
    let selector = term.label_selector.as_deref();
    validate_label_keys(
        &term.match_label_keys,
        &term.mismatch_label_keys,
        selector,
        path,
        errors,
    );
    if term.topology_key.is_empty() {
        errors.required(&path.child("topologyKey"), "can not be empty");
    }
    validate_label_name(&term.topology_key, &path.child("topologyKey"), errors);
}

/// Checks the keys whose values are taken from the pod itself.
fn validate_label_keys(
    matching: &[Str],
    mismatching: &[Str],
    selector: Option<&LabelSelector>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (field, keys) in [
        ("matchLabelKeys", matching),
        ("mismatchLabelKeys", mismatching),
    ] {
        let path = path.child(field);
        if !keys.is_empty() && selector.is_none() {
            errors.forbidden(&path, "must not be specified when labelSelector is not set");
            continue;
        }
        for (i, key) in keys.iter().enumerate() {
            validate_label_name(key, &path.index(i), errors);
        }
    }
    if let Some(selector) = selector {
        // The server itself has merged one expression for every key; a second one is the user's.
        let mut seen: Vec<&Str> = selector.match_labels.keys().collect();
        for requirement in &selector.match_expressions {
            let key = &requirement.key;
            if let Some(i) = matching.iter().position(|other| other == key)
                && seen.contains(&key)
            {
                errors.invalid(
                    &path.index(i),
                    key,
                    "exists in both matchLabelKeys and labelSelector",
                );
            }
            seen.push(key);
        }
    }
    for (i, key) in matching
        .iter()
        .enumerate()
        .filter(|(_, key)| mismatching.contains(key))
    {
        let keys = path.child("matchLabelKeys");
        errors.invalid(
            &keys.index(i),
            key,
            "exists in both matchLabelKeys and mismatchLabelKeys",
        );
    }
}

/// Checks a selector of nodes that must hold.
pub(crate) fn validate_node_selector(
    selector: &NodeSelector,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let terms = path.child("nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        errors.required(&terms, "must have at least one node selector term");
        return;
    }
    for (i, term) in selector.node_selector_terms.iter().enumerate() {
        validate_node_selector_term(term, true, &terms.index(i), errors);
    }
}

fn validate_node_selector_term(
    term: &NodeSelectorTerm,
    values: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let expressions = path.child("matchExpressions");
    for (i, requirement) in term.match_expressions.iter().enumerate() {
        validate_requirement(requirement, values, &expressions.index(i), errors);
    }
    let fields = path.child("matchFields");
    for (i, requirement) in term.match_fields.iter().enumerate() {
        validate_field_requirement(requirement, &fields.index(i), errors);
    }
}

fn validate_requirement(
    requirement: &NodeSelectorRequirement,
    values: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let values_path = path.child("values");
    let count = requirement.values.len();
    match requirement.operator.as_str() {
        "In" | "NotIn" if count == 0 => {
            errors.required(
                &values_path,
                "must be specified when `operator` is 'In' or 'NotIn'",
            );
        }
        "Exists" | "DoesNotExist" if count > 0 => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.forbidden(&values_path, detail);
        }
        "Gt" | "Lt" if count != 1 => {
            errors.required(
                &values_path,
                "must be specified single value when `operator` is 'Lt' or 'Gt'",
            );
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => errors.invalid(
            &path.child("operator"),
            other,
            "not a valid selector operator",
        ),
    }
    validate_label_name(&requirement.key, &path.child("key"), errors);
    if values {
        for (i, value) in requirement.values.iter().enumerate() {
            errors.invalid_each(&values_path.index(i), value, is_label_value(value));
        }
    }
}

fn validate_field_requirement(
    requirement: &NodeSelectorRequirement,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let values = path.child("values");
    match requirement.operator.as_str() {
        "In" | "NotIn" => {
            if requirement.values.len() != 1 {
                let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                errors.required(&values, detail);
            }
        }
        other => errors.invalid(
            &path.child("operator"),
            other,
            "not a valid selector operator",
        ),
    }
    if requirement.key == "metadata.name" {
        for (i, value) in requirement.values.iter().enumerate() {
            errors.invalid_each(&values.index(i), value, is_dns1123_subdomain(value));
        }
    } else {
        errors.invalid(
            &path.child("key"),
            &requirement.key,
            "not a valid field selector key",
        );
    }
}

/// Checks how evenly pods want to be spread.
pub(super) fn validate_spread(
    constraints: &[TopologySpreadConstraint],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (i, constraint) in constraints.iter().enumerate() {
        let path = path.index(i);
        if constraint.max_skew <= 0 {
            errors.invalid(&path.child("maxSkew"), constraint.max_skew, NOT_POSITIVE);
        }
        if constraint.topology_key.is_empty() {
            errors.required(&path.child("topologyKey"), "can not be empty");
        }
        let action = constraint.when_unsatisfiable.as_str();
        if !matches!(action, "DoNotSchedule" | "ScheduleAnyway") {
            let known = ["DoNotSchedule", "ScheduleAnyway"];
            errors.not_supported(&path.child("whenUnsatisfiable"), action, &known);
        }
        let same = |other: &TopologySpreadConstraint| {
            other.topology_key == constraint.topology_key && other.when_unsatisfiable == action
        };
        if constraints[i + 1..].iter().any(same) {
            let shown = format!("{{{}, {action}}}", constraint.topology_key);
            errors.duplicate(&path.child("{topologyKey, whenUnsatisfiable}"), shown);
        }
        if let Some(domains) = constraint.min_domains {
            let path = path.child("minDomains");
            if domains <= 0 {
                errors.invalid(&path, domains, NOT_POSITIVE);
            }
            if action != "DoNotSchedule" {
                let detail = format!(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
                );
                errors.invalid(&path, domains, detail);
            }
        }
        for (field, policy) in [
            ("nodeAffinityPolicy", &constraint.node_affinity_policy),
            ("nodeTaintsPolicy", &constraint.node_taints_policy),
        ] {
            if let Some(policy) = policy
                && !matches!(policy.as_str(), "Honor" | "Ignore")
            {
                errors.not_supported(&path.child(field), policy, &["Honor", "Ignore"]);
            }
        }
        let selector = constraint.label_selector.as_deref();
        validate_label_keys(&constraint.match_label_keys, &[], selector, &path, errors);
        if let Some(selector) = selector {
            validate_label_selector(selector, &path.child("labelSelector"), errors);
        }
    }
}

/// Checks which taints a pod bears.
pub(crate) fn validate_tolerations(
    tolerations: &[Toleration],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (i, toleration) in tolerations.iter().enumerate() {
        let path = path.index(i);
        let operator = path.child("operator");
        if !toleration.key.is_empty() {
            validate_label_name(&toleration.key, &path.child("key"), errors);
        } else if toleration.operator != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.invalid(&operator, &toleration.operator, detail);
        }
        if toleration.toleration_seconds.is_some() && toleration.effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&path.child("effect"), &toleration.effect, detail);
        }
        match toleration.operator.as_str() {
            "Equal" | "" => {
                let complaints = is_label_value(&toleration.value);
                if !complaints.is_empty() {
                    errors.invalid(&operator, &toleration.value, complaints.join(";"));
                }
            }
            "Exists" => {
                if !toleration.value.is_empty() {
                    let detail = "value must be empty when `operator` is 'Exists'";
                    errors.invalid(&operator, &toleration.value, detail);
                }
            }
            other => errors.not_supported(&operator, other, &["Equal", "Exists"]),
        }
        let known = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        if !toleration.effect.is_empty() && !known.contains(&toleration.effect.as_str()) {
            errors.not_supported(&path.child("effect"), &toleration.effect, &known);
        }
    }
}
