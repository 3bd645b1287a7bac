//! Scaling: one replica set, or several in proportion.

use std::cmp::Reverse;
use std::rc::Rc;

use api::apps::v1::{Deployment, ReplicaSet};
use apimachinery::Status;
use client::events::NORMAL;

use super::{Controller, Rollout, progress, util};

impl Controller {
    /// The number of replicas changed, or the deployment is paused: scale, but roll nothing.
    pub(super) fn sync_scale(&self, rollout: &mut Rollout) -> Result<(), Status> {
        let new = self.new_set(rollout, false)?;
        let old = util::find_old(rollout, new.as_deref());
        self.scale(rollout, new.as_ref(), &old)?;
        if rollout.deployment.spec.paused {
            self.clean_up(rollout, new.as_deref())?;
        }
        let new = util::find_new(rollout);
        let status = progress::calculate_status(rollout, new.as_deref(), self.client.now());
        self.write_status_if_changed(&mut rollout.deployment, status)
            .map(drop)
    }

    fn scale(
        &self,
        rollout: &mut Rollout,
        new: Option<&Rc<ReplicaSet>>,
        old: &[Rc<ReplicaSet>],
    ) -> Result<(), Status> {
        let replicas = util::replicas_of(&rollout.deployment);
        if let Some(set) = util::active_or_latest(new, old) {
            if util::set_replicas(&set) != replicas {
                self.scale_set(rollout, &set, replicas)?;
            }
            return Ok(());
        }
        if util::is_saturated(&rollout.deployment, new.map(|set| &**set)) {
            for set in util::active(old) {
                self.scale_set(rollout, &set, 0)?;
            }
            return Ok(());
        }
        if rollout.deployment.spec.strategy.type_ == "Recreate" {
            return Ok(());
        }
        for (set, size) in proportions(&rollout.deployment, new, old) {
            self.scale_set(rollout, &set, size)?;
        }
        Ok(())
    }

    /// Gives a replica set its number of replicas, and tells about it; whether anything was to be done.
    pub(super) fn scale_set(
        &self,
        rollout: &mut Rollout,
        set: &Rc<ReplicaSet>,
        replicas: i32,
    ) -> Result<bool, Status> {
        let deployment = &rollout.deployment;
        let before = util::set_replicas(set);
        let mut scaled = ReplicaSet::clone(set);
        let wanted = util::replicas_of(deployment);
        let most = wanted + util::max_surge(deployment);
        let annotated = util::set_replicas_annotations(&mut scaled, wanted, most);
        if before == replicas && !annotated {
            return Ok(false);
        }
        scaled.spec.replicas = Some(replicas);
        let scaled = self.client.update(scaled)?;
        if before != replicas {
            let direction = if before < replicas { "up" } else { "down" };
            let message = format!(
                "Scaled {direction} replica set {} from {before} to {replicas}",
                set.metadata.name
            );
            self.recorder
                .event(deployment, NORMAL, "ScalingReplicaSet", &message);
        }
        rollout.replace(&scaled);
        Ok(before != replicas)
    }
}

/// In the middle of a rollout, every replica set gets its share of the change.
fn proportions(
    deployment: &Deployment,
    new: Option<&Rc<ReplicaSet>>,
    old: &[Rc<ReplicaSet>],
) -> Vec<(Rc<ReplicaSet>, i32)> {
    let all: Vec<Rc<ReplicaSet>> = old.iter().chain(new).cloned().collect();
    let mut sets = util::active(&all);
    let replicas = util::replicas_of(deployment);
    let allowed = if replicas > 0 {
        replicas + util::max_surge(deployment)
    } else {
        0
    };
    let to_add = allowed - util::wanted(&sets);
    let age = |set: &ReplicaSet| (set.metadata.creation_timestamp, set.metadata.name.clone());
    if to_add > 0 {
        // More goes to the largest, the newest of those first.
        sets.sort_by_key(|set| (Reverse(util::set_replicas(set)), Reverse(age(set))));
    } else {
        sets.sort_by_key(|set| (Reverse(util::set_replicas(set)), age(set)));
    }
    let mut added = 0;
    let mut sizes = Vec::with_capacity(sets.len());
    for set in sets {
        let share = share(&set, deployment, to_add, added);
        added += share;
        let size = util::set_replicas(&set) + share;
        sizes.push((set, size));
    }
    // What rounding left over goes to the first.
    if let Some((_, size)) = sizes.first_mut() {
        *size = (*size + to_add - added).max(0);
    }
    sizes
}

/// How much of the change a replica set gets, of what has not been given out yet.
fn share(set: &ReplicaSet, deployment: &Deployment, to_add: i32, added: i32) -> i32 {
    let size = util::set_replicas(set);
    if size == 0 || to_add == 0 || to_add == added {
        return 0;
    }
    let fraction = fraction(set, deployment);
    let left = to_add - added;
    if to_add > 0 {
        fraction.min(left)
    } else {
        fraction.max(left)
    }
}

/// By how much the replica set would grow if it kept its share of the whole.
fn fraction(set: &ReplicaSet, deployment: &Deployment) -> i32 {
    let (size, replicas) = (util::set_replicas(set), util::replicas_of(deployment));
    if replicas == 0 {
        return -size;
    }
    let most = i64::from(replicas + util::max_surge(deployment));
    let annotated = set
        .metadata
        .annotations
        .text(util::MAX_REPLICAS)
        .parse()
        .ok();
    let before: i64 = annotated.unwrap_or_else(|| i64::from(deployment.status.replicas));
    if before == 0 {
        return 0;
    }
    // Rounded half away from zero; all numbers are positive.
    let scaled = (2 * i64::from(size) * most + before) / (2 * before);
    i32::try_from(scaled).unwrap_or(i32::MAX) - size
}
