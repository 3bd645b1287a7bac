//! The history of a daemon set's template.

use std::rc::Rc;

use api::apps::v1::{ControllerRevision, DaemonSet};
use apimachinery::{Status, Str};

use super::manage::HASH_LABEL;
use super::{Controller, PodsByNode};
use crate::common::history::{self, Versioned};

/// A set's revisions, and the hash of today's.
pub(super) struct History {
    pub(super) hash: Str,
    current: Rc<ControllerRevision>,
    old: Vec<Rc<ControllerRevision>>,
}

impl Controller {
    /// The history, with a revision of today's template, which is made if there is none.
    pub(super) fn history(&self, set: &mut DaemonSet) -> Result<History, Status> {
        let revisions = history::list(&self.revisions, &set.metadata.uid);
        let data = history::data_of(&set.spec.template);
        let known = revisions
            .iter()
            .rev()
            .find(|revision| revision.data == data)
            .cloned();
        let next = history::next_number(&revisions);
        let client = &self.control.client;
        let current = match known {
            Some(current) if current.revision + 1 == next => current,
            Some(current) => history::renumber(client, &current, next)?,
            None => self.new_revision(set, next)?,
        };
        let old = revisions
            .into_iter()
            .filter(|r| r.metadata.uid != current.metadata.uid)
            .collect();
        Ok(History {
            hash: current.metadata.labels.text(HASH_LABEL).into(),
            current,
            old,
        })
    }

    fn new_revision(
        &self,
        set: &mut DaemonSet,
        number: i64,
    ) -> Result<Rc<ControllerRevision>, Status> {
        let template = set.spec.template.clone();
        let versioned = Versioned {
            owner: &*set,
            template: &template,
            hash_label: HASH_LABEL,
        };
        let before = set.status.collision_count.unwrap_or(0);
        let (revision, collisions) =
            history::create(&self.control.client, &versioned, number, before)?;
        if collisions != before {
            set.status.collision_count = Some(collisions);
        }
        Ok(revision)
    }

    /// Forgets old revisions that no pod is of, beyond the limit.
    pub(super) fn clean_up_history(
        &self,
        set: &DaemonSet,
        history: &History,
        pods: &PodsByNode,
    ) -> Result<(), Status> {
        let in_use = |revision: &ControllerRevision| {
            let hash = revision.metadata.labels.text(HASH_LABEL);
            let mut all = pods.values().flatten();
            revision.metadata.uid == history.current.metadata.uid
                || all.any(|pod| pod.metadata.labels.text(HASH_LABEL) == hash)
        };
        let limit = set.spec.revision_history_limit;
        history::truncate(&self.control.client, &history.old, in_use, limit)
    }
}
