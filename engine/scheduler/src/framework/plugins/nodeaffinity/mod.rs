//! Refuses nodes that the pod's nodeSelector or required node affinity leaves out, and prefers those it prefers.

use std::collections::BTreeSet;
use std::rc::Rc;

use api::core::v1::{NodeSelectorTerm, PreferredSchedulingTerm};
use apimachinery::Str;
use component_helpers::selector;

use super::normalize::default_normalize;
use crate::framework::events::{Interest, Subject};
use crate::framework::{
    Action, ClusterEvent, Cycle, CycleState, EventResource, NodeIndex, NodeRef, Plugin, PodInfo,
    Points, PreFilter, Status,
};

/// The plugin.
pub struct NodeAffinity;

const REASON: &str = "node(s) didn't match Pod's node affinity/selector";
const CONFLICT: &str = "pod affinity terms conflict";

impl Plugin for NodeAffinity {
    fn name(&self) -> &'static str {
        "NodeAffinity"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER
            .and(Points::FILTER)
            .and(Points::PRE_SCORE)
            .and(Points::SCORE)
    }

    fn pre_filter(&self, _: &Cycle<'_>, _: &mut CycleState, pod: &Rc<PodInfo>) -> PreFilter {
        let Some(required) = selector::required_node_affinity(&pod.pod) else {
            let nothing = pod.pod.spec.node_selector.is_empty();
            return if nothing {
                Status::SKIP.into()
            } else {
                PreFilter::default()
            };
        };
        // Terms are alternatives: nodes can be named beforehand only if every term names some.
        let mut all = BTreeSet::new();
        for term in &required.node_selector_terms {
            match named_nodes(term) {
                None => return PreFilter::default(),
                Some(names) => all.extend(names),
            }
        }
        if required.node_selector_terms.is_empty() {
            return PreFilter::default();
        }
        if all.is_empty() {
            return Status::unresolvable(CONFLICT).into();
        }
        PreFilter {
            status: Status::SUCCESS,
            nodes: Some(all),
        }
    }

    fn filter(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        match &node.info.node {
            Some(node) if selector::required_affinity_matches(&pod.pod, node) => Status::SUCCESS,
            _ => Status::unresolvable(REASON),
        }
    }

    fn pre_score(
        &self,
        _: &Cycle<'_>,
        _: &mut CycleState,
        pod: &PodInfo,
        _: &[NodeIndex],
    ) -> Status {
        if preferred(pod).is_empty() {
            Status::SKIP
        } else {
            Status::SUCCESS
        }
    }

    /// The weights of the preferred terms that the node meets.
    fn score(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> i64 {
        let Some(node) = &node.info.node else {
            return 0;
        };
        let met = preferred(pod)
            .iter()
            .filter(|term| selector::term_matches(&term.preference, node));
        met.map(|term| i64::from(term.weight)).sum()
    }

    fn normalize(
        &self,
        _: &Cycle<'_>,
        _: &CycleState,
        _: &PodInfo,
        _: &[NodeIndex],
        scores: &mut [i64],
    ) {
        default_normalize(false, scores);
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[Interest::new(
                EventResource::Node,
                Action::ADD.and(Action::UPDATE_LABELS),
            )]
        }
    }

    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        let Subject::Node(change) = event.subject else {
            return true;
        };
        let fits =
            |node: &Rc<api::core::v1::Node>| selector::required_affinity_matches(&pod.pod, node);
        !change.old.as_ref().is_some_and(fits) && change.new.as_ref().is_some_and(fits)
    }
}

fn preferred(pod: &PodInfo) -> &[PreferredSchedulingTerm] {
    let affinity = pod.pod.spec.affinity.as_ref();
    affinity
        .and_then(|affinity| affinity.node_affinity.as_ref())
        .map_or(&[], |affinity| {
            &affinity.preferred_during_scheduling_ignored_during_execution
        })
}

/// The nodes that a term names with `matchFields`; `None` if it names none.
fn named_nodes(term: &NodeSelectorTerm) -> Option<BTreeSet<Str>> {
    let mut names: Option<BTreeSet<Str>> = None;
    for field in &term.match_fields {
        if field.key == "metadata.name" && field.operator == "In" {
            let listed: BTreeSet<Str> = field.values.iter().cloned().collect();
            names = Some(match names {
                None => listed,
                Some(earlier) => earlier.intersection(&listed).cloned().collect(),
            });
        }
    }
    names
}
