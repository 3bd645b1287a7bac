//! Refuses nodes with taints that the pod does not tolerate, and prefers those without soft ones.

use api::core::v1::Toleration;
use component_helpers::taints::{self, NO_EXECUTE, NO_SCHEDULE, PREFER_NO_SCHEDULE};

use super::normalize::default_normalize;
use crate::framework::events::{Interest, Subject};
use crate::framework::{
    Action, ClusterEvent, Cycle, CycleState, EventResource, NodeIndex, NodeRef, Plugin, PodInfo,
    Points, Status,
};

/// The plugin.
pub struct TaintToleration;

/// The pod's tolerations that cover soft taints.
struct SoftTolerations(Vec<Toleration>);

fn untolerated(pod: &PodInfo, node: &api::core::v1::Node) -> bool {
    let effects = [NO_SCHEDULE, NO_EXECUTE];
    taints::first_untolerated(&node.spec.taints, &pod.pod.spec.tolerations, &effects).is_some()
}

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }

    fn points(&self) -> Points {
        Points::FILTER.and(Points::PRE_SCORE).and(Points::SCORE)
    }

    fn filter(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        match &node.info.node {
            Some(node) if untolerated(pod, node) => {
                Status::unresolvable("node(s) had untolerated taint(s)")
            }
            _ => Status::SUCCESS,
        }
    }

    fn pre_score(
        &self,
        _: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        _: &[NodeIndex],
    ) -> Status {
        let covers_soft = |t: &&Toleration| t.effect.is_empty() || t.effect == PREFER_NO_SCHEDULE;
        let tolerations = pod.pod.spec.tolerations.iter().filter(covers_soft);
        state.write(SoftTolerations(tolerations.cloned().collect()));
        Status::SUCCESS
    }

    /// How many soft taints the pod does not tolerate.
    fn score(&self, _: &Cycle<'_>, state: &CycleState, _: &PodInfo, node: NodeRef<'_>) -> i64 {
        let (Some(SoftTolerations(tolerations)), Some(node)) = (state.read(), &node.info.node)
        else {
            return 0;
        };
        let soft = |taint: &&api::core::v1::Taint| {
            taint.effect == PREFER_NO_SCHEDULE && !taints::tolerated(tolerations, taint)
        };
        i64::try_from(node.spec.taints.iter().filter(soft).count()).unwrap_or(i64::MAX)
    }

    fn normalize(
        &self,
        _: &Cycle<'_>,
        _: &CycleState,
        _: &PodInfo,
        _: &[NodeIndex],
        scores: &mut [i64],
    ) {
        default_normalize(true, scores);
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(EventResource::Node, Action::ADD.and(Action::UPDATE_TAINTS)),
                Interest::new(EventResource::OwnPod, Action::UPDATE_TOLERATIONS),
            ]
        }
    }

    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        let Subject::Node(change) = event.subject else {
            return true;
        };
        let was = change
            .old
            .as_ref()
            .is_none_or(|node| untolerated(pod, node));
        let is = change
            .new
            .as_ref()
            .is_none_or(|node| untolerated(pod, node));
        was && !is
    }
}
