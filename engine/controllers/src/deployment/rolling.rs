//! Rolling update: the new replica set up and the old ones down, within surge and availability.

use std::rc::Rc;

use api::apps::v1::ReplicaSet;
use apimachinery::Status;

use super::{Controller, Rollout, progress, util};

impl Controller {
    pub(super) fn roll(&self, rollout: &mut Rollout) -> Result<(), Status> {
        let Some(new) = self.new_set(rollout, true)? else {
            return Ok(());
        };
        if self.scale_up_new(rollout, &new)? || self.scale_down_old(rollout, &new)? {
            return self.sync_rollout_status(rollout);
        }
        if progress::is_complete(&rollout.deployment, &rollout.deployment.status) {
            self.clean_up(rollout, Some(&*new))?;
        }
        self.sync_rollout_status(rollout)
    }

    fn scale_up_new(&self, rollout: &mut Rollout, new: &Rc<ReplicaSet>) -> Result<bool, Status> {
        let (now, wanted) = (
            util::set_replicas(new),
            util::replicas_of(&rollout.deployment),
        );
        if now == wanted {
            return Ok(false);
        }
        let target = if now > wanted {
            wanted
        } else {
            util::new_set_replicas(&rollout.deployment, &rollout.sets, now)
        };
        self.scale_set(rollout, new, target)
    }

    fn scale_down_old(&self, rollout: &mut Rollout, new: &Rc<ReplicaSet>) -> Result<bool, Status> {
        let old = util::active(&util::find_old(rollout, Some(&**new)));
        if util::wanted(&old) == 0 {
            return Ok(false);
        }
        let deployment = &rollout.deployment;
        let least = util::replicas_of(deployment) - util::max_unavailable(deployment);
        let new_unavailable = util::set_replicas(new) - new.status.available_replicas;
        let most = util::wanted(&rollout.sets) - least - new_unavailable;
        if most <= 0 {
            return Ok(false);
        }
        let unhealthy = self.clean_up_unhealthy(rollout, &old, most)?;
        let old: Vec<Rc<ReplicaSet>> = old
            .iter()
            .filter_map(|set| {
                rollout
                    .sets
                    .iter()
                    .find(|s| s.metadata.uid == set.metadata.uid)
            })
            .cloned()
            .collect();
        let healthy = self.scale_down_available(rollout, &old, least)?;
        Ok(unhealthy + healthy > 0)
    }

    /// Pods that are not available can go without harm.
    fn clean_up_unhealthy(
        &self,
        rollout: &mut Rollout,
        old: &[Rc<ReplicaSet>],
        most: i32,
    ) -> Result<i32, Status> {
        let mut sets = old.to_vec();
        util::sort_by_age(&mut sets);
        let mut total = 0;
        for set in sets {
            let size = util::set_replicas(&set);
            let unavailable = size - set.status.available_replicas;
            if total >= most {
                break;
            }
            if size == 0 || unavailable <= 0 {
                continue;
            }
            let less = unavailable.min(most - total);
            self.scale_set(rollout, &set, size - less)?;
            total += less;
        }
        Ok(total)
    }

    /// As many of the others as are available in excess.
    fn scale_down_available(
        &self,
        rollout: &mut Rollout,
        old: &[Rc<ReplicaSet>],
        least: i32,
    ) -> Result<i32, Status> {
        let excess = util::available(&rollout.sets) - least;
        if excess <= 0 {
            return Ok(0);
        }
        let mut sets = old.to_vec();
        util::sort_by_age(&mut sets);
        let mut total = 0;
        for set in sets {
            if total >= excess {
                break;
            }
            let size = util::set_replicas(&set);
            if size == 0 {
                continue;
            }
            let less = size.min(excess - total);
            self.scale_set(rollout, &set, size - less)?;
            total += less;
        }
        Ok(total)
    }
}
