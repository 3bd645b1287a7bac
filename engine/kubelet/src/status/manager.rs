//! Keeping pods' statuses, and telling the API server what has changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{
    ContainerState, ContainerStateTerminated, ContainerStatus, POD_FAILED, POD_PENDING,
    POD_SUCCEEDED, Pod, PodCondition, PodStatus,
};
use apimachinery::{Shared, Time};
use sim::Notify;

use super::conditions::{is_owned, ready_to_start_condition};
use super::containers::VANISHED;
use crate::Uid;
use crate::clock::api_time;
use crate::kubelet::Kubelet;
use crate::kuberuntime::is_restartable_init;
use crate::static_pods::mirrored;

/// How long until the API server is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// What is known of pods' statuses, and of which the API server does not know yet.
#[derive(Default)]
pub(crate) struct StatusManager {
    known: RefCell<BTreeMap<Uid, Known>>,
    untold: RefCell<BTreeSet<Uid>>,
    wake: Notify,
}

#[derive(Clone)]
struct Known {
    namespace: apimachinery::Str,
    name: apimachinery::Str,
    /// The API's own one, once it has been told.
    status: Shared<PodStatus>,
    /// Nothing more will come; a pod that is being deleted can go.
    finished: bool,
}

impl StatusManager {
    fn tell(&self, uid: &Uid) {
        self.untold.borrow_mut().insert(Rc::clone(uid));
        self.wake.notify();
    }

    /// Keeps the API's copy of what is known instead of one of its own.
    fn share(&self, uid: &Uid, told: &Shared<PodStatus>) {
        if let Some(known) = self.known.borrow_mut().get_mut(uid)
            && known.status == *told
        {
            known.status = told.clone();
        }
    }

    /// Forgets a pod.
    pub(crate) fn forget(&self, uid: &str) {
        self.known.borrow_mut().remove(uid);
        self.untold.borrow_mut().remove(uid);
    }
}

impl Kubelet {
    /// The status of a pod that was set last.
    pub(crate) fn last_status(&self, uid: &str) -> Option<Shared<PodStatus>> {
        let known = self.status().known.borrow();
        known.get(uid).map(|known| known.status.clone())
    }

    /// Takes a pod's new status, and has the API server told if it differs from the last one.
    pub(crate) fn set_pod_status(&self, pod: &Pod, status: PodStatus) {
        self.change_pod_status(pod, status, false);
    }

    /// Says at once that a pod's sandbox is ready, before anything is started in it.
    pub(crate) fn set_sandbox_ready(&self, pod: &Pod) {
        let Some(status) = self.last_status(&pod.metadata.uid) else {
            return;
        };
        let mut status = (*status).clone();
        let made = ready_to_start_condition(pod, true);
        if let Some(known) = status.conditions.iter_mut().find(|c| c.type_ == made.type_) {
            *known = made;
        }
        self.set_pod_status(pod, status);
    }

    fn change_pod_status(&self, pod: &Pod, mut status: PodStatus, finished: bool) {
        let uid = self.uid(&pod.metadata.uid);
        let now = api_time(self.sim().now());
        let before = self.last_status(&uid);
        let old = before.as_deref().unwrap_or(&pod.status);
        keep_transition_times(&mut status, old, now);
        status.start_time = old.start_time.or(Some(now));
        let mut known = self.status().known.borrow_mut();
        let was_finished = known.get(&uid).is_some_and(|known| known.finished);
        let finished = finished || was_finished;
        if before.as_deref() == Some(&status) && finished == was_finished {
            return;
        }
        let entry = Known {
            namespace: pod.metadata.namespace.clone(),
            name: pod.metadata.name.clone(),
            status: Shared::new(status),
            finished,
        };
        known.insert(Rc::clone(&uid), entry);
        drop(known);
        self.status().tell(&uid);
    }

    /// Sets the last status of a pod: every container has ended, and if it is being deleted it can go.
    pub(crate) fn terminate_pod_status(&self, pod: &Pod) {
        let Some(status) = self.last_status(&pod.metadata.uid) else {
            return;
        };
        let mut status = (*status).clone();
        if has_initialized(pod, &status) {
            status.container_statuses.iter_mut().for_each(end_unlocated);
        }
        let tried = initialized(&status.init_container_statuses);
        status.init_container_statuses[..tried]
            .iter_mut()
            .for_each(end_unlocated);
        status
            .ephemeral_container_statuses
            .iter_mut()
            .for_each(end_unlocated);
        if status.phase == POD_PENDING || !is_terminal(&status.phase) {
            status.phase = POD_FAILED.into();
        }
        self.change_pod_status(pod, status, true);
    }

    /// A status that others changed must be made right again.
    pub(crate) fn reconcile_status(&self, pod: &Pod) {
        let uid = self.uid(&pod.metadata.uid);
        if self.status().known.borrow().contains_key(&uid) {
            self.status().tell(&uid);
        }
    }

    /// Tells the API server what it does not know. Never ends.
    pub(crate) async fn run_status_manager(self) {
        loop {
            self.status().wake.notified().await;
            let untold = std::mem::take(&mut *self.status().untold.borrow_mut());
            let mut failed = false;
            for uid in untold {
                if !self.tell_status(&uid) {
                    self.status().untold.borrow_mut().insert(uid);
                    failed = true;
                }
            }
            if failed {
                let kubelet = self.clone();
                self.sim().spawn("status retry", async move {
                    kubelet.sim().sleep(RETRY).await;
                    kubelet.status().wake.notify();
                });
            }
        }
    }

