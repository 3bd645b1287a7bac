//! Old replica sets beyond the history limit go.

use api::apps::v1::ReplicaSet;
use apimachinery::Status;
use client::Delete;

use super::{Controller, Rollout, util};
use crate::worker;

impl Controller {
    pub(super) fn clean_up(
        &self,
        rollout: &Rollout,
        new: Option<&ReplicaSet>,
    ) -> Result<(), Status> {
        let Some(limit) = rollout.deployment.spec.revision_history_limit else {
            return Ok(());
        };
        let mut old = util::find_old(rollout, new);
        old.retain(|set| !set.metadata.is_deleting());
        let limit = usize::try_from(limit).unwrap_or(0);
        if old.len() <= limit {
            return Ok(());
        }
        let excess = old.len() - limit;
        old.sort_by_key(|set| (util::revision(set), set.metadata.creation_timestamp));
        for set in old.iter().take(excess) {
            let in_use = set.status.replicas != 0
                || util::set_replicas(set) != 0
                || set.metadata.generation > set.status.observed_generation;
            if in_use {
                continue;
            }
            let (namespace, name) = (&set.metadata.namespace, &set.metadata.name);
            let deleted = self
                .client
                .delete::<ReplicaSet>(namespace, name, &Delete::default());
            worker::ignore_not_found(deleted)?;
        }
        Ok(())
    }
}
