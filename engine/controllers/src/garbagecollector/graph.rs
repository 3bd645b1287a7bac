//! Who owns whom.

use std::collections::{BTreeMap, BTreeSet};

use apimachinery::Str;
use apimachinery::meta::v1::{ObjectMeta, OwnerReference};
use client::AnyResource;

/// Where an object is found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Identity {
    pub(super) resource: AnyResource,
    pub(super) namespace: Str,
    pub(super) name: Str,
}

/// An object of the graph.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) identity: Identity,
    pub(super) owners: Vec<OwnerReference>,
    pub(super) dependents: BTreeSet<Str>,
    /// It was deleted, and waits for something.
    pub(super) being_deleted: bool,
    /// It was deleted in the foreground: its dependents go first.
    pub(super) deleting_dependents: bool,
    /// Known only from its dependents so far.
    pub(super) is_virtual: bool,
}

/// Objects by UID.
#[derive(Default)]
pub(super) struct Graph {
    nodes: BTreeMap<Str, Node>,
}

impl Graph {
    pub(super) fn get(&self, uid: &str) -> Option<&Node> {
        self.nodes.get(uid)
    }

    pub(super) fn get_mut(&mut self, uid: &str) -> Option<&mut Node> {
        self.nodes.get_mut(uid)
    }

    /// Whether it knows all of this already. Most changes are none of owners.
    pub(super) fn says(&self, meta: &ObjectMeta) -> bool {
        let is_linked = |owner: &OwnerReference| {
            let owner = self.nodes.get(&owner.uid);
            owner.is_some_and(|owner| owner.dependents.contains(&meta.uid))
        };
        self.nodes.get(&meta.uid).is_some_and(|node| {
            !node.is_virtual
                && node.being_deleted == meta.is_deleting()
                && node.owners == meta.owner_references
                && node.owners.iter().all(is_linked)
        })
    }

    /// Takes note of an object as it is now. Owners that nobody has seen yet are added as virtual nodes and returned:
    /// they have to be looked up. `resource_of` finds the resource of an owner.
    pub(super) fn put(
        &mut self,
        identity: Identity,
        meta: &ObjectMeta,
        resource_of: impl Fn(&OwnerReference) -> Option<AnyResource>,
    ) -> Vec<Str> {
        let mut unknown = Vec::new();
        let old_owners = match self.nodes.get_mut(&meta.uid) {
            Some(node) => {
                node.is_virtual = false;
                node.identity = identity.clone();
                std::mem::replace(&mut node.owners, meta.owner_references.clone())
            }
            None => {
                let node = Node {
                    identity: identity.clone(),
                    owners: meta.owner_references.clone(),
                    dependents: BTreeSet::new(),
                    being_deleted: false,
                    deleting_dependents: false,
                    is_virtual: false,
                };
                self.nodes.insert(meta.uid.clone(), node);
                Vec::new()
            }
        };
        for owner in &old_owners {
            if !meta.owner_references.iter().any(|o| o.uid == owner.uid) {
                self.unlink(&owner.uid, &meta.uid);
            }
        }
        for owner in &meta.owner_references {
            if !self.nodes.contains_key(&owner.uid) {
                let Some(resource) = resource_of(owner) else {
                    continue;
                };
                let namespace = if resource.namespaced() {
                    identity.namespace.clone()
                } else {
                    Str::new()
                };
                let node = Node {
                    identity: Identity {
                        resource,
                        namespace,
                        name: owner.name.clone(),
                    },
                    owners: Vec::new(),
                    dependents: BTreeSet::new(),
                    being_deleted: false,
                    deleting_dependents: false,
                    is_virtual: true,
                };
                self.nodes.insert(owner.uid.clone(), node);
                unknown.push(owner.uid.clone());
            }
            if let Some(node) = self.nodes.get_mut(&owner.uid) {
                node.dependents.insert(meta.uid.clone());
            }
        }
        unknown
    }

    /// The object is gone; its node as it was.
    pub(super) fn remove(&mut self, uid: &str) -> Option<Node> {
        let node = self.nodes.remove(uid)?;
        for owner in &node.owners {
            self.unlink(&owner.uid, uid);
        }
        Some(node)
    }

    fn unlink(&mut self, owner: &str, dependent: &str) {
        if let Some(node) = self.nodes.get_mut(owner) {
            node.dependents.remove(dependent);
        }
    }

    /// The dependents that an object deleted in the foreground has to wait for.
    pub(super) fn blocking_dependents(&self, uid: &str) -> Vec<Str> {
        let Some(node) = self.nodes.get(uid) else {
            return Vec::new();
        };
        let blocks = |dependent: &&Str| {
            let owners = self
                .nodes
                .get(*dependent)
                .into_iter()
                .flat_map(|node| &node.owners);
            owners
                .clone()
                .any(|o| o.uid == uid && o.block_owner_deletion == Some(true))
        };
        node.dependents.iter().filter(blocks).cloned().collect()
    }

    /// Whether a node of that UID is known not only from its dependents.
    pub(super) fn is_known(&self, uid: &str) -> bool {
        self.nodes.contains_key(uid)
    }
}
