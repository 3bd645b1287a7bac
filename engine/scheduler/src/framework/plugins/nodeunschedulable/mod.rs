//! Refuses nodes that were cordoned, unless the pod tolerates it.

use api::core::v1::Taint;
use component_helpers::taints;

use crate::framework::events::{Interest, Subject};
use crate::framework::{
    Action, ClusterEvent, Cycle, CycleState, EventResource, NodeRef, Plugin, PodInfo, Points,
    Status,
};

/// The plugin.
pub struct NodeUnschedulable;

/// The taint that a cordoned node has as far as tolerations are concerned.
const TAINT: &str = "node.kubernetes.io/unschedulable";

fn tolerated(pod: &PodInfo) -> bool {
    let taint = Taint {
        key: TAINT.into(),
        effect: taints::NO_SCHEDULE.into(),
        ..Taint::default()
    };
    taints::tolerated(&pod.pod.spec.tolerations, &taint)
}

impl Plugin for NodeUnschedulable {
    fn name(&self) -> &'static str {
        "NodeUnschedulable"
    }

    fn points(&self) -> Points {
        Points::FILTER
    }

    fn filter(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        match &node.info.node {
            None => Status::unresolvable("node(s) had unknown conditions"),
            Some(node) if node.spec.unschedulable && !tolerated(pod) => {
                Status::unresolvable("node(s) were unschedulable")
            }
            Some(_) => Status::SUCCESS,
        }
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
        match event.subject {
            Subject::Node(change) => {
                let cordoned = |node: &Option<std::rc::Rc<api::core::v1::Node>>| {
                    node.as_ref().is_some_and(|node| node.spec.unschedulable)
                };
                !cordoned(&change.new) && (change.old.is_none() || cordoned(&change.old))
            }
            Subject::OwnPod(_) => tolerated(pod),
            _ => true,
        }
    }
}
