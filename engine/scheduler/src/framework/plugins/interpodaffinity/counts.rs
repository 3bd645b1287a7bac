//! Numbers per topology domain.

use std::rc::Rc;

use apimachinery::Str;

use crate::framework::{NodeIndex, Snapshot, Topology};

/// A number for each domain of some label keys.
#[derive(Clone, Default)]
pub(super) struct DomainCounts {
    keys: Vec<Key>,
    /// How many domains have a number other than 0.
    non_zero: usize,
    touched: bool,
}

#[derive(Clone)]
struct Key {
    name: Str,
    topology: Rc<Topology>,
    counts: Vec<i64>,
}

impl DomainCounts {
    /// Prepares for a label key, so that [`Self::add`] and [`Self::get`] know it.
    pub(super) fn prepare(&mut self, snapshot: &Snapshot, name: &Str) {
        if self.keys.iter().all(|key| key.name != *name) {
            let topology = snapshot.topology(name);
            self.keys.push(Key {
                name: name.clone(),
                counts: vec![0; topology.len()],
                topology,
            });
        }
    }

    /// Adds to the domain of the node; nothing if it has no such label.
    pub(super) fn add(&mut self, name: &Str, node: NodeIndex, amount: i64) {
        let Some(key) = self.keys.iter_mut().find(|key| key.name == *name) else {
            return;
        };
        let Some(domain) = key.topology.domain(node) else {
            return;
        };
        self.touched = true;
        let count = &mut key.counts[domain];
        let before = *count != 0;
        *count += amount;
        match (before, *count != 0) {
            (false, true) => self.non_zero += 1,
            (true, false) => self.non_zero -= 1,
            _ => (),
        }
    }

    /// The number of the node's domain; `None` if it has no such label.
    pub(super) fn get(&self, name: &Str, node: NodeIndex) -> Option<i64> {
        let key = self.keys.iter().find(|key| key.name == *name)?;
        Some(key.counts[key.topology.domain(node)?])
    }

    /// Whether all numbers are 0.
    pub(super) fn is_zero(&self) -> bool {
        self.non_zero == 0
    }

    /// Whether anything was ever added.
    pub(super) fn is_touched(&self) -> bool {
        self.touched
    }

    /// The numbers of all domains of the node.
    pub(super) fn sum(&self, node: NodeIndex) -> i64 {
        let count = |key: &Key| Some(key.counts[key.topology.domain(node)?]);
        self.keys.iter().filter_map(count).sum()
    }

    /// Whether any domain of the node has a number above 0.
    pub(super) fn any_positive(&self, node: NodeIndex) -> bool {
        let count = |key: &Key| Some(key.counts[key.topology.domain(node)?]);
        self.keys.iter().filter_map(count).any(|count| count > 0)
    }
}
