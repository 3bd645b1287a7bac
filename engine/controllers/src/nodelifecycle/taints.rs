//! The taints that this controller puts on nodes and takes off.

use api::core::v1::{Node, Taint};
use apimachinery::{Str, Time};
use component_helpers::taints::{NO_EXECUTE, NO_SCHEDULE};

use super::conditions::status_of;

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Condition, its status, and the taint that keeps new pods away.
const BY_CONDITION: [(&str, &str, &str); 6] = [
    ("Ready", "False", NOT_READY),
    ("Ready", "Unknown", UNREACHABLE),
    (
        "MemoryPressure",
        "True",
        "node.kubernetes.io/memory-pressure",
    ),
    ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
    (
        "NetworkUnavailable",
        "True",
        "node.kubernetes.io/network-unavailable",
    ),
    ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"),
];

/// The `NoSchedule` taints that a node ought to have.
pub(super) fn no_schedule(node: &Node) -> Vec<&'static str> {
    let meets = |(type_, status, taint): &(&str, &str, &'static str)| {
        (status_of(node, type_) == *status).then_some(*taint)
    };
    let mut taints: Vec<&'static str> = BY_CONDITION.iter().filter_map(meets).collect();
    if node.spec.unschedulable {
        taints.push(UNSCHEDULABLE);
    }
    taints.sort_unstable();
    taints
}

fn is_own_no_schedule(taint: &Taint) -> bool {
    let known = BY_CONDITION.iter().any(|(_, _, key)| taint.key == *key);
    taint.effect == NO_SCHEDULE && (known || taint.key == UNSCHEDULABLE)
}

/// The `NoSchedule` taints of this controller that the node has.
pub(super) fn own_no_schedule(node: &Node) -> Vec<&str> {
    let own = node
        .spec
        .taints
        .iter()
        .filter(|taint| is_own_no_schedule(taint));
    let mut keys: Vec<&str> = own.map(|taint| taint.key.as_str()).collect();
    keys.sort_unstable();
    keys
}

/// Puts exactly these `NoSchedule` taints on the node; those that stay keep their time, others stay untouched.
pub(super) fn replace_no_schedule(node: &mut Node, wanted: &[&str], now: Time) {
    let taints = &mut node.spec.taints;
    taints.retain(|taint| !is_own_no_schedule(taint) || wanted.contains(&taint.key.as_str()));
    for key in wanted {
        let there = taints
            .iter()
            .any(|t| t.key == *key && t.effect == NO_SCHEDULE);
        if !there {
            taints.push(Taint {
                key: (*key).into(),
                effect: NO_SCHEDULE.into(),
                time_added: Some(now),
                ..Taint::default()
            });
        }
    }
}

fn is_own_no_execute(taint: &Taint) -> bool {
    taint.effect == NO_EXECUTE && (taint.key == NOT_READY || taint.key == UNREACHABLE)
}

/// The `NoExecute` taint of this controller that the node has.
pub(super) fn own_no_execute(node: &Node) -> Option<Str> {
    let own = node
        .spec
        .taints
        .iter()
        .find(|taint| is_own_no_execute(taint));
    own.map(|taint| taint.key.clone())
}

/// The `NoExecute` taint that a node with that readiness ought to have.
pub(super) fn no_execute(ready: &str) -> Option<&'static str> {
    match ready {
        "True" => None,
        "Unknown" => Some(UNREACHABLE),
        _ => Some(NOT_READY),
    }
}

/// Puts this `NoExecute` taint on the node, or none.
pub(super) fn replace_no_execute(node: &mut Node, wanted: Option<&str>, now: Time) {
    let taints = &mut node.spec.taints;
    taints.retain(|taint| !is_own_no_execute(taint) || wanted == Some(taint.key.as_str()));
    if let Some(key) = wanted
        && !taints.iter().any(is_own_no_execute)
    {
        taints.push(Taint {
            key: key.into(),
            effect: NO_EXECUTE.into(),
            time_added: Some(now),
            ..Taint::default()
        });
    }
}
