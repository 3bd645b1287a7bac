//! Brings pods near to others, or keeps them apart.
//!
//! Both directions count: what the pod says about the pods that are there, and what they say about it.

mod counts;
mod filtering;
mod scoring;

use std::rc::Rc;

use apimachinery::labels::Labels;

use crate::framework::events::{Interest, Subject};
use crate::framework::pod_info::AffinityTerm;
use crate::framework::{
    Action, ClusterEvent, Cycle, CycleState, EventResource, NodeIndex, NodeRef, Plugin, PodInfo,
    Points, PreFilter, Status,
};

/// The plugin.
pub struct InterPodAffinity;

/// The labels of the pod's namespace.
fn namespace_labels(cycle: &Cycle<'_>, pod: &PodInfo) -> Labels {
    let namespace = cycle.objects.namespaces.get("", &pod.key.namespace);
    namespace
        .map(|namespace| namespace.metadata.labels.clone())
        .unwrap_or_default()
}

impl Plugin for InterPodAffinity {
    fn name(&self) -> &'static str {
        "InterPodAffinity"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER
            .and(Points::FILTER)
            .and(Points::PRE_SCORE)
            .and(Points::SCORE)
    }

    fn pre_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &Rc<PodInfo>,
    ) -> PreFilter {
        let required = filtering::Required::count(cycle, pod);
        let nothing = required.is_nothing();
        state.write(required);
        if nothing {
            Status::SKIP.into()
        } else {
            PreFilter::default()
        }
    }

    fn add_pod(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        added: &PodInfo,
        node: NodeRef<'_>,
    ) {
        if let Some(required) = state.modify::<filtering::Required>() {
            required.update(cycle, pod, added, node, 1);
        }
    }

    fn remove_pod(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        removed: &PodInfo,
        node: NodeRef<'_>,
    ) {
        if let Some(required) = state.modify::<filtering::Required>() {
            required.update(cycle, pod, removed, node, -1);
        }
    }

    fn filter(
        &self,
        _: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        match state.read::<filtering::Required>() {
            None => Status::SUCCESS,
            Some(required) => required.check(pod, node),
        }
    }

    fn pre_score(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        _: &[NodeIndex],
    ) -> Status {
        match scoring::preferences(cycle, pod) {
            None => Status::SKIP,
            Some(preferences) => {
                state.write(preferences);
                Status::SUCCESS
            }
        }
    }

    fn score(&self, _: &Cycle<'_>, state: &CycleState, _: &PodInfo, node: NodeRef<'_>) -> i64 {
        let preferences = state.read::<scoring::Preferences>();
        preferences.map_or(0, |preferences| preferences.0.sum(node.index))
    }

    fn normalize(
        &self,
        _: &Cycle<'_>,
        _: &CycleState,
        _: &PodInfo,
        _: &[NodeIndex],
        scores: &mut [i64],
    ) {
        scoring::normalize(scores);
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(
                    EventResource::AssignedPod,
                    Action::ADD.and(Action::DELETE).and(Action::UPDATE_LABELS),
                ),
                Interest::new(EventResource::Node, Action::ADD.and(Action::UPDATE_LABELS)),
                Interest::new(EventResource::OwnPod, Action::UPDATE_LABELS),
            ]
        }
    }

    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        match event.subject {
            Subject::AssignedPod(change) => {
                let came = change.new.as_ref().is_some_and(|new| wants(pod, new));
                let had = change.old.as_ref().is_some_and(|old| wants(pod, old));
                let was_in_the_way = change.old.as_ref().is_some_and(|old| in_the_way(pod, old));
                let is_in_the_way = change.new.as_ref().is_some_and(|new| in_the_way(pod, new));
                (came && !had) || (was_in_the_way && !is_in_the_way)
            }
            Subject::Node(change) => {
                let Some(node) = &change.new else {
                    return false;
                };
                let Some(terms) = &pod.affinity else {
                    return true;
                };
                let has = |term: &AffinityTerm| {
                    node.metadata
                        .labels
                        .contains_key(term.topology_key.as_str())
                };
                terms.required.iter().any(has)
                    || !terms.required_anti.is_empty()
                    || terms.required.is_empty()
            }
            _ => true,
        }
    }
}

/// Whether `other` is one of those that `pod` has to be near to. Namespaces are not looked up here: an event too many
/// does no harm.
fn wants(pod: &PodInfo, other: &PodInfo) -> bool {
    let terms = pod.affinity.as_ref();
    terms.is_some_and(|terms| {
        !terms.required.is_empty()
            && terms
                .required
                .iter()
                .all(|term| term.selector.matches(other.labels()))
    })
}

/// Whether `other` keeps `pod` away, by its own terms or by the pod's.
fn in_the_way(pod: &PodInfo, other: &PodInfo) -> bool {
    let keeps = |from: &PodInfo, away: &PodInfo| {
        let terms = from.affinity.as_ref();
        terms.is_some_and(|terms| {
            terms
                .required_anti
                .iter()
                .any(|term| term.selector.matches(away.labels()))
        })
    };
    keeps(pod, other) || keeps(other, pod)
}
