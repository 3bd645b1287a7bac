//! The pods of the node: what the API says of them, and what is left of those it says nothing of any more.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{POD_FAILED, POD_SUCCEEDED, Pod};

use crate::Uid;
use crate::kubelet::Kubelet;
use crate::pod_workers::Kill;
use crate::static_pods::mirrored;

/// How often a real kubelet looks at every pod again.
const RESYNC: Duration = Duration::from_secs(60);

/// What a volume's files can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigKind {
    /// A config map.
    ConfigMap,
    /// A secret.
    Secret,
}

impl Kubelet {
    /// A pod of this node is new or has changed.
    pub fn pod_changed(&self, pod: &Rc<Pod>) {
        if *pod.spec.node_name != *self.config().node {
            return;
        }
        if mirrored(pod).is_some() {
            return self.mirror_changed(pod);
        }
        let uid = self.uid(&pod.metadata.uid);
        let old = self
            .pods()
            .borrow_mut()
            .insert(Rc::clone(&uid), Rc::clone(pod));
        match old {
            None => self.pod_added(pod),
            Some(old) if needs_work(&old, pod) => {
                self.follow_resources(&old, pod);
                self.update_pod(pod, None);
            }
            Some(old) if old.status != pod.status => self.reconcile_status(pod),
            Some(_) => {}
        }
        self.workers().renew(&uid, pod);
    }

    /// A config map or secret has changed: the pods that mount it see that at their next look, which a real kubelet has once
    /// a minute or a little later.
    pub fn config_changed(&self, kind: ConfigKind, namespace: &str, name: &str) {
        let pods = self.pods().borrow();
        let mounting = pods
            .values()
            .filter(|pod| *pod.metadata.namespace == *namespace && mounts_config(pod, kind, name));
        for pod in mounting {
            let (kubelet, uid) = (self.clone(), pod.metadata.uid.clone());
            let wait = RESYNC.mul_f64(0.1 + 1.4 * self.random_fraction());
            self.sim().spawn("pod resync", async move {
                kubelet.sim().sleep(wait).await;
                kubelet.wake_pod(&uid);
            });
        }
    }

    fn pod_added(&self, pod: &Rc<Pod>) {
        let phase = &pod.status.phase;
        let ended = phase == POD_FAILED || phase == POD_SUCCEEDED;
        if !ended
            && pod.metadata.deletion_timestamp.is_none()
            && let Err(refused) = self.admit(pod)
        {
            self.reject_pod(pod, refused);
            return;
        }
        self.watch_deadline(pod);
        self.update_pod(pod, None);
        self.wake_eviction();
    }

    /// A pod of this node has been taken out of the API. Its containers are stopped if they still run.
    pub fn pod_gone(&self, pod: &Rc<Pod>) {
        if mirrored(pod).is_some() {
            return self.mirror_gone(pod);
        }
        let uid = self.uid(&pod.metadata.uid);
        if self.pods().borrow_mut().remove(&uid).is_none() {
            return;
        }
        let finished = self
            .workers()
            .look(&uid, |worker| worker.is_finished())
            .unwrap_or(true);
        if finished {
            self.clean_up(&uid);
            return;
        }
        let kill = Kill {
            grace: None,
            status: None,
        };
        self.update_pod(pod, Some(kill));
    }

    /// Forgets a pod that has finished, if the API does not know it any more.
    pub(crate) fn clean_up_if_gone(&self, uid: &Uid) {
        if !self.pods().borrow().contains_key(uid) {
            self.clean_up(uid);
        }
    }

    /// Forgets a pod and removes what is left of its containers.
    fn clean_up(&self, uid: &Uid) {
        self.workers().forget(uid);
        self.forget_wake_up(uid);
        self.reasons().borrow_mut().remove(uid);
        self.images().forget(uid);
        self.crashes()
            .borrow_mut()
            .forget_containing(&format!("({uid})"));
        self.status().forget(uid);
        self.allocations().forget(uid);
        self.retry_resizes();
        for sandbox in self.runtime().pod_status(uid).sandboxes {
            self.runtime().remove_pod_sandbox(&sandbox.id);
        }
        self.pleg().forget(uid);
        self.forget_unused_configs();
    }
}

/// Whether a change is one that containers may have to follow, and not just of the status.
fn needs_work(old: &Pod, new: &Pod) -> bool {
    old.spec != new.spec
        || old.metadata.labels != new.metadata.labels
        || old.metadata.annotations != new.metadata.annotations
        || old.metadata.deletion_timestamp != new.metadata.deletion_timestamp
        || old.metadata.deletion_grace_period_seconds != new.metadata.deletion_grace_period_seconds
}

/// Whether a volume of the pod has files from that config map or secret.
pub(crate) fn mounts_config(pod: &Pod, kind: ConfigKind, name: &str) -> bool {
    pod.spec.volumes.iter().any(|volume| {
        let projected = volume
            .projected
            .iter()
            .flat_map(|projected| &projected.sources);
        match kind {
            ConfigKind::ConfigMap => {
                volume
                    .config_map
                    .as_ref()
                    .is_some_and(|source| source.name == name)
                    || projected
                        .filter_map(|source| source.config_map.as_ref())
                        .any(|source| source.name == name)
            }
            ConfigKind::Secret => {
                volume
                    .secret
                    .as_ref()
                    .is_some_and(|source| source.secret_name == name)
                    || projected
                        .filter_map(|source| source.secret.as_ref())
                        .any(|source| source.name == name)
            }
        }
    })
}
