//! Which nodes a pod's affinity allows (`component-helpers/scheduling/corev1/nodeaffinity`).

use api::core::v1::{Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod};
use apimachinery::{Map, Str};

/// Whether a node's labels meet one requirement.
fn meets(labels: &Map<Str, Str>, requirement: &NodeSelectorRequirement) -> bool {
    let value = labels.get(requirement.key.as_str());
    let listed = |value: &Str| requirement.values.contains(value);
    match requirement.operator.as_str() {
        "In" => value.is_some_and(listed),
        "NotIn" => !value.is_some_and(listed),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        operator @ ("Gt" | "Lt") => compares(value, requirement, operator),
        _ => false,
    }
}

fn compares(value: Option<&Str>, requirement: &NodeSelectorRequirement, operator: &str) -> bool {
    let number = value.and_then(|v| v.parse::<i64>().ok());
    let limit = requirement
        .values
        .first()
        .and_then(|v| v.parse::<i64>().ok());
    match (number, limit) {
        (Some(number), Some(limit)) if operator == "Gt" => number > limit,
        (Some(number), Some(limit)) => number < limit,
        _ => false,
    }
}

/// Whether a node's fields (its name is the only one) meet one requirement.
fn meets_field(node: &Node, requirement: &NodeSelectorRequirement) -> bool {
    let listed = requirement.values.contains(&node.metadata.name);
    match (requirement.key.as_str(), requirement.operator.as_str()) {
        ("metadata.name", "In") => listed,
        ("metadata.name", "NotIn") => !listed,
        _ => false,
    }
}

/// Whether a node meets a term: all of its requirements. An empty term meets nothing.
pub fn term_matches(term: &NodeSelectorTerm, node: &Node) -> bool {
    let empty = term.match_expressions.is_empty() && term.match_fields.is_empty();
    !empty
        && term
            .match_expressions
            .iter()
            .all(|r| meets(&node.metadata.labels, r))
        && term.match_fields.iter().all(|r| meets_field(node, r))
}

/// Whether a node meets any term of a selector.
pub fn selector_matches(selector: &NodeSelector, node: &Node) -> bool {
    selector
        .node_selector_terms
        .iter()
        .any(|term| term_matches(term, node))
}

/// Whether the pod's `nodeSelector` and required node affinity allow the node.
pub fn required_affinity_matches(pod: &Pod, node: &Node) -> bool {
    let labels = &node.metadata.labels;
    let selected = pod
        .spec
        .node_selector
        .iter()
        .all(|(key, value)| labels.get(key.as_str()) == Some(value));
    selected && required_node_affinity(pod).is_none_or(|selector| selector_matches(selector, node))
}

/// The pod's required node affinity.
pub fn required_node_affinity(pod: &Pod) -> Option<&NodeSelector> {
    let affinity = pod.spec.affinity.as_ref()?.node_affinity.as_ref()?;
    affinity
        .required_during_scheduling_ignored_during_execution
        .as_deref()
}
