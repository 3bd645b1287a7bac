//! Events about the node itself.

use api::core::v1::{NodeCondition, NodeStatus, ObjectReference};

use crate::kubelet::Kubelet;

/// For a condition: the reasons of the events when it is true and when it is not.
const REASONS: [(&str, &str, &str); 4] = [
    (
        "MemoryPressure",
        "NodeHasInsufficientMemory",
        "NodeHasSufficientMemory",
    ),
    (
        "DiskPressure",
        "NodeHasDiskPressure",
        "NodeHasNoDiskPressure",
    ),
    (
        "PIDPressure",
        "NodeHasInsufficientPID",
        "NodeHasSufficientPID",
    ),
    ("Ready", "NodeReady", "NodeNotReady"),
];

impl Kubelet {
    /// Says something about the node. Upstream takes the node's name for its UID.
    pub(crate) fn node_event(&self, type_: &str, reason: &str, message: &str) {
        let name: apimachinery::Str = self.config().node.as_ref().into();
        let about = ObjectReference {
            kind: "Node".into(),
            api_version: "v1".into(),
            uid: name.clone(),
            name,
            ..ObjectReference::default()
        };
        self.event(&about, type_, reason, message);
    }

    /// Tells of conditions that are not what they were.
    pub(crate) fn tell_condition_events(&self, old: &NodeStatus, new: &NodeStatus) {
        let name = &self.config().node;
        let find = |status: &NodeStatus, type_: &str| -> Option<NodeCondition> {
            let mut all = status.conditions.iter();
            all.find(|known| known.type_ == type_).cloned()
        };
        for (type_, if_true, if_false) in REASONS {
            let (Some(before), Some(after)) = (find(old, type_), find(new, type_)) else {
                continue;
            };
            // A new node becomes ready an hour before anybody looks; the event would be gone by then.
            let warmed_up = type_ == "Ready" && before.status == "False";
            if before.status != after.status && !warmed_up {
                let reason = if after.status == "True" {
                    if_true
                } else {
                    if_false
                };
                let message = format!("Node {name} status is now: {reason}");
                self.node_event("Normal", reason, &message);
            }
        }
    }
}
