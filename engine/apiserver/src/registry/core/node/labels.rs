//! Labels of nodes that are not used any more, wherever something selects nodes by them. Kubernetes' room for this is
//! `pkg/api/node/util.go`.

use api::core::v1::NodeSelectorTerm;
use apimachinery::meta::v1::LabelSelector;

use crate::validation::field::Path;

const DEPRECATED: [(&str, &str); 5] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
];

/// What to say about a label, if it is one of them.
pub(crate) fn deprecation(label: &str) -> Option<&'static str> {
    let mut known = DEPRECATED.iter();
    known
        .find(|(name, _)| *name == label)
        .map(|(_, message)| *message)
}

/// Warns of labels in a term of a selector of nodes.
pub(crate) fn warn_of_term(term: &NodeSelectorTerm, path: &Path<'_>, out: &mut Vec<String>) {
    let list = path.child("matchExpressions");
    for (i, expression) in term.match_expressions.iter().enumerate() {
        warn_of_key(&expression.key, &list.index(i).child("key"), out);
    }
}

/// Warns of labels in a selector of labels that is meant for nodes.
pub(crate) fn warn_of_selector(selector: &LabelSelector, path: &Path<'_>, out: &mut Vec<String>) {
    let list = path.child("matchExpressions");
    for (i, expression) in selector.match_expressions.iter().enumerate() {
        warn_of_key(&expression.key, &list.index(i).child("key"), out);
    }
    let labels = path.child("matchLabels");
    for label in selector.match_labels.keys() {
        if let Some(message) = deprecation(label) {
            out.push(format!("{}: {message}", labels.child(label)));
        }
    }
}

/// Warns of a key that stands at a path of its own.
pub(crate) fn warn_of_key(key: &str, path: &Path<'_>, out: &mut Vec<String>) {
    if let Some(message) = deprecation(key) {
        out.push(format!("{path}: {key} is {message}"));
    }
}
