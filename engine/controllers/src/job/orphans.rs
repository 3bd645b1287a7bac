//! Lets go of pods whose job is gone or over: nobody will count them any more, so nothing may hold them back.

use std::rc::Rc;

use api::batch::v1::Job;
use api::core::v1::Pod;
use apimachinery::Kind;
use client::{Change, Informer, Lister, NamespacedName, WorkQueue};

use super::{CONTROLLER_NAME, Controller, NAME, finish, is_tracked};
use crate::common::claim;
use crate::context::Context;
use crate::worker;

/// Starts looking for such pods.
pub(super) fn start(context: &Context, controller: &Rc<Controller>, informers: &Informers<'_>) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let (q, pods) = (queue.clone(), informers.pods.lister());
    informers.jobs.on_change(move |change| {
        if let Change::Deleted(job) = change {
            for pod in claim::controlled_by(&pods, &job.metadata.uid) {
                if is_tracked(&pod) {
                    q.add(NamespacedName::of(&pod.metadata));
                }
            }
        }
    });
    let (q, jobs) = (queue.clone(), informers.jobs.lister());
    informers.pods.on_change(move |change| {
        let pod = change.object();
        let going = pod.metadata.is_deleting() && !matches!(change, Change::Deleted(_));
        if going && is_tracked(pod) && is_orphan(pod, &jobs) {
            q.add(NamespacedName::of(&pod.metadata));
        }
    });
    let controller = Rc::clone(controller);
    worker::run(context, NAME, queue, move |key| {
        match controller.pods.by_key(key) {
            Some(pod) if is_tracked(&pod) && is_orphan(&pod, &controller.jobs) => {
                controller.release(&pod)
            }
            _ => Ok(()),
        }
    });
}

/// What the controller watches.
pub(super) struct Informers<'a> {
    pub(super) jobs: &'a Informer<Job>,
    pub(super) pods: &'a Informer<Pod>,
}

/// Whether no job of this controller's will count the pod.
fn is_orphan(pod: &Pod, jobs: &Lister<Job>) -> bool {
    let Some(owner) = pod.metadata.controller() else {
        return true;
    };
    if owner.kind != Job::KIND || owner.api_version != Job::API_VERSION {
        return false;
    }
    let job = jobs.get(&pod.metadata.namespace, &owner.name);
    let Some(job) = job.filter(|job| job.metadata.uid == owner.uid) else {
        return true;
    };
    let elsewhere = job.spec.managed_by.as_deref();
    finish::is_finished(&job) && elsewhere.is_none_or(|name| name == CONTROLLER_NAME)
}
