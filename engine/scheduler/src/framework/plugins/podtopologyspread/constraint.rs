//! A spread constraint, ready to be evaluated.

use api::core::v1::TopologySpreadConstraint;
use apimachinery::Str;
use apimachinery::labels::{Operator, Requirement, Selector};
use component_helpers::{selector, taints};

use crate::framework::{NodeInfo, Objects, PodInfo};

/// The label that tells hosts apart.
pub(super) const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// A constraint with its defaults filled in.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    pub(super) max_skew: i64,
    pub(super) topology_key: Str,
    pub(super) selector: Selector,
    pub(super) min_domains: i64,
    /// Leave out nodes that the pod's node affinity leaves out.
    honor_affinity: bool,
    /// Leave out nodes with taints that the pod does not tolerate.
    honor_taints: bool,
}

impl Constraint {
    fn new(constraint: &TopologySpreadConstraint, pod: &PodInfo) -> Self {
        let selector = Selector::from_label_selector(constraint.label_selector.as_deref())
            .unwrap_or_else(|_| Selector::nothing());
        let same = constraint.match_label_keys.iter().filter_map(|key| {
            Some(Requirement {
                key: key.clone(),
                operator: Operator::In,
                values: vec![pod.labels().get(key.as_str())?.clone()],
            })
        });
        let policy = |policy: &Option<Str>, default: bool| {
            policy
                .as_deref()
                .map_or(default, |policy| policy == "Honor")
        };
        Self {
            max_skew: i64::from(constraint.max_skew),
            topology_key: constraint.topology_key.clone(),
            selector: selector.with(same),
            min_domains: i64::from(constraint.min_domains.unwrap_or(1)),
            honor_affinity: policy(&constraint.node_affinity_policy, true),
            honor_taints: policy(&constraint.node_taints_policy, false),
        }
    }

    fn default_for(topology_key: &str, max_skew: i64, selector: &Selector) -> Self {
        Self {
            max_skew,
            topology_key: topology_key.into(),
            selector: selector.clone(),
            min_domains: 1,
            honor_affinity: true,
            honor_taints: false,
        }
    }

    /// Whether the pods of a node count.
    pub(super) fn includes(&self, pod: &PodInfo, node: &NodeInfo) -> bool {
        let Some(node) = &node.node else { return false };
        if self.honor_affinity && !selector::required_affinity_matches(&pod.pod, node) {
            return false;
        }
        let effects = [taints::NO_SCHEDULE, taints::NO_EXECUTE];
        let tolerations = &pod.pod.spec.tolerations;
        !self.honor_taints
            || taints::first_untolerated(&node.spec.taints, tolerations, &effects).is_none()
    }
}

/// The pod's constraints that must hold.
pub(super) fn hard(pod: &PodInfo) -> Vec<Constraint> {
    own(pod, "DoNotSchedule")
}

fn own(pod: &PodInfo, when_unsatisfiable: &str) -> Vec<Constraint> {
    let all = &pod.pod.spec.topology_spread_constraints;
    let chosen = all
        .iter()
        .filter(|c| c.when_unsatisfiable == when_unsatisfiable);
    chosen.map(|c| Constraint::new(c, pod)).collect()
}

/// The constraints that had better hold; `true` if they are the pod's own and not the default ones.
pub(super) fn soft(pod: &PodInfo, objects: &Objects) -> (Vec<Constraint>, bool) {
    if !pod.pod.spec.topology_spread_constraints.is_empty() {
        return (own(pod, "ScheduleAnyway"), true);
    }
    let selector = default_selector(pod, objects);
    if selector.is_empty() {
        return (Vec::new(), false);
    }
    let constraints = vec![
        Constraint::default_for(HOSTNAME, 3, &selector),
        Constraint::default_for(ZONE, 5, &selector),
    ];
    (constraints, false)
}

/// Which pods are of the pod's kind: those of its services and of its controller.
fn default_selector(pod: &PodInfo, objects: &Objects) -> Selector {
    let namespace = &pod.key.namespace;
    let mut labels = apimachinery::labels::Labels::new();
    for service in objects.services.in_namespace(namespace) {
        let wanted = &service.spec.selector;
        if !wanted.is_empty() && Selector::from_set(wanted).matches(pod.labels()) {
            labels.extend(
                wanted
                    .iter()
                    .map(|(key, value)| (key.clone(), value.clone())),
            );
        }
    }
    let Some(owner) = pod.pod.metadata.controller() else {
        return Selector::from_set(&labels);
    };
    let of_workload = match (owner.api_version.as_str(), owner.kind.as_str()) {
        ("v1", "ReplicationController") => {
            if let Some(rc) = objects.replication_controllers.get(namespace, &owner.name) {
                let wanted = rc.spec.selector.iter();
                labels.extend(wanted.map(|(key, value)| (key.clone(), value.clone())));
            }
            None
        }
        ("apps/v1", "ReplicaSet") => {
            let set = objects.replica_sets.get(namespace, &owner.name);
            set.and_then(|set| set.spec.selector.clone())
        }
        ("apps/v1", "StatefulSet") => {
            let set = objects.stateful_sets.get(namespace, &owner.name);
            set.and_then(|set| set.spec.selector.clone())
        }
        _ => None,
    };
    let selector = Selector::from_set(&labels);
    let more = Selector::from_label_selector(of_workload.as_deref());
    match more.as_ref().ok().and_then(Selector::requirements) {
        Some(requirements) => selector.with(requirements.iter().cloned()),
        None => selector,
    }
}
