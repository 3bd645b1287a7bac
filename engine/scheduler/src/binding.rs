//! Volumes first, then the pod: the part of binding that has to wait for others (`bindingCycle`, PreBind).

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{ObjectReference, PersistentVolume, PersistentVolumeClaim, Pod};
use apimachinery::Str;
use client::NamespacedName;
use sim::Time;

use crate::framework::plugin::VolumeWrite;
use crate::framework::{CycleState, PodInfo, Status};
use crate::scheduler::Scheduler;

/// How long a pod waits for its volumes.
const BIND_TIMEOUT: Duration = Duration::from_secs(600);
/// The plugin that knows about volumes.
const VOLUME_BINDING: &str = "VolumeBinding";
/// The node for which a volume is to be provisioned.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// Says that the binding was chosen by the system and not by a user.
const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";

/// A pod that has a node and waits for its volumes.
pub(crate) struct WaitingBinding {
    pod: Rc<PodInfo>,
    node: Str,
    notes: CycleState,
    pub(crate) deadline: Time,
}

impl Scheduler {
    /// Writes what has to be written about the pod's volumes, and binds the pod once they are ready.
    pub(crate) fn prepare_volumes_and_bind(&self, pod: &Rc<PodInfo>, node: Str, notes: CycleState) {
        let writes = {
            let state = self.inner.state.borrow();
            let plugin = state.algorithm.framework().find(VOLUME_BINDING);
            plugin
                .map(|plugin| plugin.volume_writes(&notes))
                .unwrap_or_default()
        };
        if writes.is_empty() {
            return self.bind(pod, &node, &notes);
        }
        self.nominate(pod, &node);
        for write in &writes {
            if let Err(status) = self.write_volume(write) {
                let message = format!(
                    "running PreBind plugin \"{VOLUME_BINDING}\": {}",
                    status.message
                );
                return self.give_up_binding(pod, &notes, &Status::error(message));
            }
        }
        let waiting = WaitingBinding {
            pod: Rc::clone(pod),
            node,
            notes,
            deadline: self.inner.client.sim().now() + BIND_TIMEOUT,
        };
        let mut state = self.inner.state.borrow_mut();
        state.waiting.insert(pod.key.clone(), waiting);
        self.inner.wake.notify();
    }

    /// Tells where a pod is going to be, as it will take a while until it is there. The binding takes that away again.
    fn nominate(&self, pod: &PodInfo, node: &Str) {
        let NamespacedName { namespace, name } = &pod.key;
        // Only for others to know: without it, the pod is bound all the same.
        let _ = self
            .inner
            .client
            .patch_status::<Pod>(namespace, name, |pod| {
                pod.status.nominated_node_name = node.clone();
            });
    }

    fn write_volume(&self, write: &VolumeWrite) -> Result<(), apimachinery::Status> {
        match write {
            VolumeWrite::Bind { volume, claim } => {
                let mut volume = PersistentVolume::clone(volume);
                let reserved = volume.spec.claim_ref.is_some();
                volume.spec.claim_ref =
                    Some(ObjectReference::into(client::events::reference(&**claim)));
                if !reserved {
                    volume
                        .metadata
                        .annotations
                        .insert(BOUND_BY_CONTROLLER, "yes");
                }
                self.inner.client.update(volume).map(drop)
            }
            VolumeWrite::Provision { claim, node } => {
                let mut claim = PersistentVolumeClaim::clone(claim);
                claim
                    .metadata
                    .annotations
                    .insert(SELECTED_NODE, node.clone());
                self.inner.client.update(claim).map(drop)
            }
        }
    }

    /// Looks whether volumes that pods wait for are ready: called when claims or volumes have changed.
    pub(crate) fn check_waiting(&self) {
        let keys: Vec<NamespacedName> = self.inner.state.borrow().waiting.keys().cloned().collect();
        for key in keys {
            self.check_one(&key, false);
        }
    }

    /// Gives up on pods that have waited too long.
    pub(crate) fn check_deadlines(&self) {
        let now = self.inner.client.sim().now();
        let state = self.inner.state.borrow();
        let late: Vec<NamespacedName> = state
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.deadline <= now)
            .map(|(key, _)| key.clone())
            .collect();
        drop(state);
        for key in late {
            self.check_one(&key, true);
        }
    }

    fn check_one(&self, key: &NamespacedName, late: bool) {
        let answer = {
            let state = self.inner.state.borrow();
            let Some(waiting) = state.waiting.get(key) else {
                return;
            };
            let node = state.cache.node(&waiting.node);
            let plugin = state.algorithm.framework().find(VOLUME_BINDING);
            match (node, plugin) {
                (Some(node), Some(plugin)) => {
                    plugin.volumes_bound(&self.inner.objects, &waiting.pod, &node)
                }
                _ => Err(Status::error(format!(
                    "node \"{}\" not found",
                    waiting.node
                ))),
            }
        };
        let answer = match answer {
            Ok(false) if late => Err(Status::error("binding volumes: context deadline exceeded")),
            other => other,
        };
        if matches!(answer, Ok(false)) {
            return;
        }
        let Some(waiting) = self.inner.state.borrow_mut().waiting.remove(key) else {
            return;
        };
        match answer {
            Ok(_) => self.bind(&waiting.pod, &waiting.node, &waiting.notes),
            Err(status) => {
                let message = format!(
                    "running PreBind plugin \"{VOLUME_BINDING}\": {}",
                    status.message()
                );
                self.give_up_binding(&waiting.pod, &waiting.notes, &Status::error(message));
            }
        }
    }

    /// The pod is gone; its volumes need not be waited for.
    pub(crate) fn stop_waiting(&self, key: &NamespacedName) {
        let waiting = self.inner.state.borrow_mut().waiting.remove(key);
        if let Some(waiting) = waiting {
            let mut state = self.inner.state.borrow_mut();
            state
                .algorithm
                .framework()
                .run_unreserve(&waiting.notes, &waiting.pod);
            state.cache.remove_pod(key);
        }
    }
}
