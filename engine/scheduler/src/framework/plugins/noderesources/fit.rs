//! Refuses nodes without room for what the pod asks for, and prefers those with the most room left (`LeastAllocated`).

use std::borrow::Cow;

use component_helpers::resource::Resource;

use super::super::normalize::MAX_NODE_SCORE;
use crate::framework::events::{Interest, Subject};
use crate::framework::status::Reason;
use crate::framework::{
    Action, ClusterEvent, Code, Cycle, CycleState, EventResource, NodeInfo, NodeRef, Plugin,
    PodInfo, Points, Status,
};

/// The plugin.
pub struct Fit;

impl Plugin for Fit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }

    fn points(&self) -> Points {
        Points::FILTER.and(Points::SCORE)
    }

    fn filter(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        if fits(&pod.requests, node.info) {
            return Status::SUCCESS;
        }
        let (reasons, hopeless) = shortages(&pod.requests, node.info);
        let code = if hopeless {
            Code::UnschedulableAndUnresolvable
        } else {
            Code::Unschedulable
        };
        Status::with_reasons(code, reasons)
    }

    /// The share of CPU and of memory that would stay free, on average.
    fn score(&self, _: &Cycle<'_>, _: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> i64 {
        let (has, used) = (&node.info.allocatable, node.info.non_zero);
        let wants = pod.non_zero_of_containers;
        let shares = [
            free_share(has.milli_cpu, used.milli_cpu + wants.milli_cpu),
            free_share(has.memory, used.memory + wants.memory),
        ];
        let counted = i64::from(shares[0].is_some()) + i64::from(shares[1].is_some());
        match counted {
            0 => 0,
            counted => shares.iter().flatten().sum::<i64>() / counted,
        }
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(
                    EventResource::AssignedPod,
                    Action::DELETE.and(Action::UPDATE_SCALE_DOWN),
                ),
                Interest::new(EventResource::OwnPod, Action::UPDATE_SCALE_DOWN),
                Interest::new(
                    EventResource::Node,
                    Action::ADD.and(Action::UPDATE_ALLOCATABLE),
                ),
            ]
        }
    }

    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        match event.subject {
            Subject::AssignedPod(change) => {
                let before = change.old.as_ref().map(|pod| &pod.requests);
                let after = change.new.as_ref().map(|pod| &pod.requests);
                before.is_some_and(|before| frees(before, after, &pod.requests))
            }
            Subject::Node(change) => change.new.as_ref().is_some_and(|node| {
                let has = Resource::from_list(&node.status.allocatable);
                within(&pod.requests, &has) && has.allowed_pods > 0
            }),
            _ => true,
        }
    }
}

/// Per cent of `has` that is left when `used` is taken; nothing if there is none to begin with.
fn free_share(has: i64, used: i64) -> Option<i64> {
    match has {
        0 => None,
        has if used > has => Some(0),
        has => Some((has - used) * MAX_NODE_SCORE / has),
    }
}

fn has_pod_slot(node: &NodeInfo) -> bool {
    i64::try_from(node.pods.len()).is_ok_and(|pods| pods < node.allocatable.allowed_pods)
}

/// The common case, without building texts.
fn fits(wants: &Resource, node: &NodeInfo) -> bool {
    let (has, used) = (&node.allocatable, &node.requested);
    let short = |wants: i64, has: i64, used: i64| wants > 0 && wants > has - used;
    has_pod_slot(node)
        && !short(wants.milli_cpu, has.milli_cpu, used.milli_cpu)
        && !short(wants.memory, has.memory, used.memory)
        && !short(
            wants.ephemeral_storage,
            has.ephemeral_storage,
            used.ephemeral_storage,
        )
        && wants
            .scalar
            .iter()
            .all(|(name, wants)| !short(*wants, has.scalar(name), used.scalar(name)))
}

/// What there is too little of, and whether there would be too little even on the empty node.
fn shortages(wants: &Resource, node: &NodeInfo) -> (Vec<Reason>, bool) {
    let (has, used) = (&node.allocatable, &node.requested);
    let mut reasons: Vec<Reason> = Vec::new();
    let mut hopeless = false;
    let mut check = |reason: Reason, wants: i64, has: i64, used: i64| {
        if wants > 0 && wants > has - used {
            reasons.push(reason);
            hopeless |= wants > has;
        }
    };
    check(
        Cow::Borrowed("Insufficient cpu"),
        wants.milli_cpu,
        has.milli_cpu,
        used.milli_cpu,
    );
    check(
        Cow::Borrowed("Insufficient memory"),
        wants.memory,
        has.memory,
        used.memory,
    );
    check(
        Cow::Borrowed("Insufficient ephemeral-storage"),
        wants.ephemeral_storage,
        has.ephemeral_storage,
        used.ephemeral_storage,
    );
    for (name, wants) in &wants.scalar {
        let reason = Cow::Owned(format!("Insufficient {name}"));
        check(reason, *wants, has.scalar(name), used.scalar(name));
    }
    if !has_pod_slot(node) {
        reasons.insert(0, Cow::Borrowed("Too many pods"));
    }
    (reasons, hopeless)
}

fn within(wants: &Resource, has: &Resource) -> bool {
    wants.milli_cpu <= has.milli_cpu
        && wants.memory <= has.memory
        && wants.ephemeral_storage <= has.ephemeral_storage
        && wants
            .scalar
            .iter()
            .all(|(name, wants)| *wants <= has.scalar(name))
}

/// Whether a pod that asked for `before` and now asks for `after` (nothing if it is gone) leaves any of `wants`.
fn frees(before: &Resource, after: Option<&Resource>, wants: &Resource) -> bool {
    let Some(after) = after else {
        // A slot for a pod, if nothing else.
        return true;
    };
    (wants.milli_cpu > 0 && after.milli_cpu < before.milli_cpu)
        || (wants.memory > 0 && after.memory < before.memory)
        || (wants.ephemeral_storage > 0 && after.ephemeral_storage < before.ephemeral_storage)
        || wants
            .scalar
            .iter()
            .any(|(name, wants)| *wants > 0 && after.scalar(name) < before.scalar(name))
}
