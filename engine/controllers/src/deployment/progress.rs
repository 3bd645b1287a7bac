//! Status, conditions, and whether a rollout gets anywhere.

use std::time::Duration;

use api::apps::v1::{
    Deployment, DeploymentCondition, DeploymentSpec, DeploymentStatus, ReplicaSet,
};
use apimachinery::{Status, Str, Time};

use super::{Controller, Rollout, util};

const PROGRESSING: &str = "Progressing";
const AVAILABLE: &str = "Available";
const REPLICA_FAILURE: &str = "ReplicaFailure";
const NEW_SET_AVAILABLE: &str = "NewReplicaSetAvailable";
const DEADLINE_EXCEEDED: &str = "ProgressDeadlineExceeded";

/// A condition that begins now.
pub(super) fn condition(
    type_: &str,
    status: &str,
    reason: &str,
    message: &str,
    now: Time,
) -> DeploymentCondition {
    DeploymentCondition {
        type_: type_.into(),
        status: status.into(),
        last_update_time: now,
        last_transition_time: now,
        reason: reason.into(),
        message: message.into(),
    }
}

fn get<'a>(status: &'a DeploymentStatus, type_: &str) -> Option<&'a DeploymentCondition> {
    status.conditions.iter().find(|c| c.type_ == type_)
}

/// The reason of the `Progressing` condition, if there is one.
pub(super) fn reason(status: &DeploymentStatus) -> Option<Str> {
    get(status, PROGRESSING).map(|c| c.reason.clone())
}

/// Sets a condition, as the last one. If status and reason stay, so does the whole condition.
pub(super) fn set(status: &mut DeploymentStatus, mut new: DeploymentCondition) {
    if let Some(old) = get(status, &new.type_) {
        if old.status == new.status && old.reason == new.reason {
            return;
        }
        if old.status == new.status {
            new.last_transition_time = old.last_transition_time;
        }
    }
    remove(status, &new.type_.clone());
    status.conditions.push(new);
}

fn remove(status: &mut DeploymentStatus, type_: &str) {
    status.conditions.retain(|c| c.type_ != type_);
}

/// The status that follows from the replica sets.
pub(super) fn calculate_status(
    rollout: &Rollout,
    new: Option<&ReplicaSet>,
    now: Time,
) -> DeploymentStatus {
    let deployment = &rollout.deployment;
    let sets = &rollout.sets;
    let available = util::available(sets);
    let updated = new.map_or(0, |set| set.status.replicas);
    let terminating: Option<i32> = sets.iter().map(|set| set.status.terminating_replicas).sum();
    let mut status = DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: util::actual(sets),
        updated_replicas: updated,
        ready_replicas: sets.iter().map(|set| set.status.ready_replicas).sum(),
        available_replicas: available,
        unavailable_replicas: (util::wanted(sets) - available).max(0),
        terminating_replicas: terminating,
        collision_count: deployment.status.collision_count,
        conditions: deployment.status.conditions.clone(),
    };
    let enough = available >= util::replicas_of(deployment) - util::max_unavailable(deployment);
    set(
        &mut status,
        if enough {
            let message = "Deployment has minimum availability.";
            condition(AVAILABLE, "True", "MinimumReplicasAvailable", message, now)
        } else {
            let message = "Deployment does not have minimum availability.";
            condition(
                AVAILABLE,
                "False",
                "MinimumReplicasUnavailable",
                message,
                now,
            )
        },
    );
    status
}

/// Whether all pods are new, and available.
pub(super) fn is_complete(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let replicas = util::replicas_of(deployment);
    status.updated_replicas == replicas
        && status.replicas == replicas
        && status.available_replicas == replicas
        && status.observed_generation >= deployment.metadata.generation
}

/// Whether anything got better since.
fn has_progressed(old: &DeploymentStatus, new: &DeploymentStatus) -> bool {
    new.updated_replicas > old.updated_replicas
        || new.replicas - new.updated_replicas < old.replicas - old.updated_replicas
        || new.ready_replicas > old.ready_replicas
        || new.available_replicas > old.available_replicas
}

/// When progress is overdue.
fn deadline(spec: &DeploymentSpec, status: &DeploymentStatus) -> Option<i64> {
    let seconds = i64::from(spec.progress_deadline_seconds?);
    Some(get(status, PROGRESSING)?.last_update_time.unix() + seconds)
}

