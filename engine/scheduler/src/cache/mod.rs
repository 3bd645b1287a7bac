//! What the scheduler knows of nodes and pods (`backend/cache`).
//!
//! Pods count as soon as the scheduler has decided about them ("assumed"), not only when the API says so; so the next
//! cycle sees the room that is left. The cache is the snapshot that cycles work on, see [`Snapshot`].

mod images;
mod node_tree;

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Node;
use apimachinery::Str;
use client::NamespacedName;

use crate::framework::{NodeIndex, NodeInfo, PodInfo, Snapshot};
use node_tree::NodeTree;

/// Nodes with their pods.
#[derive(Default)]
pub struct Cache {
    snapshot: Snapshot,
    tree: NodeTree,
    order_is_stale: bool,
    /// The pods that are in the snapshot, with their nodes.
    pods: BTreeMap<NamespacedName, Placed>,
}

struct Placed {
    pod: Rc<PodInfo>,
    node: Str,
    assumed: bool,
}

impl Cache {
    /// The nodes and pods as they are now.
    pub fn snapshot(&mut self) -> &Snapshot {
        if self.order_is_stale {
            let by_name = &self.snapshot.by_name;
            let order = self
                .tree
                .interleaved()
                .filter_map(|name| by_name.get(name).copied());
            self.snapshot.order = order.collect();
            self.order_is_stale = false;
        }
        &self.snapshot
    }

    /// A node is new, or has changed.
    pub fn set_node(&mut self, node: Rc<Node>) {
        let index = self.index_of(&node.metadata.name);
        self.update_images(index, &node);
        let Some(info) = self.snapshot.slots[index.0].as_mut() else {
            return;
        };
        let labels_changed = match &info.node {
            None => true,
            Some(old) => old.metadata.labels != node.metadata.labels,
        };
        if labels_changed {
            if let Some(old) = &info.node {
                self.tree.remove(old);
            }
            self.tree.add(&node);
            self.order_is_stale = true;
        }
        info.set_node(node);
        if labels_changed {
            self.snapshot.labels_changed();
        }
    }

    /// A node is gone. Its pods stay known until they are gone, too.
    pub fn remove_node(&mut self, node: &Node) {
        let Some(index) = self.snapshot.by_name.get(&node.metadata.name).copied() else {
            return;
        };
        self.forget_images(index);
        if let Some(info) = self.snapshot.slots[index.0].as_mut()
            && let Some(old) = info.node.take()
        {
            self.tree.remove(&old);
        }
        self.order_is_stale = true;
        self.snapshot.labels_changed();
        self.drop_if_unused(index);
    }

    /// The scheduler has decided that the pod goes to the node.
    pub fn assume(&mut self, pod: Rc<PodInfo>, node: &Str) {
        self.place(pod, node.clone(), true);
    }

    /// The API says that the pod is on a node, or that it has changed there.
    pub fn set_pod(&mut self, pod: Rc<PodInfo>) {
        let node = pod.pod.spec.node_name.clone();
        if !self.refresh(&pod, &node) {
            self.place(pod, node, false);
        }
    }

    /// Takes over a new version of a pod that counts as the old one did.
    fn refresh(&mut self, pod: &Rc<PodInfo>, node: &Str) -> bool {
        let Some(placed) = self.pods.get_mut(&pod.key) else {
            return false;
        };
        if placed.node != *node || !placed.pod.still_holds(&pod.pod) {
            return false;
        }
        placed.pod = Rc::clone(pod);
        placed.assumed = false;
        let index = self.snapshot.by_name.get(node);
        let info = index.and_then(|index| self.snapshot.slots[index.0].as_mut());
        if let Some(info) = info
            && let Some(slot) = info.pods.iter_mut().find(|(other, _)| other.key == pod.key)
        {
            slot.0 = Rc::clone(pod);
        }
        true
    }

    /// The pod is gone, has ended, or was not bound after all.
    pub fn remove_pod(&mut self, key: &NamespacedName) -> Option<Rc<PodInfo>> {
        let placed = self.pods.remove(key)?;
        let index = self.snapshot.by_name.get(&placed.node).copied()?;
        self.take_off(index, key);
        self.drop_if_unused(index);
        Some(placed.pod)
    }

    /// Whether the decision about the pod has not come back from the API yet.
    pub fn is_assumed(&self, key: &NamespacedName) -> bool {
        self.pods.get(key).is_some_and(|placed| placed.assumed)
    }

    /// A node as it is known here.
    pub fn node(&self, name: &str) -> Option<Rc<Node>> {
        self.snapshot.by_name(name)?.info.node.clone()
    }

    /// The pod as it is known here.
    pub fn pod(&self, key: &NamespacedName) -> Option<&Rc<PodInfo>> {
        self.pods.get(key).map(|placed| &placed.pod)
    }

    fn place(&mut self, pod: Rc<PodInfo>, node: Str, assumed: bool) {
        let key = pod.key.clone();
        if let Some(old) = self.pods.remove(&key)
            && let Some(index) = self.snapshot.by_name.get(&old.node).copied()
        {
            self.take_off(index, &key);
        }
        let index = self.index_of(&node);
        let class = self.snapshot.classes.acquire(&pod);
        if let Some(info) = self.snapshot.slots[index.0].as_mut() {
            info.add_pod(Rc::clone(&pod), Some(class));
        }
        self.note_affinity(index);
        self.pods.insert(key, Placed { pod, node, assumed });
    }

    fn take_off(&mut self, index: NodeIndex, key: &NamespacedName) {
        let info = self.snapshot.slots[index.0].as_mut();
        if let Some((_, Some(class))) = info.and_then(|info| info.remove_pod(key)) {
            self.snapshot.classes.release(class);
        }
        self.note_affinity(index);
    }

    /// Keeps the lists of nodes with pods that have affinity.
    fn note_affinity(&mut self, index: NodeIndex) {
        let info = self.snapshot.slots[index.0].as_ref();
        let is_node = info.is_some_and(|info| info.node.is_some());
        let (any, anti) = info.map_or((false, false), |info| {
            (
                info.with_affinity > 0 && is_node,
                info.with_required_anti_affinity > 0 && is_node,
            )
        });
        let sets = [
            (&mut self.snapshot.with_affinity, any),
            (&mut self.snapshot.with_required_anti_affinity, anti),
        ];
        for (set, wanted) in sets {
            if wanted {
                set.insert(index);
            } else {
                set.remove(&index);
            }
        }
    }

    fn index_of(&mut self, name: &Str) -> NodeIndex {
        if let Some(index) = self.snapshot.by_name.get(name) {
            return *index;
        }
        let index = self.snapshot.free.pop().unwrap_or_else(|| {
            self.snapshot.slots.push(None);
            NodeIndex(self.snapshot.slots.len() - 1)
        });
        self.snapshot.slots[index.0] = Some(NodeInfo::new(name.clone()));
        self.snapshot.by_name.insert(name.clone(), index);
        index
    }

    /// Pods may be known before their node and after it; the place goes when both are gone.
    fn drop_if_unused(&mut self, index: NodeIndex) {
        self.note_affinity(index);
        let unused = |info: &NodeInfo| info.node.is_none() && info.pods.is_empty();
        if self.snapshot.slots[index.0].as_ref().is_some_and(unused)
            && let Some(info) = self.snapshot.slots[index.0].take()
        {
            self.snapshot.by_name.remove(&info.name);
            self.snapshot.free.push(index);
        }
    }
}
