//! The pods of the node: what the API says of them, and what is left of those it says nothing of any more.

use std::rc::Rc;

use api::core::v1::{POD_FAILED, POD_SUCCEEDED, Pod};

use crate::Uid;
use crate::kubelet::Kubelet;
use crate::pod_workers::Kill;

impl Kubelet {
    /// A pod of this node is new or has changed.
    pub fn pod_changed(&self, pod: &Rc<Pod>) {
        if *pod.spec.node_name != *self.config().node {
            return;
        }
        let uid: Uid = pod.metadata.uid.as_str().into();
        let old = self
            .pods()
            .borrow_mut()
            .insert(Rc::clone(&uid), Rc::clone(pod));
        match old {
            None => self.pod_added(pod),
            Some(old) if needs_work(&old, pod) => self.update_pod(pod, None),
            Some(old) if old.status != pod.status => self.reconcile_status(pod),
            Some(_) => {}
        }
    }

    fn pod_added(&self, pod: &Rc<Pod>) {
        let phase = &pod.status.phase;
        let ended = phase == POD_FAILED || phase == POD_SUCCEEDED;
        if !ended
            && pod.metadata.deletion_timestamp.is_none()
            && let Err(refused) = self.admit(pod)
        {
            self.reject_pod(pod, &refused);
            return;
        }
        self.watch_deadline(pod);
        self.update_pod(pod, None);
    }

    /// A pod of this node has been taken out of the API. Its containers are stopped if they still run.
    pub fn pod_gone(&self, pod: &Rc<Pod>) {
        let uid: Uid = pod.metadata.uid.as_str().into();
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
        for sandbox in self.runtime().pod_status(uid).sandboxes {
            self.runtime().remove_pod_sandbox(&sandbox.id);
        }
        self.pleg().forget(uid);
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
