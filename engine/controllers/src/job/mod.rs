//! Runs pods to completion (`pkg/controller/job`).
//!
//! ```text
//!   pods end ─► 1. their UIDs into status.uncountedTerminatedPods ─► 2. their finalizers off ─► 3. the counters up
//! ```
//!
//! Each pod carries a finalizer until it has been counted, so no end is missed and none counted twice, whatever is
//! deleted meanwhile.

mod backoff;
mod failure_policy;
mod finish;
mod indexes;
mod manage;
mod orphans;
mod success_policy;
mod sync;
mod track;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::batch::v1::Job;
use api::core::v1::Pod;
use client::workqueue::RateLimiter;
use client::{Change, Informer, Lister, NamespacedName, WorkQueue};

pub(crate) use finish::finished;

use self::backoff::Record;
use crate::common::claim;
use crate::common::pod_control::PodControl;
use crate::common::pod_owner;
use crate::context::Context;
use crate::replicaset::selector_of;
use crate::worker;

const NAME: &str = "job-controller";
/// Changes of pods are looked at together, a second later.
const SYNC_BATCH_PERIOD: Duration = Duration::from_secs(1);
/// Keeps a pod until it has been counted.
const TRACKING_FINALIZER: &str = "batch.kubernetes.io/job-tracking";
/// The `managedBy` of jobs that are this controller's.
const CONTROLLER_NAME: &str = "kubernetes.io/job-controller";

struct Controller {
    control: PodControl,
    jobs: Lister<Job>,
    pods: Lister<Pod>,
    queue: WorkQueue<NamespacedName>,
    /// How long to wait before a failed pod is replaced.
    backoffs: RefCell<BTreeMap<NamespacedName, Record>>,
}

pub(crate) fn start(context: &Context) {
    let limiter = RateLimiter::exponential(Duration::from_secs(1), Duration::from_secs(60));
    let queue: WorkQueue<NamespacedName> = WorkQueue::with_limiter(context.sim(), limiter);
    let client = context.client(NAME);
    let (jobs, pods) = (
        context.informers().of::<Job>(),
        context.informers().of::<Pod>(),
    );
    claim::index(&pods);
    follow_jobs(&jobs, &queue);
    let (q, lister) = (queue.clone(), jobs.lister());
    pods.on_change(move |change| enqueue_owner(change, &lister, &q));
    let controller = Rc::new(Controller {
        control: PodControl::new(&client, NAME),
        jobs: jobs.lister(),
        pods: pods.lister(),
        queue: queue.clone(),
        backoffs: RefCell::default(),
    });
    let informers = orphans::Informers {
        jobs: &jobs,
        pods: &pods,
    };
    orphans::start(context, &controller, &informers);
    worker::run(context, NAME, queue, move |key| controller.sync(key));
}

fn follow_jobs(jobs: &Informer<Job>, queue: &WorkQueue<NamespacedName>) {
    let queue = queue.clone();
    jobs.on_change(move |change| {
        let key = NamespacedName::of(&change.object().metadata);
        match change {
            Change::Updated { old, new } if old.metadata.generation == new.metadata.generation => {
                queue.add_after(key, SYNC_BATCH_PERIOD);
            }
            _ => queue.add(key),
        }
    });
}

fn enqueue_owner(change: &Change<'_, Pod>, jobs: &Lister<Job>, queue: &WorkQueue<NamespacedName>) {
    let selector = |job: &Job| selector_of(job.spec.selector.as_deref());
    pod_owner::concerned(change, jobs, selector, |key, _| {
        queue.add_after(key, SYNC_BATCH_PERIOD);
    });
}

/// Whether pods have a number each.
fn is_indexed(job: &Job) -> bool {
    job.spec.completion_mode.as_deref() == Some("Indexed")
}

fn is_suspended(job: &Job) -> bool {
    job.spec.suspend == Some(true)
}

/// Whether a pod that is on its way out is replaced only when it has really ended.
fn replaces_only_failed(job: &Job) -> bool {
    job.spec.pod_replacement_policy.as_deref() == Some("Failed")
}

fn parallelism(job: &Job) -> i32 {
    job.spec.parallelism.unwrap_or(1)
}

fn is_tracked(pod: &Pod) -> bool {
    pod.metadata
        .finalizers
        .iter()
        .any(|finalizer| finalizer == TRACKING_FINALIZER)
}

/// Whether the pod counts as failed: it has, or it was deleted before it could end.
fn has_failed(pod: &Pod, job: &Job) -> bool {
    match pod.status.phase.as_str() {
        "Failed" => true,
        "Succeeded" => false,
        _ => !replaces_only_failed(job) && pod.metadata.is_deleting(),
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
