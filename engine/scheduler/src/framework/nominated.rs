//! Pods that were promised a node (`framework.PodNominator`).
//!
//! After preemption a pod waits for its victims to leave. Until it is bound, less important pods must not take the room
//! that is being made for it.

use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::Str;
use client::NamespacedName;

use super::PodInfo;

/// Nominated pods, by node.
#[derive(Debug, Default)]
pub struct Nominated {
    by_node: BTreeMap<Str, Vec<Rc<PodInfo>>>,
    node_of: BTreeMap<NamespacedName, Str>,
}

impl Nominated {
    /// Promises `node` to `pod`; an earlier promise to it ends.
    pub fn add(&mut self, pod: Rc<PodInfo>, node: &Str) {
        self.remove(&pod.key);
        self.node_of.insert(pod.key.clone(), node.clone());
        self.by_node.entry(node.clone()).or_default().push(pod);
    }

    /// Ends the promise to that pod.
    pub fn remove(&mut self, key: &NamespacedName) {
        let Some(node) = self.node_of.remove(key) else {
            return;
        };
        if let Some(pods) = self.by_node.get_mut(&node) {
            pods.retain(|pod| pod.key != *key);
            if pods.is_empty() {
                self.by_node.remove(&node);
            }
        }
    }

    /// The pods to which `node` was promised.
    pub fn on(&self, node: &str) -> &[Rc<PodInfo>] {
        self.by_node.get(node).map_or(&[], Vec::as_slice)
    }

    /// The node that was promised to that pod.
    pub fn node_of(&self, key: &NamespacedName) -> Option<&Str> {
        self.node_of.get(key)
    }

    /// Whether there is no promise at all.
    pub fn is_empty(&self) -> bool {
        self.node_of.is_empty()
    }
}
