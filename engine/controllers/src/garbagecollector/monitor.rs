//! Watches every resource and keeps the graph.

use apimachinery::meta::v1::{ObjectMeta, OwnerReference};
use apimachinery::watch::Event;
use client::AnyResource;

use super::graph::Identity;
use super::{Collector, FINALIZER_FOREGROUND, FINALIZER_ORPHAN};

/// Objects of these resources own nothing and are owned by nobody.
const IGNORED: [&str; 1] = ["events"];

impl Collector {
    /// Begins to watch the resources that are not watched yet.
    pub(super) fn monitor_all(&self) {
        for resource in self.client.resources() {
            let ignored = IGNORED.contains(&resource.plural().as_str());
            if ignored || self.monitored.borrow().contains(&resource) {
                continue;
            }
            self.monitored.borrow_mut().push(resource.clone());
            let collector = self.clone();
            let sim = self.client.sim();
            sim.spawn(
                "gc-monitor",
                async move { collector.monitor(&resource).await },
            );
        }
    }

    async fn monitor(&self, resource: &AnyResource) {
        loop {
            let mut watch = self.client.watch_any(resource);
            while let Some(event) = watch.next().await {
                match event {
                    Event::Added(object) | Event::Modified(object) => {
                        self.changed(resource, object.meta());
                    }
                    Event::Deleted(object) => self.deleted(object.meta()),
                    Event::Bookmark(_) => (),
                    // Fell behind: begin anew. What was missed shows when its objects are looked up.
                    Event::Error(_) => break,
                }
            }
            // The resource may be gone (its definition was deleted); then there is nothing to watch.
            if !self.client.resources().contains(resource) {
                self.monitored
                    .borrow_mut()
                    .retain(|known| known != resource);
                return;
            }
        }
    }

    fn changed(&self, resource: &AnyResource, meta: &ObjectMeta) {
        let known = self.graph.borrow().is_known(&meta.uid);
        let concerned = known || !meta.owner_references.is_empty() || waits(meta).is_some();
        if !concerned || waits(meta).is_none() && self.graph.borrow().says(meta) {
            return;
        }
        let identity = Identity {
            resource: resource.clone(),
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
        };
        let before: Vec<OwnerReference> = {
            let graph = self.graph.borrow();
            graph
                .get(&meta.uid)
                .map(|node| node.owners.clone())
                .unwrap_or_default()
        };
        let client = &self.client;
        let resource_of =
            |owner: &OwnerReference| client.resource_for(&owner.api_version, &owner.kind);
        let unknown = self.graph.borrow_mut().put(identity, meta, resource_of);
        for owner in unknown {
            self.to_delete.add(owner);
        }
        self.owners_changed(&before, meta);
        self.transition(meta);
    }

    /// Owners that wait for their dependents may wait for one less; and an object whose owners changed may have none
    /// left.
    fn owners_changed(&self, before: &[OwnerReference], meta: &ObjectMeta) {
        if before == meta.owner_references {
            return;
        }
        for owner in before {
            self.to_delete_if_waiting(&owner.uid);
        }
        // An owner that is known to be gone is found out about here.
        if !meta.owner_references.is_empty() {
            let graph = self.graph.borrow();
            let absent = |o: &OwnerReference| !graph.is_known(&o.uid);
            if meta.owner_references.iter().any(absent) {
                self.to_delete.add(meta.uid.clone());
            }
        }
    }

    /// An object begins to wait for its dependents.
    fn transition(&self, meta: &ObjectMeta) {
        let mut graph = self.graph.borrow_mut();
        let Some(node) = graph.get_mut(&meta.uid) else {
            return;
        };
        node.being_deleted = meta.is_deleting();
        match waits(meta) {
            Some(Waits::ForOrphaning) => self.to_orphan.add(meta.uid.clone()),
            Some(Waits::ForDependents) => {
                node.deleting_dependents = true;
                for dependent in &node.dependents {
                    self.to_delete.add(dependent.clone());
                }
                self.to_delete.add(meta.uid.clone());
            }
            None => (),
        }
    }

    pub(super) fn deleted(&self, meta: &ObjectMeta) {
        self.gone(&meta.uid);
    }

    /// An object is gone: its dependents may have to go, its owners may have waited for it.
    pub(super) fn gone(&self, uid: &str) {
        let Some(node) = self.graph.borrow_mut().remove(uid) else {
            return;
        };
        for dependent in node.dependents {
            self.to_delete.add(dependent);
        }
        for owner in &node.owners {
            self.to_delete_if_waiting(&owner.uid);
        }
    }

    fn to_delete_if_waiting(&self, uid: &apimachinery::Str) {
        let waiting = self
            .graph
            .borrow()
            .get(uid)
            .is_some_and(|node| node.deleting_dependents);
        if waiting {
            self.to_delete.add(uid.clone());
        }
    }
}

enum Waits {
    ForOrphaning,
    ForDependents,
}

/// What a deleted object waits for.
fn waits(meta: &ObjectMeta) -> Option<Waits> {
    if !meta.is_deleting() {
        return None;
    }
    let has = |name: &str| meta.finalizers.iter().any(|finalizer| finalizer == name);
    if has(FINALIZER_ORPHAN) {
        Some(Waits::ForOrphaning)
    } else if has(FINALIZER_FOREGROUND) {
        Some(Waits::ForDependents)
    } else {
        None
    }
}
