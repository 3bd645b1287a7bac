//! Deletes jobs some time after they have ended (`pkg/controller/ttlafterfinished`).

use std::time::Duration;

use api::batch::v1::Job;
use apimachinery::{Status, Time};
use client::{Change, Client, Delete, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::job::finished;
use crate::worker;

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let client = context.client("ttl-after-finished-controller");
    let informer = context.informers().of::<Job>();
    let q = queue.clone();
    informer.on_change(move |change| {
        let job = change.object();
        let concerned = job.spec.ttl_seconds_after_finished.is_some() && finished(job).is_some();
        if concerned && !job.metadata.is_deleting() && !matches!(change, Change::Deleted(_)) {
            q.add(NamespacedName::of(&job.metadata));
        }
    });
    let (jobs, later) = (informer.lister(), queue.clone());
    worker::run(context, "ttl-after-finished", queue, move |key| {
        let Some(job) = jobs.by_key(key) else {
            return Ok(());
        };
        if let Some(delay) = process(&client, &job)? {
            later.add_after(key.clone(), delay);
        }
        Ok(())
    });
}

/// When the job is to go.
fn expiry(job: &Job) -> Option<i64> {
    let ttl = i64::from(job.spec.ttl_seconds_after_finished?);
    let end: Time = finished(job)?.last_transition_time;
    Some(end.unix() + ttl)
}

/// Deletes the job if its time has come; else, how long that is still to be.
fn process(client: &Client, job: &Job) -> Result<Option<Duration>, Status> {
    let Some(expiry) = expiry(job).filter(|_| !job.metadata.is_deleting()) else {
        return Ok(None);
    };
    let left = sim::Time::from_secs(expiry).since(client.sim().now());
    if !left.is_zero() {
        return Ok(Some(left));
    }
    let meta = &job.metadata;
    let delete = Delete::default()
        .uid(&meta.uid)
        .resource_version(&meta.resource_version)
        .propagation("Foreground");
    worker::ignore_not_found(client.delete::<Job>(&meta.namespace, &meta.name, &delete))?;
    Ok(None)
}
