//! What the API says goes into cache and queue (`eventhandlers.go`).

use std::rc::Rc;

use api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod};
use api::storage::v1::{CSINode, StorageClass};
use apimachinery::Kind;
use client::{Change, Informers, NamespacedName};
use component_helpers::pod;

use crate::framework::events::{self, Subject};
use crate::framework::{Action, ClusterEvent, PodInfo};
use crate::scheduler::{DEFAULT_SCHEDULER_NAME, Scheduler, State};

/// Listens to everything that matters for scheduling.
pub(crate) fn register(scheduler: &Scheduler, informers: &Informers) {
    // Nodes first, so that pods find theirs.
    let s = scheduler.clone();
    informers
        .of::<Node>()
        .on_change(move |change| s.node_changed(change));
    let s = scheduler.clone();
    informers
        .of::<Pod>()
        .on_change(move |change| s.pod_changed(change));
    let s = scheduler.clone();
    informers
        .of::<PersistentVolumeClaim>()
        .on_change(move |change| {
            s.object_changed(change, |c| Subject::PersistentVolumeClaim(c));
            s.check_waiting();
        });
    let s = scheduler.clone();
    informers.of::<PersistentVolume>().on_change(move |change| {
        s.object_changed(change, |c| Subject::PersistentVolume(c));
        s.check_waiting();
    });
    let s = scheduler.clone();
    informers
        .of::<StorageClass>()
        .on_change(move |change| s.object_changed(change, |c| Subject::StorageClass(c)));
    let s = scheduler.clone();
    informers
        .of::<CSINode>()
        .on_change(move |change| s.object_changed(change, |c| Subject::CsiNode(c)));
}

fn before_and_after<K>(change: &Change<'_, K>) -> events::Change<K> {
    let (old, new) = match change {
        Change::Added(object) => (None, Some(*object)),
        Change::Updated { old, new } => (Some(*old), Some(*new)),
        Change::Deleted(object) => (Some(*object), None),
    };
    events::Change {
        old: old.cloned(),
        new: new.cloned(),
    }
}

fn action<K>(change: &Change<'_, K>, update: Action) -> Action {
    match change {
        Change::Added(_) => Action::ADD,
        Change::Updated { .. } => update,
        Change::Deleted(_) => Action::DELETE,
    }
}

/// What of a node has changed; nothing if it does not matter for scheduling.
fn node_update(old: &Node, new: &Node) -> Action {
    let mut action = Action(0);
    if old.spec.unschedulable != new.spec.unschedulable || old.spec.taints != new.spec.taints {
        action = action.and(Action::UPDATE_TAINTS);
    }
    if old.status.allocatable != new.status.allocatable {
        action = action.and(Action::UPDATE_ALLOCATABLE);
    }
    if old.metadata.labels != new.metadata.labels {
        action = action.and(Action::UPDATE_LABELS);
    }
    let conditions = |node: &Node| -> Vec<_> {
        let all = node.status.conditions.iter();
        all.map(|c| (c.type_.clone(), c.status.clone())).collect()
    };
    if conditions(old) != conditions(new) || old.metadata.annotations != new.metadata.annotations {
        action = action.and(Action::UPDATE_CONDITIONS);
    }
    action
}

/// What of a pod has changed.
fn pod_update(old: &PodInfo, new: &PodInfo) -> Action {
    let mut action = Action(0);
    if old.labels() != new.labels() {
        action = action.and(Action::UPDATE_LABELS);
    }
    let less = new.requests.milli_cpu < old.requests.milli_cpu
        || new.requests.memory < old.requests.memory
        || new.requests.ephemeral_storage < old.requests.ephemeral_storage;
    if less {
        action = action.and(Action::UPDATE_SCALE_DOWN);
    }
    if old.pod.spec.tolerations != new.pod.spec.tolerations {
        action = action.and(Action::UPDATE_TOLERATIONS);
    }
    if old.pod.spec.scheduling_gates.len() > new.pod.spec.scheduling_gates.len() {
        action = action.and(Action::UPDATE_GATES);
    }
    if action == Action(0) {
        Action::UPDATE_OTHER
    } else {
        action
    }
}

/// Whether the pod is on a node and takes room there.
fn is_assigned(pod: &Pod) -> bool {
    !pod.spec.node_name.is_empty() && !pod::is_terminal(pod)
}

/// Whether the pod waits for this scheduler.
fn is_waiting(pod: &Pod) -> bool {
    pod.spec.node_name.is_empty()
        && !pod::is_terminal(pod)
        && pod.spec.scheduler_name == DEFAULT_SCHEDULER_NAME
}

impl Scheduler {
    fn tell_queue(&self, event: &ClusterEvent<'_>) {
        let now = self.inner.client.sim().now();
        let mut state = self.inner.state.borrow_mut();
        let State {
            queue, algorithm, ..
        } = &mut *state;
        queue.on_event(algorithm.framework(), event, now);
        self.inner.wake.notify();
    }

