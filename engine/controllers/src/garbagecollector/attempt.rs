//! What becomes of one object.

use std::rc::Rc;

use apimachinery::meta::v1::{ObjectMeta, OwnerReference};
use apimachinery::{Object, Status, Str};
use client::Delete;

use super::graph::Identity;
use super::{Collector, FINALIZER_FOREGROUND, FINALIZER_ORPHAN};
use crate::worker;

/// The owners of an object by their state.
#[derive(Default)]
struct Owners {
    /// They exist.
    solid: usize,
    /// They are gone.
    dangling: Vec<Str>,
    /// They wait for their dependents to go.
    waiting: Vec<Str>,
}

impl Collector {
    /// Deletes an object if its owners want it to go, or lets it go if it waited for its dependents.
    pub(super) fn attempt_to_delete(&self, uid: &Str) -> Result<(), Status> {
        let (identity, deleting_dependents, skip) = {
            let graph = self.graph.borrow();
            let Some(node) = graph.get(uid) else {
                return Ok(());
            };
            let skip = node.being_deleted && !node.deleting_dependents;
            (node.identity.clone(), node.deleting_dependents, skip)
        };
        if skip {
            return Ok(());
        }
        let Some(object) = self.look_up(&identity, uid)? else {
            self.gone(uid);
            return Ok(());
        };
        if deleting_dependents {
            return self.wait_for_dependents(uid, &identity);
        }
        let meta = object.meta();
        if meta.owner_references.is_empty() {
            return Ok(());
        }
        let owners = self.classify(meta)?;
        if owners.solid > 0 {
            return self.let_go_of(&identity, &owners);
        }
        let has_dependents = {
            let graph = self.graph.borrow();
            graph
                .get(uid)
                .is_some_and(|node| !node.dependents.is_empty())
        };
        if !owners.waiting.is_empty() && has_dependents {
            self.unblock_circles(uid)?;
            return self.delete(&identity, meta, "Foreground");
        }
        let has = |name: &str| meta.finalizers.iter().any(|finalizer| finalizer == name);
        let policy = if has(FINALIZER_ORPHAN) {
            "Orphan"
        } else if has(FINALIZER_FOREGROUND) {
            "Foreground"
        } else {
            "Background"
        };
        self.delete(&identity, meta, policy)
    }

    /// The object, if it still exists.
    fn look_up(&self, identity: &Identity, uid: &str) -> Result<Option<Rc<dyn Object>>, Status> {
        let Identity {
            resource,
            namespace,
            name,
        } = identity;
        match self.client.get_any(resource, namespace, name) {
            Ok(object) if object.meta().uid == uid => Ok(Some(object)),
            Ok(_) => Ok(None),
            Err(status) if status.is_not_found() => Ok(None),
            Err(status) => Err(status),
        }
    }

    fn classify(&self, meta: &ObjectMeta) -> Result<Owners, Status> {
        let mut owners = Owners::default();
        for owner in &meta.owner_references {
            match self.find_owner(meta, owner)? {
                None => owners.dangling.push(owner.uid.clone()),
                Some(found) => {
                    let waits = found.meta().is_deleting()
                        && found
                            .meta()
                            .finalizers
                            .iter()
                            .any(|f| f == FINALIZER_FOREGROUND);
                    if waits {
                        owners.waiting.push(owner.uid.clone());
                    } else {
                        owners.solid += 1;
                    }
                }
            }
        }
        Ok(owners)
    }

    fn find_owner(
        &self,
        dependent: &ObjectMeta,
        owner: &OwnerReference,
    ) -> Result<Option<Rc<dyn Object>>, Status> {
        let Some(resource) = self.client.resource_for(&owner.api_version, &owner.kind) else {
            // A kind that is not served: nothing can be said, so nothing is done.
            let message = format!(
                "unable to get REST mapping for {}/{}.",
                owner.api_version, owner.kind
            );
            return Err(Status::internal_error(&message));
        };
        let namespace = if resource.namespaced() {
            dependent.namespace.clone()
        } else {
            Str::new()
        };
        let identity = Identity {
            resource,
            namespace,
            name: owner.name.clone(),
        };
        self.look_up(&identity, &owner.uid)
    }

