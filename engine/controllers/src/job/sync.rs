//! One look at a job.

use std::rc::Rc;
use std::time::Duration;

use api::batch::v1::{Job, JobCondition};
use api::core::v1::Pod;
use apimachinery::Status;
use client::NamespacedName;
use client::events::NORMAL;
use component_helpers::pod;

use super::backoff::Record;
use super::failure_policy::{self, Action};
use super::indexes::{self, Indexes};
use super::{
    CONTROLLER_NAME, Controller, count, finish, has_failed, is_indexed, is_suspended, is_tracked,
    success_policy,
};
use crate::common::claim;
use crate::replicaset::selector_of;

/// What a sync works with.
pub(super) struct Sync {
    pub(super) job: Job,
    pub(super) pods: Vec<Rc<Pod>>,
    pub(super) active: Vec<Rc<Pod>>,
    pub(super) succeeded: i32,
    pub(super) ready: i32,
    pub(super) terminating: i32,
    pub(super) succeeded_indexes: Indexes,
    /// Numbers that are given up; only with a back-off limit per number.
    pub(super) failed_indexes: Option<Indexes>,
    pub(super) backoff: Record,
    /// How the job ends, once that is known: `FailureTarget` or `SuccessCriteriaMet` before all pods are gone.
    pub(super) finished: Option<JobCondition>,
}

