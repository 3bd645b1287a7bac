//! What a worker knows of its pod's way to its end.

use std::cell::Cell;
use std::rc::Rc;

use api::core::v1::{POD_FAILED, POD_SUCCEEDED, Pod, PodStatus};
use apimachinery::Shared;
use sim::{Notify, Time};

/// Which part of a pod's life a worker is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkType {
    /// It is to run.
    Sync,
    /// Its containers are to be stopped.
    Terminating,
    /// Its containers have stopped; the rest is to be cleaned up.
    Terminated,
}

/// A change that somebody wants in a pod's status.
pub(crate) type StatusChange = Rc<dyn Fn(&mut PodStatus)>;

/// Why a pod is to end although its API object does not say so.
#[derive(Clone)]
pub(crate) struct Kill {
    /// Seconds for its containers instead of the pod's own.
    pub(crate) grace: Option<i64>,
    /// What its status is to say.
    pub(crate) status: Option<StatusChange>,
}

/// Asks a step of a worker to give up waiting.
#[derive(Clone, Default)]
pub(crate) struct Cancel {
    asked: Rc<Cell<bool>>,
    notify: Notify,
}

impl Cancel {
    fn cancel(&self) {
        self.asked.set(true);
        self.notify.notify();
    }

    /// Whether it was asked.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.get()
    }

    /// Waits until it is asked.
    pub(crate) async fn asked(&self) {
        while !self.is_asked() {
            self.notify.notified().await;
        }
    }
}

/// Something for a worker to do.
#[derive(Clone)]
pub(crate) struct Update {
    pub(crate) pod: Rc<Pod>,
    pub(crate) work: WorkType,
    /// Seconds that the containers are given to end.
    pub(crate) grace: i64,
    pub(crate) cancel: Cancel,
}

/// A pod's worker.
#[derive(Default)]
pub(crate) struct Worker {
    pod: Option<Rc<Pod>>,
    /// A task is running for it.
    working: bool,
    pending: bool,
    cancel: Cancel,
    terminating_at: Option<Time>,
    terminated_at: Option<Time>,
    finished: bool,
    /// Seconds, only ever shortened.
    grace: Option<i64>,
    status: Vec<StatusChange>,
    pub(crate) last_sync: Option<Time>,
}

impl Worker {
    /// The pod as it was last told.
    pub(crate) fn pod(&self) -> Option<&Rc<Pod>> {
        self.pod.as_ref()
    }

    /// Takes the pod as it is now, if nothing of it has changed that there would be work for. How it ended is for the API to
    /// say only when it is told as an update.
    pub(crate) fn renew(&mut self, pod: &Rc<Pod>) {
        let ended = |pod: &Pod| pod.status.phase == POD_FAILED || pod.status.phase == POD_SUCCEEDED;
        if let Some(known) = &mut self.pod
            && Shared::ptr_eq(&known.spec, &pod.spec)
            && known.metadata.deletion_timestamp == pod.metadata.deletion_timestamp
            && ended(known) == ended(pod)
        {
            *known = Rc::clone(pod);
        }
    }

    /// Whether the pod is to end.
    pub(crate) fn is_terminating(&self) -> bool {
        self.terminating_at.is_some()
    }

    /// Whether its containers have stopped.
    pub(crate) fn is_terminated(&self) -> bool {
        self.terminated_at.is_some()
    }

    /// Since when the pod is to end.
    pub(crate) fn terminating_at(&self) -> Option<Time> {
        self.terminating_at
    }

    /// Whether all is done about it.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Takes something new; whether a task has to be started for it.
    pub(crate) fn accept(&mut self, pod: Rc<Pod>, kill: Option<Kill>, now: Time) -> bool {
        if self.finished {
            return false;
        }
        let was_terminating = self.is_terminating();
        let phase = &pod.status.phase;
        let ended = phase == POD_SUCCEEDED || phase == POD_FAILED;
        let asked = kill.is_some() || pod.metadata.deletion_timestamp.is_some() || ended;
        if asked && !was_terminating {
            self.terminating_at = Some(now);
        }
        let before = self.grace;
        if self.is_terminating() {
            let wanted = kill.as_ref().and_then(|kill| kill.grace);
            self.grace = Some(effective_grace(self.grace, wanted, &pod));
        }
        if let Some(kill) = kill {
            self.status.extend(kill.status);
        }
        self.pod = Some(pod);
        self.pending = true;
        let shortened = was_terminating && before.is_some() && self.grace < before;
        if (self.is_terminating() && !was_terminating) || shortened {
            self.cancel.cancel();
        }
        !std::mem::replace(&mut self.working, true)
    }