    /// Takes owners that are gone, or about to go, off an object that has others.
    fn let_go_of(&self, identity: &Identity, owners: &Owners) -> Result<(), Status> {
        if owners.dangling.is_empty() && owners.waiting.is_empty() {
            return Ok(());
        }
        let leaving = |owner: &OwnerReference| {
            owners.dangling.contains(&owner.uid) || owners.waiting.contains(&owner.uid)
        };
        self.patch(identity, |meta| {
            meta.owner_references.retain(|owner| !leaving(owner))
        })
    }

    /// Two objects that own each other and are both deleted in the foreground would wait for each other.
    fn unblock_circles(&self, uid: &Str) -> Result<(), Status> {
        let circular: Vec<Identity> = {
            let graph = self.graph.borrow();
            let dependents = graph.get(uid).into_iter().flat_map(|node| &node.dependents);
            let nodes = dependents.filter_map(|dependent| graph.get(dependent));
            nodes
                .filter(|node| node.deleting_dependents)
                .map(|node| node.identity.clone())
                .collect()
        };
        if circular.is_empty() {
            return Ok(());
        }
        let identity = {
            let graph = self.graph.borrow();
            graph.get(uid).map(|node| node.identity.clone())
        };
        let Some(identity) = identity else {
            return Ok(());
        };
        self.patch(&identity, |meta| {
            for owner in &mut meta.owner_references {
                owner.block_owner_deletion = Some(false);
            }
        })
    }

    /// An object that was deleted in the foreground goes when nothing blocks it any more.
    fn wait_for_dependents(&self, uid: &Str, identity: &Identity) -> Result<(), Status> {
        let blocking = self.graph.borrow().blocking_dependents(uid);
        if blocking.is_empty() {
            return self.remove_finalizer(identity, FINALIZER_FOREGROUND);
        }
        for dependent in blocking {
            let waits_itself = {
                let graph = self.graph.borrow();
                graph
                    .get(&dependent)
                    .is_some_and(|node| node.deleting_dependents)
            };
            if !waits_itself {
                self.to_delete.add(dependent);
            }
        }
        Ok(())
    }

    /// Takes a deleted object off its dependents, and lets it go.
    pub(super) fn attempt_to_orphan(&self, uid: &Str) -> Result<(), Status> {
        let (identity, dependents) = {
            let graph = self.graph.borrow();
            let Some(node) = graph.get(uid) else {
                return Ok(());
            };
            let dependents = node
                .dependents
                .iter()
                .filter_map(|dependent| graph.get(dependent));
            let dependents: Vec<Identity> = dependents.map(|node| node.identity.clone()).collect();
            (node.identity.clone(), dependents)
        };
        for dependent in dependents {
            self.patch(&dependent, |meta| {
                meta.owner_references.retain(|owner| owner.uid != *uid)
            })?;
        }
        self.remove_finalizer(&identity, FINALIZER_ORPHAN)
    }

    fn remove_finalizer(&self, identity: &Identity, name: &str) -> Result<(), Status> {
        self.patch(identity, |meta| {
            meta.finalizers.retain(|finalizer| finalizer != name)
        })
    }

    fn patch(&self, identity: &Identity, change: impl Fn(&mut ObjectMeta)) -> Result<(), Status> {
        let Identity {
            resource,
            namespace,
            name,
        } = identity;
        let patched = self.client.patch_any(resource, namespace, name, |object| {
            change(object.meta_mut())
        });
        worker::ignore_not_found(patched)
    }

    fn delete(&self, identity: &Identity, meta: &ObjectMeta, policy: &str) -> Result<(), Status> {
        let delete = Delete::default()
            .uid(&meta.uid)
            .resource_version(&meta.resource_version)
            .propagation(policy);
        let Identity {
            resource,
            namespace,
            name,
        } = identity;
        worker::ignore_not_found(self.client.delete_any(resource, namespace, name, &delete))
    }
}
