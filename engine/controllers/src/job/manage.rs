//! Makes the pods that the job still needs, and deletes those that it does not.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::batch::v1::Job;
use api::core::v1::Pod;
use apimachinery::{Status, Str};
use client::NamespacedName;
use component_helpers::pod;

use super::indexes::{self, FAILURE_COUNT};
use super::sync::Sync;
use super::{
    Controller, TRACKING_FINALIZER, backoff, count, has_failed, is_indexed, is_suspended,
    parallelism, replaces_only_failed,
};
use crate::common::pod_control::{PodControl, is_namespace_terminating, pod_from_template};
use crate::common::{controller_ref, rank};

/// How many pods are made or deleted in one go.
const MAX_POD_CREATE_DELETE_PER_SYNC: usize = 500;

impl Controller {
    /// Brings the number of active pods to what it should be: that number, and what went wrong.
    pub(super) fn manage(&self, key: &NamespacedName, sync: &mut Sync) -> (i32, Option<Status>) {
        let active = count(sync.active.len());
        let wanted = if is_suspended(&sync.job) {
            0
        } else {
            wanted_active(sync, active)
        };
        let doomed = self.choose_doomed(sync, active - wanted);
        if !doomed.is_empty() {
            let (deleted, error) = self.delete_pods(sync, &doomed);
            return (active - deleted, error);
        }
        let leaving = if replaces_only_failed(&sync.job) {
            sync.terminating
        } else {
            0
        };
        let missing = wanted - leaving - active;
        if missing <= 0 {
            return (active, None);
        }
        self.create(key, sync, active, missing)
    }

    /// Pods that are too many: those with a number that another has, or that is done; else the least useful.
    fn choose_doomed(&self, sync: &Sync, too_many: i32) -> Vec<Rc<Pod>> {
        let mut doomed = Vec::new();
        let mut rest = sync.active.clone();
        rank::sort_for_deletion(&mut rest, &[], self.control.client.now());
        if is_indexed(&sync.job) {
            let completions = sync.job.spec.completions.unwrap_or(0);
            let mut seen: BTreeMap<i32, Rc<Pod>> = BTreeMap::new();
            // The most useful one of each number stays.
            for pod in rest.iter().rev() {
                match indexes::of(pod) {
                    Some(index) if index < completions && !seen.contains_key(&index) => {
                        seen.insert(index, Rc::clone(pod));
                    }
                    _ => doomed.push(Rc::clone(pod)),
                }
            }
            rest = seen.into_values().rev().collect();
        }
        let more = usize::try_from(too_many)
            .unwrap_or(0)
            .saturating_sub(doomed.len());
        doomed.extend(rest.into_iter().take(more));
        doomed.truncate(MAX_POD_CREATE_DELETE_PER_SYNC);
        doomed
    }

    /// Deletes pods; how many of them.
    pub(super) fn delete_pods(&self, sync: &mut Sync, pods: &[Rc<Pod>]) -> (i32, Option<Status>) {
        let (mut deleted, mut error) = (0, None);
        for pod in pods {
            let meta = &pod.metadata;
            match self.control.delete(&sync.job, &meta.namespace, &meta.name) {
                Ok(()) => {
                    deleted += 1;
                    sync.ready -= i32::from(pod::is_ready(pod));
                }
                Err(status) => drop(error.get_or_insert(status)),
            }
        }
        sync.terminating += deleted;
        (deleted, error)
    }