fn has_timed_out(deployment: &Deployment, status: &DeploymentStatus, now: Time) -> bool {
    match reason(status).as_deref() {
        None | Some(NEW_SET_AVAILABLE) => false,
        Some(DEADLINE_EXCEEDED) => true,
        Some(_) => deadline(&deployment.spec, status).is_some_and(|due| due < now.unix()),
    }
}

impl Controller {
    /// Writes the status of a rollout, with what there is to say about its progress.
    pub(super) fn sync_rollout_status(&self, rollout: &mut Rollout) -> Result<(), Status> {
        let now = self.client.now();
        let new = util::find_new(rollout);
        let mut status = calculate_status(rollout, new.as_deref(), now);
        let tells_progress = rollout.deployment.spec.progress_deadline_seconds.is_some();
        let at_rest = status.replicas == status.updated_replicas
            && reason(&rollout.deployment.status).as_deref() == Some(NEW_SET_AVAILABLE);
        if !tells_progress {
            remove(&mut status, PROGRESSING);
        } else if !at_rest {
            note_progress(&rollout.deployment, new.as_deref(), &mut status, now);
        }
        match failure(rollout, new.as_deref()) {
            Some(failure) => set(&mut status, failure),
            None => remove(&mut status, REPLICA_FAILURE),
        }
        if !self.write_status_if_changed(&mut rollout.deployment, status)? {
            self.look_again_at_deadline(&rollout.deployment);
        }
        Ok(())
    }

    /// Nothing will happen by itself when a rollout is stuck, so look again when its time is up.
    fn look_again_at_deadline(&self, deployment: &Deployment) {
        let status = &deployment.status;
        let over = is_complete(deployment, status)
            || matches!(reason(status).as_deref(), None | Some(DEADLINE_EXCEEDED));
        if over {
            return;
        }
        if let Some(due) = deadline(&deployment.spec, status) {
            // One second more, so that it has certainly passed.
            let seconds = (due - self.client.now().unix()).max(0) + 1;
            let delay = Duration::from_secs(u64::try_from(seconds).unwrap_or(1));
            self.requeue_after(deployment, delay);
        }
    }
}

fn note_progress(
    deployment: &Deployment,
    new: Option<&ReplicaSet>,
    status: &mut DeploymentStatus,
    now: Time,
) {
    let subject = match new {
        Some(set) => format!("ReplicaSet \"{}\"", set.metadata.name),
        None => format!("Deployment \"{}\"", deployment.metadata.name),
    };
    if is_complete(deployment, status) {
        let message = format!("{subject} has successfully progressed.");
        set(
            status,
            condition(PROGRESSING, "True", NEW_SET_AVAILABLE, &message, now),
        );
    } else if has_progressed(&deployment.status, status) {
        let message = format!("{subject} is progressing.");
        let mut new = condition(PROGRESSING, "True", "ReplicaSetUpdated", &message, now);
        // Every step renews the time from which the deadline counts.
        if let Some(old) = get(status, PROGRESSING).filter(|old| old.status == "True") {
            new.last_transition_time = old.last_transition_time;
        }
        remove(status, PROGRESSING);
        status.conditions.push(new);
    } else if has_timed_out(deployment, status, now) {
        let message = format!("{subject} has timed out progressing.");
        set(
            status,
            condition(PROGRESSING, "False", DEADLINE_EXCEEDED, &message, now),
        );
    }
}

/// A replica set that cannot make its pods: the new one's trouble first.
fn failure(rollout: &Rollout, new: Option<&ReplicaSet>) -> Option<DeploymentCondition> {
    let of = |set: &ReplicaSet| {
        let found = set
            .status
            .conditions
            .iter()
            .find(|c| c.type_ == REPLICA_FAILURE)?;
        Some(DeploymentCondition {
            type_: REPLICA_FAILURE.into(),
            status: found.status.clone(),
            last_update_time: found.last_transition_time,
            last_transition_time: found.last_transition_time,
            reason: found.reason.clone(),
            message: found.message.clone(),
        })
    };
    new.and_then(of)
        .or_else(|| rollout.sets.iter().find_map(|set| of(set)))
}
