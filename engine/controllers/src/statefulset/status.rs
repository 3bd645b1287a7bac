//! What the status tells.

use std::rc::Rc;

use api::apps::v1::{StatefulSet, StatefulSetStatus};
use api::core::v1::Pod;
use apimachinery::{Status, Time};
use component_helpers::pod;

use super::revisions::Versions;
use super::{Controller, identity};
use crate::worker;

/// Whether the pod exists (and is not only described).
pub(super) fn is_created(pod: &Pod) -> bool {
    !pod.status.phase.is_empty()
}

/// Whether the pod runs and is ready.
pub(super) fn is_running_and_ready(pod: &Pod) -> bool {
    pod.status.phase == "Running" && pod::is_ready(pod)
}

/// Whether the pod has been running and ready for long enough.
pub(super) fn is_running_and_available(set: &StatefulSet, pod: &Pod, now: Time) -> bool {
    is_running_and_ready(pod) && pod::is_available(pod, set.spec.min_ready_seconds, now)
}

/// The status that follows from the pods.
pub(super) fn calculate(
    set: &StatefulSet,
    versions: &Versions,
    pods: &[Rc<Pod>],
    now: Time,
) -> StatefulSetStatus {
    let mut status = StatefulSetStatus {
        observed_generation: set.metadata.generation,
        current_revision: versions.current.name.clone(),
        update_revision: versions.update.name.clone(),
        collision_count: Some(versions.collisions),
        conditions: set.status.conditions.clone(),
        ..StatefulSetStatus::default()
    };
    for pod in pods {
        status.replicas += i32::from(is_created(pod));
        status.ready_replicas += i32::from(is_running_and_ready(pod));
        status.available_replicas += i32::from(is_running_and_available(set, pod, now));
        if is_created(pod) && !pod.metadata.is_deleting() {
            let revision = identity::revision_of(pod);
            status.current_replicas += i32::from(revision == versions.current.name);
            status.updated_replicas += i32::from(revision == versions.update.name);
        }
    }
    status
}

/// When all pods are updated and ready, today's version is what the next update starts from.
fn complete_update(set: &StatefulSet, status: &mut StatefulSetStatus) {
    let done = set.spec.update_strategy.type_ == "RollingUpdate"
        && status.updated_replicas == status.replicas
        && status.ready_replicas == status.replicas;
    if done {
        status.current_replicas = status.updated_replicas;
        status.current_revision = status.update_revision.clone();
    }
}

impl Controller {
    /// Writes the status if it has changed.
    pub(super) fn write_status(
        &self,
        set: &StatefulSet,
        mut status: StatefulSetStatus,
    ) -> Result<(), Status> {
        complete_update(set, &mut status);
        if *set.status == status {
            return Ok(());
        }
        let mut updated = set.clone();
        *updated.status = status.clone();
        match self.client.update_status(updated) {
            Err(error) if error.is_conflict() => {
                let meta = &set.metadata;
                let fresh = self
                    .client
                    .get::<StatefulSet>(&meta.namespace, &meta.name)?;
                let mut fresh = StatefulSet::clone(&fresh);
                *fresh.status = status;
                self.client.update_status(fresh).map(drop)
            }
            other => worker::ignore_not_found(other),
        }
    }
}