    fn create(
        &self,
        key: &NamespacedName,
        sync: &Sync,
        active: i32,
        missing: i32,
    ) -> (i32, Option<Status>) {
        let now = self.control.client.sim().now();
        let per_index = sync.job.spec.backoff_limit_per_index.is_some();
        let wait = if per_index {
            Duration::ZERO
        } else {
            sync.backoff.remaining(now)
        };
        if !wait.is_zero() {
            self.requeue_after(key, wait);
            return (active, None);
        }
        let most = usize::try_from(missing)
            .unwrap_or(0)
            .min(MAX_POD_CREATE_DELETE_PER_SYNC);
        let numbers: Vec<Option<i32>> = if is_indexed(&sync.job) {
            let (ready, wait) = self.next_indexes(sync, most);
            if let Some(wait) = wait.filter(|_| ready.is_empty()) {
                self.requeue_after(key, wait);
            }
            ready.into_iter().map(Some).collect()
        } else {
            vec![None; most]
        };
        let (done, error) = PodControl::slow_start(numbers.len(), |i| {
            let pod = describe(sync, numbers[i]);
            match self.control.create(&sync.job, pod) {
                Err(status) if is_namespace_terminating(&status) => Ok(()),
                other => other.map(drop),
            }
        });
        (active + count(done), error)
    }

    /// The lowest numbers that have no pod and are neither done nor given up; with a back-off per number, those that
    /// need not wait, and how long the others have to.
    fn next_indexes(&self, sync: &Sync, most: usize) -> (Vec<i32>, Option<Duration>) {
        let completions = sync.job.spec.completions.unwrap_or(0);
        let taken: Vec<i32> = sync
            .active
            .iter()
            .filter_map(|pod| indexes::of(pod))
            .collect();
        let given_up = |index| sync.failed_indexes.as_ref().is_some_and(|f| f.has(index));
        let free = (0..completions).filter(|index| {
            !taken.contains(index) && !sync.succeeded_indexes.has(*index) && !given_up(*index)
        });
        if sync.job.spec.backoff_limit_per_index.is_none() {
            return (free.take(most).collect(), None);
        }
        let now = self.control.client.sim().now();
        let (mut ready, mut shortest) = (Vec::new(), None);
        for index in free {
            let wait = last_failure(sync, index).map_or(Duration::ZERO, |(failures, pod)| {
                let at = backoff::finish_time(pod).unix() + backoff::delay(failures);
                sim::Time::from_secs(at).since(now)
            });
            if wait.is_zero() && ready.len() < most {
                ready.push(index);
            } else if !wait.is_zero() {
                shortest = Some(shortest.map_or(wait, |s: Duration| s.min(wait)));
            }
        }
        (ready, shortest)
    }
}

fn wanted_active(sync: &Sync, active: i32) -> i32 {
    let parallelism = parallelism(&sync.job);
    match sync.job.spec.completions {
        // Any success ends such a job; what runs may go on.
        None if sync.succeeded > 0 => active,
        None => parallelism,
        Some(completions) => {
            let given_up = sync
                .failed_indexes
                .as_ref()
                .map_or(0, indexes::Indexes::len);
            (completions - sync.succeeded - given_up)
                .min(parallelism)
                .max(0)
        }
    }
}

/// The last failed pod of a number, and how often its pods have failed with it.
fn last_failure(sync: &Sync, index: i32) -> Option<(u32, &Pod)> {
    let failed = sync
        .pods
        .iter()
        .filter(|pod| indexes::of(pod) == Some(index) && has_failed(pod, &sync.job));
    let last = failed.max_by_key(|pod| indexes::failures_before(pod))?;
    Some((indexes::failures_before(last) + 1, last))
}

fn describe(sync: &Sync, index: Option<i32>) -> Pod {
    let job: &Job = &sync.job;
    let mut template = job.spec.template.clone();
    if let Some(index) = index {
        indexes::number(job, &mut template, index);
        if job.spec.backoff_limit_per_index.is_some() {
            let failures = last_failure(sync, index).map_or(0, |(failures, _)| failures);
            let text: Str = failures.to_string().into();
            template.metadata.annotations.insert(FAILURE_COUNT, text);
        }
    }
    let mut pod = pod_from_template(&template, &job.metadata, controller_ref(job));
    if let Some(index) = index {
        pod.metadata.generate_name = format!("{}-{index}-", job.metadata.name).into();
    }
    pod.metadata.finalizers.push(TRACKING_FINALIZER.into());
    pod
}
