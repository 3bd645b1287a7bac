//! Recreate: all old pods go before the first new one comes.

use std::rc::Rc;

use api::apps::v1::ReplicaSet;
use apimachinery::Status;
use component_helpers::pod;

use super::{Controller, Rollout, progress, util};
use crate::common::claim;

impl Controller {
    pub(super) fn roll_by_recreating(&self, rollout: &mut Rollout) -> Result<(), Status> {
        let new = self.new_set(rollout, false)?;
        let old = util::find_old(rollout, new.as_deref());
        let mut scaled = false;
        for set in util::active(&old) {
            scaled |= self.scale_set(rollout, &set, 0)?;
        }
        if scaled || self.old_pods_are_there(&old) {
            return self.sync_rollout_status(rollout);
        }
        let Some(new) = self.new_set(rollout, true)? else {
            return Ok(());
        };
        let replicas = util::replicas_of(&rollout.deployment);
        self.scale_set(rollout, &new, replicas)?;
        if progress::is_complete(&rollout.deployment, &rollout.deployment.status) {
            self.clean_up(rollout, Some(&*new))?;
        }
        self.sync_rollout_status(rollout)
    }

    fn old_pods_are_there(&self, old: &[Rc<ReplicaSet>]) -> bool {
        let running = |set: &Rc<ReplicaSet>| {
            let pods = claim::controlled_by(&self.pods, &set.metadata.uid);
            pods.iter().any(|pod| !pod::is_terminal(pod))
        };
        util::actual(old) > 0 || old.iter().any(running)
    }
}
