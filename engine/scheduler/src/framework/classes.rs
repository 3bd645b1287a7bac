//! Pod classes: pods of one namespace with the same labels and affinity are the same to every other pod.
//!
//! Spread constraints and pod affinity count the pods that a selector matches, on every node, for every pod that is
//! scheduled. With classes a selector is evaluated once per class instead of once per pod, and a node adds up a few
//! counts instead of walking its pods.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::Str;
use apimachinery::labels::Labels;

use super::PodInfo;
use super::pod_info::AffinityTerms;

/// Names a class; reused after its last pod has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassId(u32);

/// What pods of one class have in common.
#[derive(Clone, Debug)]
pub struct Class {
    /// Their namespace.
    pub namespace: Str,
    /// Their labels.
    pub labels: Labels,
    /// Their pod (anti-)affinity.
    pub affinity: Option<Rc<AffinityTerms>>,
}

/// A class as a key: affinity in a canonical spelling.
type Key = (Str, Labels, Str);

/// All classes with at least one pod.
#[derive(Debug, Default)]
pub struct Classes {
    slots: Vec<Option<(Class, Key, u32)>>,
    free: Vec<u32>,
    index: BTreeMap<Key, ClassId>,
}

impl Classes {
    /// The class of a pod that is added.
    pub fn acquire(&mut self, pod: &PodInfo) -> ClassId {
        let spelling = match &pod.affinity {
            None => Str::new(),
            Some(terms) => format!("{terms:?}").into(),
        };
        let key = (pod.key.namespace.clone(), pod.labels().clone(), spelling);
        if let Some(id) = self.index.get(&key).copied() {
            if let Some((_, _, pods)) = self.slots.get_mut(id.index()).and_then(Option::as_mut) {
                *pods += 1;
            }
            return id;
        }
        let id = self.free.pop().map_or_else(|| self.grow(), ClassId);
        let class = Class {
            namespace: pod.key.namespace.clone(),
            labels: pod.labels().clone(),
            affinity: pod.affinity.clone(),
        };
        self.slots[id.index()] = Some((class, key.clone(), 1));
        self.index.insert(key, id);
        id
    }

    fn grow(&mut self) -> ClassId {
        self.slots.push(None);
        ClassId(u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX))
    }

    /// Lets go of the class of a pod that is gone.
    pub fn release(&mut self, id: ClassId) {
        let Some(slot) = self.slots.get_mut(id.index()) else {
            return;
        };
        let Some((_, _, pods)) = slot else { return };
        *pods -= 1;
        if *pods == 0
            && let Some((_, key, _)) = slot.take()
        {
            self.index.remove(&key);
            self.free.push(id.0);
        }
    }

    /// What the pods of a class have in common.
    pub fn get(&self, id: ClassId) -> Option<&Class> {
        Some(&self.slots.get(id.index())?.as_ref()?.0)
    }

    /// How many slots there are: one more than the largest id.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there has never been a class.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

impl ClassId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Remembers for the length of one scheduling cycle what a question about a class was answered with.
#[derive(Debug)]
pub struct ClassMemo<T>(RefCell<Vec<Option<T>>>);

impl<T: Copy> ClassMemo<T> {
    /// Nothing is known yet.
    pub fn new(classes: &Classes) -> Self {
        Self(RefCell::new(vec![None; classes.len()]))
    }

    /// The answer for a class, found by `ask` the first time.
    pub fn get(&self, classes: &Classes, id: ClassId, ask: impl FnOnce(&Class) -> T) -> Option<T> {
        if let Some(known) = self.0.borrow().get(id.index()).copied().flatten() {
            return Some(known);
        }
        let answer = ask(classes.get(id)?);
        if let Some(slot) = self.0.borrow_mut().get_mut(id.index()) {
            *slot = Some(answer);
        }
        Some(answer)
    }
}
