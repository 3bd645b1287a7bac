//! Keeps a pod out of the queue as long as it has scheduling gates.

use crate::framework::{
    Action, Code, EventResource, Plugin, PodInfo, Points, Status, events::Interest,
};

/// The plugin.
pub struct SchedulingGates;

impl Plugin for SchedulingGates {
    fn name(&self) -> &'static str {
        "SchedulingGates"
    }

    fn points(&self) -> Points {
        Points::PRE_ENQUEUE
    }

    fn pre_enqueue(&self, pod: &PodInfo) -> Status {
        let gates = &pod.pod.spec.scheduling_gates;
        if gates.is_empty() {
            return Status::SUCCESS;
        }
        let names: Vec<&str> = gates.iter().map(|gate| gate.name.as_str()).collect();
        let reason = format!("waiting for scheduling gates: [{}]", names.join(" "));
        Status::new(Code::UnschedulableAndUnresolvable, reason)
    }

    fn events(&self) -> &'static [Interest] {
        const { &[Interest::new(EventResource::OwnPod, Action::UPDATE_GATES)] }
    }
}