    /// Writes a pod's status, and deletes the pod if that is all that was waited for. False if it has to be tried again.
    fn tell_status(&self, uid: &Uid) -> bool {
        let Some(known) = self.status().known.borrow().get(uid).cloned() else {
            return true;
        };
        let pod = match self.api().pod(&known.namespace, &known.name) {
            Ok(pod) if *pod.metadata.uid == **uid => pod,
            Ok(pod) if mirrored(&pod).is_some_and(|hash| **hash == **uid) => pod,
            // Its mirror is not there (yet).
            Ok(_) | Err(_) if self.is_static(uid) => return true,
            Ok(_) => {
                self.status().forget(uid);
                return true;
            }
            Err(error) if error.code == 404 => {
                self.status().forget(uid);
                return true;
            }
            Err(_) => return false,
        };
        let running = self.workers().could_have_running_containers(uid);
        let status = merge_status(&pod.status, &known.status, running);
        let mut current = Rc::clone(&pod);
        let own = status == *known.status;
        if status != *pod.status {
            let mut changed = (*pod).clone();
            changed.status = Shared::new(status);
            match self.api().update_pod_status(changed) {
                Ok(updated) => current = updated,
                Err(error) if error.code == 404 => return true,
                Err(_) => return false,
            }
        }
        if own {
            self.status().share(uid, &current.status);
        }
        let deletable = current.metadata.deletion_timestamp.is_some() && known.finished && !running;
        if deletable {
            if self.api().delete_pod(&current).is_err() {
                return false;
            }
            self.status().forget(uid);
        }
        true
    }
}

/// A container of a pod that has ended must have ended, too.
fn end_unlocated(container: &mut ContainerStatus) {
    if container.state.terminated.is_some() {
        return;
    }
    let terminated = ContainerStateTerminated {
        reason: VANISHED.into(),
        message: "The container could not be located when the pod was terminated".into(),
        exit_code: 137,
        ..ContainerStateTerminated::default()
    };
    container.state = ContainerState {
        terminated: Some(terminated.into()),
        ..ContainerState::default()
    };
    container.started = Some(false);
    container.ready = false;
}

/// Whether a pod came so far that its own containers were to be started: those of others still wait, and always will.
fn has_initialized(pod: &Pod, status: &PodStatus) -> bool {
    let began = |container: &ContainerStatus| {
        let state = &container.state;
        state.running.is_some()
            || state.terminated.is_some()
            || container.last_state.terminated.is_some()
    };
    let (Some(spec), Some(last)) = (
        pod.spec.init_containers.last(),
        status.init_container_statuses.last(),
    ) else {
        return pod.spec.init_containers.is_empty();
    };
    let through = if is_restartable_init(spec) {
        last.state.running.is_some() && last.started == Some(true)
    } else {
        let ended = last.state.terminated.as_ref();
        ended.is_some_and(|ended| ended.exit_code == 0)
    };
    through || status.container_statuses.iter().any(began)
}

/// How many init containers were tried; the rest still wait.
fn initialized(containers: &[ContainerStatus]) -> usize {
    let tried = containers.iter().rposition(|container| {
        container.state.waiting.is_none() || container.last_state.terminated.is_some()
    });
    tried.map_or(containers.len().min(1), |last| last + 1)
}

fn is_terminal(phase: &str) -> bool {
    phase == POD_SUCCEEDED || phase == POD_FAILED
}

/// A condition whose status stayed the same keeps its transition time.
fn keep_transition_times(status: &mut PodStatus, old: &PodStatus, now: Time) {
    for condition in &mut status.conditions {
        if !is_owned(&condition.type_) {
            continue;
        }
        let before = old
            .conditions
            .iter()
            .find(|known| known.type_ == condition.type_);
        condition.last_transition_time = match before {
            Some(before) if before.status == condition.status => before.last_transition_time,
            _ => now,
        };
    }
}

/// What is written: the kubelet's status, with the conditions that others own as they are in the API. While
/// containers may still run, a pod has not ended.
fn merge_status(api: &PodStatus, ours: &PodStatus, may_run: bool) -> PodStatus {
    let mut merged = ours.clone();
    let others = api.conditions.iter().filter(|c| !is_owned(&c.type_));
    let own = ours.conditions.iter().filter(|c| is_owned(&c.type_));
    let mut conditions: Vec<PodCondition> = others.cloned().collect();
    // Conditions that the kubelet adds for a reason of its own, such as DisruptionTarget.
    for condition in ours.conditions.iter().filter(|c| !is_owned(&c.type_)) {
        if !conditions
            .iter()
            .any(|known| known.type_ == condition.type_)
        {
            conditions.push(condition.clone());
        }
    }
    conditions.extend(own.cloned());
    // It is kept for as long as the pod is.
    conditions.shrink_to_fit();
    merged.conditions = conditions;
    if is_terminal(&ours.phase) && !is_terminal(&api.phase) && may_run {
        merged.phase = api.phase.clone();
        merged.reason = api.reason.clone();
        merged.message = api.message.clone();
    }
    merged.nominated_node_name = api.nominated_node_name.clone();
    merged.qos_class = api.qos_class.clone();
    merged.resource_claim_statuses = api.resource_claim_statuses.clone();
    merged
}
