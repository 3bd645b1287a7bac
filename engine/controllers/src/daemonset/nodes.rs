//! Which nodes are to have a pod, and how a pod is tied to one.

use api::apps::v1::DaemonSet;
use api::core::v1::{
    Affinity, Node, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Pod,
    PodSpec, Toleration,
};
use apimachinery::{Shared, Str};
use component_helpers::selector;
use component_helpers::taints::{self, NO_EXECUTE, NO_SCHEDULE};

/// Whether a node is to have a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShouldRun {
    /// It is to have one.
    pub(super) run: bool,
    /// One that is there may stay.
    pub(super) stay: bool,
}

/// What every daemon pod tolerates: it belongs to the node, whatever state that is in.
const TOLERATED: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", NO_EXECUTE),
    ("node.kubernetes.io/unreachable", NO_EXECUTE),
    ("node.kubernetes.io/disk-pressure", NO_SCHEDULE),
    ("node.kubernetes.io/memory-pressure", NO_SCHEDULE),
    ("node.kubernetes.io/pid-pressure", NO_SCHEDULE),
    ("node.kubernetes.io/unschedulable", NO_SCHEDULE),
];
const NETWORK_UNAVAILABLE: &str = "node.kubernetes.io/network-unavailable";

/// Adds the tolerations of daemon pods to a spec.
pub(super) fn add_tolerations(spec: &mut PodSpec) {
    let network = spec
        .host_network
        .then_some((NETWORK_UNAVAILABLE, NO_SCHEDULE));
    for (key, effect) in TOLERATED.into_iter().chain(network) {
        let toleration = Toleration {
            key: key.into(),
            operator: "Exists".into(),
            effect: effect.into(),
            ..Toleration::default()
        };
        let same = |t: &Toleration| t.key == key && t.effect == effect && t.operator == "Exists";
        match spec.tolerations.iter_mut().find(|t| same(t)) {
            Some(there) => *there = toleration,
            None => spec.tolerations.push(toleration),
        }
    }
}

/// Which nodes are to have a pod of a set; made once for many nodes.
pub(super) struct Rule(Pod);

impl Rule {
    /// The rule of a set.
    pub(super) fn of(set: &DaemonSet) -> Self {
        let mut pod = Pod {
            spec: set.spec.template.spec.clone(),
            ..Pod::default()
        };
        add_tolerations(&mut pod.spec);
        Self(pod)
    }

    /// Whether the node is to have a pod of the set.
    pub(super) fn applies(&self, node: &Node) -> ShouldRun {
        const NO: ShouldRun = ShouldRun {
            run: false,
            stay: false,
        };
        let spec = &self.0.spec;
        let elsewhere = !spec.node_name.is_empty() && spec.node_name != node.metadata.name;
        if elsewhere || !selector::required_affinity_matches(&self.0, node) {
            return NO;
        }
        let untolerated = |effects: &[&str]| {
            taints::first_untolerated(&node.spec.taints, &spec.tolerations, effects).is_some()
        };
        if untolerated(&[NO_SCHEDULE, NO_EXECUTE]) {
            return ShouldRun {
                run: false,
                stay: !untolerated(&[NO_EXECUTE]),
            };
        }
        ShouldRun {
            run: true,
            stay: true,
        }
    }
}

/// Ties a pod to a node by an affinity that only this node meets: the scheduler does the rest.
pub(super) fn tie_to(spec: &mut PodSpec, node: &str) {
    let requirement = NodeSelectorRequirement {
        key: "metadata.name".into(),
        operator: "In".into(),
        values: vec![node.into()],
    };
    let affinity: &mut Shared<Affinity> = spec.affinity.get_or_insert_default();
    let affinity: &mut Shared<NodeAffinity> = affinity.node_affinity.get_or_insert_default();
    let selector = NodeSelector {
        node_selector_terms: vec![NodeSelectorTerm {
            match_fields: vec![requirement],
            ..NodeSelectorTerm::default()
        }],
    };
    // The node was found by the template's own affinity, so that has done its part.
    affinity.required_during_scheduling_ignored_during_execution = Some(selector.into());
}

/// The node that a daemon pod is on, or is tied to; empty if neither.
pub(super) fn target(pod: &Pod) -> Str {
    if !pod.spec.node_name.is_empty() {
        return pod.spec.node_name.clone();
    }
    let terms = selector::required_node_affinity(pod).map(|s| s.node_selector_terms.as_slice());
    let fields = terms
        .into_iter()
        .flatten()
        .flat_map(|term| &term.match_fields);
    let mut names = fields.filter(|f| f.key == "metadata.name" && f.operator == "In");
    names
        .find_map(|field| field.values.first().cloned())
        .unwrap_or_default()
}
