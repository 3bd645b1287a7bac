//! Counts the pods that have ended, so that each is counted once.

use std::collections::BTreeSet;
use std::rc::Rc;

use api::batch::v1::Job;
use api::core::v1::Pod;
use apimachinery::{Status, Str};
use client::NamespacedName;
use client::events::{NORMAL, WARNING};

use super::failure_policy::{self, Action};
use super::indexes;
use super::sync::Sync;
use super::{Controller, TRACKING_FINALIZER, count, finish, has_failed, is_indexed, is_tracked};
use crate::common::claim;
use crate::worker;

/// How many pods are counted in one go.
const MAX_UNCOUNTED_PODS: usize = 500;

impl Controller {
    /// Writes the status, counting the pods that have ended; `changed` says whether there is anything else to write.
    pub(super) fn track(
        &self,
        key: &NamespacedName,
        sync: &mut Sync,
        mut changed: bool,
    ) -> Result<(), Status> {
        let tracked: BTreeSet<Str> = sync
            .pods
            .iter()
            .filter(|pod| is_tracked(pod))
            .map(|pod| pod.metadata.uid.clone())
            .collect();
        changed |= count_released(&mut sync.job, &tracked);
        let ended = self.note_ended(sync, &mut changed);
        if let Some(interim) = &sync.finished
            && finish::is_interim(interim)
        {
            changed |= finish::ensure(&mut sync.job.status.conditions, interim.clone());
        }
        if changed {
            self.write(sync)?;
            self.backoffs
                .borrow_mut()
                .insert(key.clone(), sync.backoff.clone());
        }
        let mut left = tracked;
        for pod in &ended {
            self.release(pod)?;
            left.remove(&pod.metadata.uid);
        }
        let mut changed = count_released(&mut sync.job, &left);
        let all_counted = ended.len() < MAX_UNCOUNTED_PODS;
        let finished = if all_counted { self.finish(sync) } else { None };
        changed |= finished.is_some();
        if changed {
            self.write(sync)?;
        }
        if let Some(condition) = finished {
            self.backoffs.borrow_mut().remove(key);
            if condition.type_ == "Complete" {
                self.control
                    .recorder
                    .event(&sync.job, NORMAL, "Completed", "Job completed");
            } else {
                let (reason, message) = (&condition.reason, &condition.message);
                self.control
                    .recorder
                    .event(&sync.job, WARNING, reason, message);
            }
        }
        Ok(())
    }

    /// Notes pods that have ended as uncounted; these pods.
    fn note_ended(&self, sync: &mut Sync, changed: &mut bool) -> Vec<Rc<Pod>> {
        let job = sync.job.clone();
        let fails_all = sync
            .finished
            .as_ref()
            .is_some_and(|c| c.type_ != "SuccessCriteriaMet");
        let over = sync.finished.is_some() || job.metadata.is_deleting();
        let indexed = is_indexed(&job);
        let mut ended = Vec::new();
        let uncounted = sync
            .job
            .status
            .uncounted_terminated_pods
            .get_or_insert_default();
        for pod in sync.pods.iter().filter(|pod| is_tracked(pod)) {
            let uid = &pod.metadata.uid;
            let (succeeded, failed) = (pod.status.phase == "Succeeded", has_failed(pod, &job));
            if !(succeeded || failed || over) {
                continue;
            }
            ended.push(Rc::clone(pod));
            if succeeded {
                // Indexed jobs count numbers, not pods.
                if !indexed && !uncounted.succeeded.contains(uid) {
                    uncounted.succeeded.push(uid.clone());
                    *changed = true;
                }
            } else if (failed || fails_all) && !uncounted.failed.contains(uid) {
                let numbered = !indexed || indexes::of(pod).is_some();
                let ignored = failed && failure_policy::action(&job, pod) == Action::Ignore;
                if numbered && !ignored {
                    uncounted.failed.push(uid.clone());
                    *changed = true;
                }
            }
            if ended.len() == MAX_UNCOUNTED_PODS {
                break;
            }
        }
        *changed |= note_indexes(sync);
        ended
    }

    /// The job's final condition, if nothing has to be waited for any more.
    fn finish(&self, sync: &mut Sync) -> Option<api::batch::v1::JobCondition> {
        let interim = sync.finished.as_ref()?;
        let status = &sync.job.status;
        let uncounted = status.uncounted_terminated_pods.as_ref();
        let pending = uncounted.is_some_and(|u| !u.succeeded.is_empty() || !u.failed.is_empty());
        if pending || sync.terminating > 0 {
            return None;
        }
        let type_ = if interim.type_ == "SuccessCriteriaMet" {
            "Complete"
        } else {
            "Failed"
        };
        let condition = self.condition(type_, &interim.reason, &interim.message);
        if type_ == "Complete" {
            sync.job.status.completion_time = Some(condition.last_transition_time);
        }
        finish::ensure(&mut sync.job.status.conditions, condition.clone());
        Some(condition)
    }

    fn write(&self, sync: &mut Sync) -> Result<(), Status> {
        let written = self.control.client.update_status(sync.job.clone())?;
        sync.job = Job::clone(&written);
        Ok(())
    }

    /// Takes the finalizer off a pod.
    pub(super) fn release(&self, pod: &Pod) -> Result<(), Status> {
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let patched = self.control.client.patch::<Pod>(namespace, name, |pod| {
            pod.metadata
                .finalizers
                .retain(|finalizer| finalizer != TRACKING_FINALIZER);
        });
        worker::ignore_not_found(patched)
    }

    /// A job that is over holds on to no pod.
    pub(super) fn release_pods(&self, job: &Job) -> Result<(), Status> {
        for pod in claim::controlled_by(&self.pods, &job.metadata.uid) {
            if is_tracked(&pod) {
                self.release(&pod)?;
            }
        }
        Ok(())
    }
}

/// Moves pods whose finalizer is gone from the uncounted to the counters; whether there were any.
fn count_released(job: &mut Job, tracked: &BTreeSet<Str>) -> bool {
    let status = &mut *job.status;
    let Some(uncounted) = &mut status.uncounted_terminated_pods else {
        return false;
    };
    let released = |uid: &Str| !tracked.contains(uid);
    let succeeded = uncounted
        .succeeded
        .iter()
        .filter(|uid| released(uid))
        .count();
    let failed = uncounted.failed.iter().filter(|uid| released(uid)).count();
    if succeeded + failed == 0 {
        return false;
    }
    uncounted.succeeded.retain(|uid| !released(uid));
    uncounted.failed.retain(|uid| !released(uid));
    status.succeeded += count(succeeded);
    status.failed += count(failed);
    true
}

/// Writes the numbers that are done or given up into the status; whether they changed.
fn note_indexes(sync: &mut Sync) -> bool {
    if !is_indexed(&sync.job) {
        return false;
    }
    let status = &mut sync.job.status;
    let done: Str = sync.succeeded_indexes.to_string().into();
    let failed = sync
        .failed_indexes
        .as_ref()
        .map(|failed| Str::from(failed.to_string()));
    let changed = status.completed_indexes != done || status.failed_indexes != failed;
    if changed {
        status.completed_indexes = done;
        status.succeeded = sync.succeeded_indexes.len();
        status.failed_indexes = failed;
    }
    changed
}
