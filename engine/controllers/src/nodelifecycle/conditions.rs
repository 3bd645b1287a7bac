//! The conditions of a node as this controller sees and sets them.

use api::core::v1::{Node, NodeCondition, NodeStatus};
use apimachinery::{Str, Time};

/// The conditions that become unknown when a kubelet falls silent.
const FROM_KUBELET: [&str; 4] = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/// The status of the `Ready` condition; empty if there is none.
pub(super) fn ready(node: &Node) -> Str {
    status_of(node, "Ready")
}

/// The status of a condition; empty if there is none.
pub(super) fn status_of(node: &Node, type_: &str) -> Str {
    let found = node.status.conditions.iter().find(|c| c.type_ == type_);
    found.map(|c| c.status.clone()).unwrap_or_default()
}

/// Whether something is still claimed to be known.
pub(super) fn needs_unknown(node: &Node) -> bool {
    FROM_KUBELET
        .iter()
        .any(|type_| status_of(node, type_) != "Unknown")
}

/// Nothing is known of the node any more.
pub(super) fn set_unknown(status: &mut NodeStatus, now: Time) {
    for type_ in FROM_KUBELET {
        match status.conditions.iter_mut().find(|c| c.type_ == type_) {
            None => status.conditions.push(NodeCondition {
                type_: type_.into(),
                status: "Unknown".into(),
                reason: "NodeStatusNeverUpdated".into(),
                message: "Kubelet never posted node status.".into(),
                last_heartbeat_time: now,
                last_transition_time: now,
            }),
            Some(condition) if condition.status != "Unknown" => {
                condition.status = "Unknown".into();
                condition.reason = "NodeStatusUnknown".into();
                condition.message = "Kubelet stopped posting node status.".into();
                condition.last_transition_time = now;
            }
            Some(_) => (),
        }
    }
}