    fn object_changed<K: Kind>(
        &self,
        change: &Change<'_, K>,
        subject: for<'a> fn(&'a events::Change<K>) -> Subject<'a>,
    ) {
        let objects = before_and_after(change);
        self.tell_queue(&ClusterEvent {
            action: action(change, Action::UPDATE),
            subject: subject(&objects),
        });
    }

    fn node_changed(&self, change: &Change<'_, Node>) {
        let action = match change {
            Change::Updated { old, new } => node_update(old, new),
            other => action(other, Action::UPDATE),
        };
        {
            let mut state = self.inner.state.borrow_mut();
            match change {
                Change::Deleted(node) => state.cache.remove_node(node),
                other => state.cache.set_node(Rc::clone(other.object())),
            }
        }
        if action != Action(0) {
            let objects = before_and_after(change);
            self.tell_queue(&ClusterEvent {
                action,
                subject: Subject::Node(&objects),
            });
        }
    }

    fn pod_changed(&self, change: &Change<'_, Pod>) {
        let before_and_after = before_and_after(change);
        let old = before_and_after
            .old
            .filter(|_| !matches!(change, Change::Deleted(_)));
        let new = before_and_after.new;
        let pod = change.object();
        let key = NamespacedName::of(&pod.metadata);
        match &new {
            Some(new) if is_assigned(new) => self.assigned(&key, new),
            Some(new) if !pod::is_terminal(new) => self.unassigned(&key, false),
            _ => self.unassigned(&key, true),
        }
        match &new {
            Some(new) if is_waiting(new) => self.waiting(old.as_ref(), new),
            Some(_) => self.inner.state.borrow_mut().queue.delete(&key),
            None => {
                self.stop_waiting(&key);
                self.inner.state.borrow_mut().queue.delete(&key);
            }
        }
    }

    /// The pod takes room on a node.
    fn assigned(&self, key: &NamespacedName, pod: &Rc<Pod>) {
        let (old, new, was_assumed) = {
            let mut state = self.inner.state.borrow_mut();
            let old = state.cache.pod(key).cloned();
            let was_assumed = state.cache.is_assumed(key);
            let new = match &old {
                Some(old) => Rc::new(old.updated(Rc::clone(pod))),
                None => Rc::new(PodInfo::new(Rc::clone(pod))),
            };
            state.cache.set_pod(Rc::clone(&new));
            (old, new, was_assumed)
        };
        let (old, action) = match old {
            // To other pods, a pod arrives when it is bound.
            Some(old) if !was_assumed => {
                let action = pod_update(&old, &new);
                (Some(old), action)
            }
            _ => (None, Action::ADD),
        };
        let objects = events::Change {
            old,
            new: Some(new),
        };
        self.tell_queue(&ClusterEvent {
            action,
            subject: Subject::AssignedPod(&objects),
        });
    }

    /// The pod takes no room on any node, or no longer does.
    fn unassigned(&self, key: &NamespacedName, for_good: bool) {
        let removed = {
            let mut state = self.inner.state.borrow_mut();
            if !for_good && state.cache.is_assumed(key) {
                // It was given a node just now, and the API does not know yet.
                return;
            }
            state.cache.remove_pod(key)
        };
        let Some(old) = removed else { return };
        let objects = events::Change {
            old: Some(old),
            new: None,
        };
        self.tell_queue(&ClusterEvent {
            action: Action::DELETE,
            subject: Subject::AssignedPod(&objects),
        });
    }

    /// The pod waits for a node.
    fn waiting(&self, old: Option<&Rc<Pod>>, new: &Rc<Pod>) {
        let sim = self.inner.client.sim();
        let now = sim.now();
        let mut state = self.inner.state.borrow_mut();
        let key = NamespacedName::of(&new.metadata);
        if state.cache.is_assumed(&key) {
            return;
        }
        let State {
            queue, algorithm, ..
        } = &mut *state;
        let framework = algorithm.framework();
        let known = queue.get(&key).map(|queued| Rc::clone(&queued.info));
        match (known, old) {
            (Some(known), Some(_)) => {
                let info = Rc::new(known.updated(Rc::clone(new)));
                let objects = events::Change {
                    old: Some(Rc::clone(&known)),
                    new: Some(Rc::clone(&info)),
                };
                let event = ClusterEvent {
                    action: pod_update(&known, &info),
                    subject: Subject::OwnPod(&objects),
                };
                queue.update(framework, info, &event, now);
            }
            _ => queue.add(
                framework,
                Rc::new(PodInfo::new(Rc::clone(new))),
                sim.cause(),
                now,
            ),
        }
        self.inner.wake.notify();
    }
}
