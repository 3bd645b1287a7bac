//! Spreads pods evenly over zones, hosts and other domains.
//!
//! Hard constraints (`DoNotSchedule`) filter, soft ones (`ScheduleAnyway`) score. Pods without constraints of their own
//! that belong to a service or a controller get soft default ones over hosts and zones.

mod constraint;
mod filtering;
mod scoring;

use std::rc::Rc;

use self::constraint::Constraint;
use crate::framework::events::{Interest, Subject};
use crate::framework::{
    Action, ClusterEvent, Cycle, CycleState, EventResource, NodeIndex, NodeInfo, NodeRef, Plugin,
    PodInfo, Points, PreFilter, Snapshot, Status,
};

/// The plugin.
pub struct PodTopologySpread;

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        "PodTopologySpread"
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
        match filtering::Domains::count(cycle, pod) {
            None => Status::SKIP.into(),
            Some(domains) => {
                state.write(domains);
                PreFilter::default()
            }
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
        if let Some(domains) = state.modify::<filtering::Domains>() {
            domains.update(cycle, pod, added, node, 1);
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
        if let Some(domains) = state.modify::<filtering::Domains>() {
            domains.update(cycle, pod, removed, node, -1);
        }
    }

    fn filter(
        &self,
        _: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        match state.read::<filtering::Domains>() {
            None => Status::SUCCESS,
            Some(domains) => domains.check(pod, node),
        }
    }

    fn pre_score(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        nodes: &[NodeIndex],
    ) -> Status {
        match scoring::Counts::count(cycle, pod, nodes) {
            None => Status::SKIP,
            Some(counts) => {
                state.write(counts);
                Status::SUCCESS
            }
        }
    }

    fn score(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> i64 {
        let counts = state.read::<scoring::Counts>();
        counts.map_or(0, |counts| counts.score(cycle, pod, node))
    }

    fn normalize(
        &self,
        _: &Cycle<'_>,
        state: &CycleState,
        _: &PodInfo,
        nodes: &[NodeIndex],
        scores: &mut [i64],
    ) {
        if let Some(counts) = state.read::<scoring::Counts>() {
            counts.normalize(nodes, scores);
        }
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(
                    EventResource::AssignedPod,
                    Action::ADD.and(Action::DELETE).and(Action::UPDATE_LABELS),
                ),
                Interest::new(
                    EventResource::Node,
                    Action::ADD
                        .and(Action::DELETE)
                        .and(Action::UPDATE_LABELS)
                        .and(Action::UPDATE_TAINTS),
                ),
                Interest::new(
                    EventResource::OwnPod,
                    Action::UPDATE_LABELS.and(Action::UPDATE_TOLERATIONS),
                ),
            ]
        }
    }

    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        let constraints = constraint::hard(pod);
        match event.subject {
            Subject::AssignedPod(change) => {
                let counted = |other: &Rc<PodInfo>| {
                    other.key.namespace == pod.key.namespace
                        && constraints
                            .iter()
                            .any(|c| c.selector.matches(other.labels()))
                };
                let before = change.old.as_ref().is_some_and(counted);
                let after = change.new.as_ref().is_some_and(counted);
                match (&change.old, &change.new) {
                    // A label change matters if it changes what is counted.
                    (Some(_), Some(_)) => before != after,
                    _ => before || after,
                }
            }
            Subject::Node(change) => {
                let has_keys = |node: &Rc<api::core::v1::Node>| {
                    constraints
                        .iter()
                        .all(|c| node.metadata.labels.contains_key(c.topology_key.as_str()))
                };
                change.old.as_ref().is_some_and(has_keys)
                    || change.new.as_ref().is_some_and(has_keys)
            }
            _ => true,
        }
    }
}

/// How many pods on the node a constraint counts: those of the namespace that it selects and that are to stay.
fn count_pods(
    snapshot: &Snapshot,
    constraint: &Constraint,
    memo: &crate::framework::ClassMemo<bool>,
    namespace: &str,
    node: &NodeInfo,
) -> i64 {
    if constraint.selector.is_empty() {
        return 0;
    }
    let classes = snapshot.classes();
    let counted = node.classes.iter().filter(|count| {
        let selected = memo.get(classes, count.class, |class| {
            class.namespace == namespace && constraint.selector.matches(&class.labels)
        });
        selected == Some(true)
    });
    counted
        .map(|count| i64::from(count.total - count.terminating))
        .sum()
}