impl Controller {
    pub(super) fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(job) = self.jobs.by_key(key) else {
            self.backoffs.borrow_mut().remove(key);
            return Ok(());
        };
        let elsewhere = job
            .spec
            .managed_by
            .as_deref()
            .is_some_and(|name| name != CONTROLLER_NAME);
        if elsewhere {
            return Ok(());
        }
        if finish::is_finished(&job) {
            self.backoffs.borrow_mut().remove(key);
            return self.release_pods(&job);
        }
        let mut sync = self.survey(key, Job::clone(&job))?;
        let fresh = sync.job.status.start_time.is_none() && !is_suspended(&sync.job);
        if fresh {
            sync.job.status.start_time = Some(self.control.client.now());
        }
        self.judge(key, &mut sync);
        let before = (job.status.active, job.status.ready, job.status.terminating);
        let (active, suspension, trouble) = self.act(key, &mut sync);
        let status = &mut sync.job.status;
        status.active = active;
        status.ready = Some(sync.ready);
        status.terminating = Some(sync.terminating);
        status.uncounted_terminated_pods.get_or_insert_default();
        let changed = suspension || fresh || before != (active, status.ready, status.terminating);
        self.track(key, &mut sync, changed)?;
        match trouble {
            Some(status) => Err(status),
            None => Ok(()),
        }
    }

    /// Looks at the pods.
    fn survey(&self, key: &NamespacedName, mut job: Job) -> Result<Sync, Status> {
        let selector = selector_of(job.spec.selector.as_deref());
        let client = &self.control.client;
        let pods = claim::claim_if(client, &self.pods, &job, &selector, is_tracked)?;
        let active: Vec<Rc<Pod>> = pods.iter().filter(|p| pod::is_active(p)).cloned().collect();
        let ready = active.iter().filter(|pod| pod::is_ready(pod)).count();
        let terminating = pods.iter().filter(|pod| pod::is_terminating(pod)).count();
        let uncounted = job
            .status
            .uncounted_terminated_pods
            .get_or_insert_default()
            .clone();
        let is_new = |pod: &&Rc<Pod>| {
            let uid = &pod.metadata.uid;
            is_tracked(pod) && !uncounted.succeeded.contains(uid) && !uncounted.failed.contains(uid)
        };
        let new: Vec<&Rc<Pod>> = pods.iter().filter(is_new).collect();
        let succeeded = || new.iter().filter(|pod| pod.status.phase == "Succeeded");
        let failed = || new.iter().filter(|pod| has_failed(pod, &job));
        let counted = failed().filter(|pod| failure_policy::action(&job, pod) != Action::Ignore);
        let total_failed =
            job.status.failed + count(uncounted.failed.len()) + count(counted.count());
        let known = self.backoffs.borrow().get(key).cloned().unwrap_or_default();
        let backoff = known.after(succeeded().map(|pod| &***pod), failed().map(|pod| &***pod));
        let mut sync = Sync {
            succeeded: job.status.succeeded
                + count(uncounted.succeeded.len())
                + count(succeeded().count()),
            ready: count(ready),
            terminating: count(terminating),
            succeeded_indexes: Indexes::default(),
            failed_indexes: None,
            finished: None,
            backoff,
            active,
            pods: pods.clone(),
            job,
        };
        if is_indexed(&sync.job) {
            self.survey_indexes(&mut sync);
        }
        if total_failed > sync.job.spec.backoff_limit.unwrap_or(6) {
            sync.finished = Some(self.backoff_limit_exceeded());
        }
        Ok(sync)
    }

    fn survey_indexes(&self, sync: &mut Sync) {
        let job = &sync.job;
        let completions = job.spec.completions.unwrap_or(0);
        let mut done = Indexes::parse(&job.status.completed_indexes, completions);
        let ended = sync
            .pods
            .iter()
            .filter(|pod| pod.status.phase == "Succeeded" && is_tracked(pod));
        done.0.extend(
            ended
                .filter_map(|pod| indexes::of(pod))
                .filter(|index| *index < completions),
        );
        sync.succeeded = done.len();
        sync.succeeded_indexes = done;
        if let Some(limit) = job.spec.backoff_limit_per_index {
            let known = job.status.failed_indexes.as_deref().unwrap_or_default();
            let mut failed = Indexes::parse(known, completions);
            for pod in sync
                .pods
                .iter()
                .filter(|pod| is_tracked(pod) && has_failed(pod, job))
            {
                let gives_up = match failure_policy::action(job, pod) {
                    Action::FailIndex => true,
                    Action::Ignore => false,
                    _ => i64::from(indexes::failures_before(pod)) >= i64::from(limit),
                };
                if let Some(index) = indexes::of(pod).filter(|_| gives_up) {
                    failed.0.insert(index);
                }
            }
            sync.failed_indexes = Some(failed);
        }
    }

    fn backoff_limit_exceeded(&self) -> JobCondition {
        let message = "Job has reached the specified backoff limit";
        self.condition("FailureTarget", "BackoffLimitExceeded", message)
    }

    pub(super) fn condition(&self, type_: &str, reason: &str, message: &str) -> JobCondition {
        let now = self.control.client.now();
        finish::condition(type_, "True", reason, message, now)
    }

    /// Finds out whether the job ends, and how.
    fn judge(&self, key: &NamespacedName, sync: &mut Sync) {
        let exceeded = sync.finished.take();
        sync.finished = finish::interim(&sync.job)
            .or_else(|| self.failed_by_policy(sync))
            .or(exceeded)
            .or_else(|| self.restarted_too_often(sync))
            .or_else(|| self.past_deadline(key, sync))
            .or_else(|| self.failed_by_indexes(sync));
        if sync.finished.is_none()
            && let Some(message) = success_policy::met(&sync.job, &sync.succeeded_indexes)
        {
            sync.finished = Some(self.condition("SuccessCriteriaMet", "SuccessPolicy", &message));
        }
    }

    fn failed_by_policy(&self, sync: &Sync) -> Option<JobCondition> {
        let job = &sync.job;
        let failed = sync
            .pods
            .iter()
            .filter(|pod| is_tracked(pod) && has_failed(pod, job));
        let mut messages = failed.filter_map(|pod| match failure_policy::action(job, pod) {
            Action::FailJob(message) => Some(message),
            _ => None,
        });
        let message = messages.next()?;
        Some(self.condition("FailureTarget", "PodFailurePolicy", &message))
    }

    /// With `restartPolicy: OnFailure` the kubelet tries again, and its restarts count.
    fn restarted_too_often(&self, sync: &Sync) -> Option<JobCondition> {
        let job = &sync.job;
        if job.spec.template.spec.restart_policy != "OnFailure" {
            return None;
        }
        let limit = job.spec.backoff_limit.unwrap_or(6);
        let alive = sync
            .pods
            .iter()
            .filter(|p| matches!(&*p.status.phase, "Running" | "Pending"));
        let restarts: i32 = alive
            .flat_map(|p| {
                p.status
                    .init_container_statuses
                    .iter()
                    .chain(&p.status.container_statuses)
            })
            .map(|status| status.restart_count)
            .sum();
        let exceeded = if limit == 0 {
            restarts > 0
        } else {
            restarts >= limit
        };
        exceeded.then(|| self.backoff_limit_exceeded())
    }

    fn past_deadline(&self, key: &NamespacedName, sync: &Sync) -> Option<JobCondition> {
        let job = &sync.job;
        let (seconds, start) = (job.spec.active_deadline_seconds?, job.status.start_time?);
        if is_suspended(job) {
            return None;
        }
        let due = sim::Time::from_secs(start.unix() + seconds);
        let now = self.control.client.sim().now();
        if due > now {
            self.queue.add_after(key.clone(), due.since(now));
            return None;
        }
        let message = "Job was active longer than specified deadline";
        Some(self.condition("FailureTarget", "DeadlineExceeded", message))
    }

    fn failed_by_indexes(&self, sync: &Sync) -> Option<JobCondition> {
        let failed = sync.failed_indexes.as_ref()?.len();
        let completions = sync.job.spec.completions.unwrap_or(0);
        if sync
            .job
            .spec
            .max_failed_indexes
            .is_some_and(|limit| failed > limit)
        {
            let message = "Job has exceeded the specified maximal number of failed indexes";
            return Some(self.condition("FailureTarget", "MaxFailedIndexesExceeded", message));
        }
        let over = failed > 0 && failed + sync.succeeded_indexes.len() >= completions;
        over.then(|| self.condition("FailureTarget", "FailedIndexes", "Job has failed indexes"))
    }

    /// Makes and deletes pods. How many are active then, whether the job was suspended or resumed, and what went wrong.
    fn act(&self, key: &NamespacedName, sync: &mut Sync) -> (i32, bool, Option<Status>) {
        if sync.finished.is_some() {
            let pods = sync.active.clone();
            let (deleted, error) = self.delete_pods(sync, &pods);
            return (count(pods.len()) - deleted, false, error);
        }
        if sync.job.metadata.is_deleting() {
            return (count(sync.active.len()), false, None);
        }
        let (active, error) = self.manage(key, sync);
        let complete = match sync.job.spec.completions {
            None => sync.succeeded > 0 && active == 0,
            Some(completions) => sync.succeeded >= completions && active == 0,
        };
        if complete {
            let message = "Reached expected number of succeeded pods";
            sync.finished =
                Some(self.condition("SuccessCriteriaMet", "CompletionsReached", message));
            return (active, false, error);
        }
        (active, self.note_suspension(sync), error)
    }

    /// Tells whether the job is suspended; whether that has changed.
    fn note_suspension(&self, sync: &mut Sync) -> bool {
        let now = self.control.client.now();
        let suspended = is_suspended(&sync.job);
        let (status, reason, message, event) = if suspended {
            ("True", "JobSuspended", "Job suspended", "Suspended")
        } else {
            ("False", "JobResumed", "Job resumed", "Resumed")
        };
        let conditions = &mut sync.job.status.conditions;
        let condition = finish::condition("Suspended", status, reason, message, now);
        if !finish::ensure(conditions, condition) {
            return false;
        }
        // A job that goes on starts anew as far as its deadline is concerned.
        sync.job.status.start_time = (!suspended).then_some(now);
        self.control
            .recorder
            .event(&sync.job, NORMAL, event, message);
        true
    }

    pub(super) fn requeue_after(&self, key: &NamespacedName, delay: Duration) {
        self.queue.add_after(key.clone(), delay);
    }
}
