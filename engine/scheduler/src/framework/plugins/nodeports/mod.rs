//! Refuses nodes on which a host port that the pod wants is taken.

use std::rc::Rc;

use crate::framework::events::{Interest, Subject};
use crate::framework::pod_info::HostPort;
use crate::framework::{
    Action, ClusterEvent, Cycle, CycleState, EventResource, NodeRef, Plugin, PodInfo, Points,
    PreFilter, Status,
};

/// The plugin.
pub struct NodePorts;

const ANY_ADDRESS: &str = "0.0.0.0";

fn collide(a: &HostPort, b: &HostPort) -> bool {
    a.port == b.port
        && a.protocol == b.protocol
        && (a.ip == b.ip || a.ip == ANY_ADDRESS || b.ip == ANY_ADDRESS)
}

fn any_collides(wanted: &[HostPort], used: &[HostPort]) -> bool {
    wanted
        .iter()
        .any(|port| used.iter().any(|other| collide(port, other)))
}

impl Plugin for NodePorts {
    fn name(&self) -> &'static str {
        "NodePorts"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER.and(Points::FILTER)
    }

    fn pre_filter(&self, _: &Cycle<'_>, _: &mut CycleState, pod: &Rc<PodInfo>) -> PreFilter {
        if pod.host_ports.is_empty() {
            return Status::SKIP.into();
        }
        PreFilter::default()
    }

    fn filter(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        if any_collides(&pod.host_ports, &node.info.used_ports) {
            Status::unschedulable("node(s) didn't have free ports for the requested pod ports")
        } else {
            Status::SUCCESS
        }
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(EventResource::AssignedPod, Action::DELETE),
                Interest::new(EventResource::Node, Action::ADD),
            ]
        }
    }

    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        let Subject::AssignedPod(change) = event.subject else {
            return true;
        };
        let gone = change.old.as_ref();
        gone.is_some_and(|gone| any_collides(&pod.host_ports, &gone.host_ports))
    }
}
