//! Refuses all nodes but the one that the pod names.

use crate::framework::events::Interest;
use crate::framework::{
    Action, Cycle, CycleState, EventResource, NodeRef, Plugin, PodInfo, Points, Status,
};

/// The plugin.
pub struct NodeName;

impl Plugin for NodeName {
    fn name(&self) -> &'static str {
        "NodeName"
    }

    fn points(&self) -> Points {
        Points::FILTER
    }

    fn filter(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        let wanted = &pod.pod.spec.node_name;
        if wanted.is_empty() || *wanted == node.info.name {
            Status::SUCCESS
        } else {
            Status::unresolvable("node(s) didn't match the requested node name")
        }
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[Interest::new(
                EventResource::Node,
                Action::ADD.and(Action::UPDATE_LABELS),
            )]
        }
    }
}