    /// What to do next; at rest when there is nothing.
    pub(crate) fn next(&mut self) -> Option<Update> {
        if !std::mem::take(&mut self.pending) || self.finished {
            self.working = false;
            return None;
        }
        if self.cancel.is_asked() {
            self.cancel = Cancel::default();
        }
        Some(Update {
            pod: self.pod.clone()?,
            work: self.work(),
            grace: self.grace.unwrap_or(1),
            cancel: self.cancel.clone(),
        })
    }

    fn work(&self) -> WorkType {
        if self.is_terminated() {
            WorkType::Terminated
        } else if self.is_terminating() {
            WorkType::Terminating
        } else {
            WorkType::Sync
        }
    }

    /// What the status is to say beside what it would.
    pub(crate) fn status_overrides(&self) -> Vec<StatusChange> {
        self.status.clone()
    }

    /// All containers have ended for good: they are to be stopped and cleaned up.
    pub(crate) fn complete_sync(&mut self, now: Time) {
        if self.terminating_at.is_none() {
            self.terminating_at = Some(now);
            if let Some(pod) = &self.pod {
                self.grace = Some(effective_grace(self.grace, None, pod));
            }
        }
        self.pending = true;
    }

    /// All containers have stopped.
    pub(crate) fn complete_terminating(&mut self, now: Time) {
        self.terminated_at = Some(now);
        self.pending = true;
    }

    /// Everything is cleaned up.
    pub(crate) fn complete_terminated(&mut self) {
        self.finished = true;
        self.working = false;
        self.pending = false;
    }
}

/// Seconds that a pod's containers are given: what the API says, what the kubelet wants if that is less, else what the
/// pod itself says; never less than before was given, and at least one.
fn effective_grace(before: Option<i64>, wanted: Option<i64>, pod: &Pod) -> i64 {
    let mut grace = before.unwrap_or(0);
    let mut decided = false;
    if let Some(told) = pod.metadata.deletion_grace_period_seconds
        && (grace == 0 || told < grace)
    {
        grace = told;
    }
    if let Some(wanted) = wanted {
        if grace == 0 || wanted < grace {
            grace = wanted;
        }
        decided = true;
    }
    if !decided && grace == 0 {
        grace = pod.spec.termination_grace_period_seconds.unwrap_or(0);
    }
    grace.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(spec: Option<i64>, deletion: Option<i64>) -> Rc<Pod> {
        let mut pod = Pod::default();
        pod.spec.termination_grace_period_seconds = spec;
        pod.metadata.deletion_grace_period_seconds = deletion;
        if deletion.is_some() {
            pod.metadata.deletion_timestamp = Some(apimachinery::Time::from_unix(1));
        }
        Rc::new(pod)
    }

    #[test]
    fn grace_comes_from_the_api_and_only_shrinks() {
        for (before, wanted, spec, deletion, expected) in [
            (None, None, Some(30), Some(8), 8),
            (None, None, Some(30), None, 30),
            (None, None, Some(30), Some(0), 30),
            (Some(30), None, Some(30), Some(5), 5),
            (Some(5), None, Some(30), Some(30), 5),
            (None, Some(3), Some(30), None, 3),
            (Some(2), Some(10), Some(30), None, 2),
            (None, None, None, None, 1),
        ] {
            let pod = pod(spec, deletion);
            assert_eq!(effective_grace(before, wanted, &pod), expected);
        }
    }

    #[test]
    fn a_worker_goes_from_sync_to_terminated() {
        let mut worker = Worker::default();
        assert!(worker.accept(pod(Some(30), None), None, Time::from_secs(1)));
        // A second update before the first is looked at is merged with it.
        assert!(!worker.accept(pod(Some(30), None), None, Time::from_secs(1)));
        let update = worker.next().expect("something to do");
        assert_eq!(update.work, WorkType::Sync);
        assert!(worker.next().is_none());
        assert!(worker.accept(pod(Some(30), Some(8)), None, Time::from_secs(2)));
        assert!(update.cancel.is_asked());
        let update = worker.next().expect("something to do");
        assert_eq!((update.work, update.grace), (WorkType::Terminating, 8));
        assert!(!update.cancel.is_asked());
        worker.complete_terminating(Time::from_secs(3));
        let update = worker.next().expect("something to do");
        assert_eq!(update.work, WorkType::Terminated);
        worker.complete_terminated();
        assert!(!worker.accept(pod(None, None), None, Time::from_secs(4)));
        assert!(worker.next().is_none());
    }

    #[test]
    fn a_pod_whose_containers_ended_is_stopped_too() {
        let mut worker = Worker::default();
        worker.accept(pod(Some(30), None), None, Time::from_secs(1));
        worker.next();
        worker.complete_sync(Time::from_secs(2));
        let update = worker.next().expect("something to do");
        assert_eq!((update.work, update.grace), (WorkType::Terminating, 30));
    }
}
