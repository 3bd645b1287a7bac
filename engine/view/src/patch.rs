//! How the read model changes: patches, each the whole new value of one thing, or its end.
//!
//! A thing is small (a pod is some hundred bytes), so patches replace and never edit: applying one twice, or dropping
//! one that a later one overtakes, is harmless. The engine coalesces what happened during one slice of work to at
//! most one patch a thing. The page keeps the same shape in signals keyed by UID; [`ReadModel`] is the plain
//! form of it, for tests and for anyone without signals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ActiveFault, CommandView, EventView, NamespaceView, NodeView, PodView, RequestTrace};

/// One change of the read model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ViewPatch {
    /// Forget everything: the whole model follows (at boot, and after a restore).
    Reset,
    /// A node is new or has changed.
    Node(NodeView),
    /// The node of this UID is gone.
    NodeGone(String),
    /// A namespace is new or has changed.
    Namespace(NamespaceView),
    /// The namespace of this UID is gone.
    NamespaceGone(String),
    /// A pod is new or has changed.
    Pod(PodView),
    /// The pod of this UID is gone.
    PodGone(String),
    /// An event is new or was seen again.
    Event(EventView),
    /// The event of this UID has expired.
    EventGone(String),
    /// A command was entered, or has ended.
    Command(CommandView),
    /// All that is broken on purpose now.
    Faults(Vec<ActiveFault>),
    /// A request was made, or has been answered. The model does not keep it.
    Request(RequestTrace),
}

/// The read model in ordered maps, by UID (commands by id).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadModel {
    /// Nodes.
    pub nodes: BTreeMap<String, NodeView>,
    /// Namespaces.
    pub namespaces: BTreeMap<String, NamespaceView>,
    /// Pods.
    pub pods: BTreeMap<String, PodView>,
    /// Events.
    pub events: BTreeMap<String, EventView>,
    /// Commands.
    pub commands: BTreeMap<u64, CommandView>,
    /// What is broken on purpose, oldest first.
    pub faults: Vec<ActiveFault>,
}

impl ReadModel {
    /// Takes in one change.
    pub fn apply(&mut self, patch: ViewPatch) {
        match patch {
            ViewPatch::Reset => *self = ReadModel::default(),
            ViewPatch::Node(node) => drop(self.nodes.insert(node.uid.clone(), node)),
            ViewPatch::Faults(faults) => self.faults = faults,
            ViewPatch::NodeGone(uid) => drop(self.nodes.remove(&uid)),
            ViewPatch::Namespace(namespace) => {
                self.namespaces.insert(namespace.uid.clone(), namespace);
            }
            ViewPatch::NamespaceGone(uid) => drop(self.namespaces.remove(&uid)),
            ViewPatch::Pod(pod) => drop(self.pods.insert(pod.uid.clone(), pod)),
            ViewPatch::PodGone(uid) => drop(self.pods.remove(&uid)),
            ViewPatch::Event(event) => drop(self.events.insert(event.uid.clone(), event)),
            ViewPatch::EventGone(uid) => drop(self.events.remove(&uid)),
            ViewPatch::Command(command) => drop(self.commands.insert(command.id, command)),
            ViewPatch::Request(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(uid: &str, status: &str) -> PodView {
        PodView {
            uid: uid.into(),
            status: status.into(),
            ..PodView::default()
        }
    }

    #[test]
    fn a_patch_replaces_and_a_second_one_changes_nothing() {
        let mut model = ReadModel::default();
        model.apply(ViewPatch::Pod(pod("a", "Pending")));
        model.apply(ViewPatch::Pod(pod("a", "Running")));
        let once = model.clone();
        model.apply(ViewPatch::Pod(pod("a", "Running")));
        assert_eq!(model, once);
        assert_eq!(model.pods["a"].status, "Running");
        model.apply(ViewPatch::PodGone("a".into()));
        model.apply(ViewPatch::PodGone("a".into()));
        assert!(model.pods.is_empty());
    }

    #[test]
    fn reset_forgets() {
        let mut model = ReadModel::default();
        model.apply(ViewPatch::Pod(pod("a", "Pending")));
        model.apply(ViewPatch::Command(CommandView {
            id: 1,
            ..CommandView::default()
        }));
        model.apply(ViewPatch::Reset);
        assert_eq!(model, ReadModel::default());
    }
}
