//! What the status tells.

use std::time::Duration;

use api::apps::v1::{DaemonSet, DaemonSetStatus};
use apimachinery::Status;
use component_helpers::pod;

use super::{Controller, PodsByNode, nodes, update};
use crate::worker;

impl Controller {
    /// Counts, and writes the status if it has changed.
    pub(super) fn write_status(
        &self,
        set: &mut DaemonSet,
        pods: &PodsByNode,
        hash: &str,
    ) -> Result<(), Status> {
        let mut status = DaemonSetStatus {
            observed_generation: set.metadata.generation,
            collision_count: set.status.collision_count,
            conditions: set.status.conditions.clone(),
            ..DaemonSetStatus::default()
        };
        let rule = nodes::Rule::of(set);
        for node in self.nodes.list() {
            let there = pods.get(&node.metadata.name).map_or(&[][..], Vec::as_slice);
            if !rule.applies(&node).run {
                status.number_misscheduled += i32::from(!there.is_empty());
                continue;
            }
            status.desired_number_scheduled += 1;
            // During a surge there are two; the older one speaks for the node.
            let oldest = there
                .iter()
                .min_by_key(|pod| pod.metadata.creation_timestamp);
            let Some(oldest) = oldest else { continue };
            status.current_number_scheduled += 1;
            status.number_ready += i32::from(pod::is_ready(oldest));
            status.number_available += i32::from(self.is_available(set, oldest));
            status.updated_number_scheduled += i32::from(update::is_updated(oldest, hash));
        }
        status.number_unavailable = status.desired_number_scheduled - status.number_available;
        self.look_again_when_available(set, &status);
        if *set.status == status {
            return Ok(());
        }
        *set.status = status.clone();
        match self.control.client.update_status(set.clone()) {
            Err(error) if error.is_conflict() => {
                let meta = &set.metadata;
                let fresh = self
                    .control
                    .client
                    .get::<DaemonSet>(&meta.namespace, &meta.name)?;
                let mut fresh = DaemonSet::clone(&fresh);
                *fresh.status = status;
                self.control.client.update_status(fresh).map(drop)
            }
            other => worker::ignore_not_found(other),
        }
    }

    fn look_again_when_available(&self, set: &DaemonSet, status: &DaemonSetStatus) {
        let seconds = u64::try_from(set.spec.min_ready_seconds).unwrap_or(0);
        if seconds > 0 && status.number_ready != status.number_available {
            self.requeue_after(set, Duration::from_secs(seconds));
        }
    }
}
