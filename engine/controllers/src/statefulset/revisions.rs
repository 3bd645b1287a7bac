//! The versions of the template: the one that pods are being brought to, and the one they come from.

use std::rc::Rc;

use api::apps::v1::{ControllerRevision, StatefulSet};
use api::core::v1::{Pod, PodTemplateSpec};
use apimachinery::{Status, Str};

use super::{Controller, identity};
use crate::common::history::{self, Versioned};

/// The label under which revisions of stateful sets carry their hash.
const HASH_LABEL: &str = "controller.kubernetes.io/hash";

/// A version of the template.
pub(super) struct Version {
    /// The name of its revision.
    pub(super) name: Str,
    pub(super) template: PodTemplateSpec,
}

/// The two versions that matter, and all there are.
pub(super) struct Versions {
    /// The version that pods come from.
    pub(super) current: Version,
    /// The version that they are being brought to.
    pub(super) update: Version,
    pub(super) collisions: i32,
    all: Vec<Rc<ControllerRevision>>,
}

impl Controller {
    /// The versions of a set; a revision of today's template is made if there is none.
    pub(super) fn versions(&self, set: &StatefulSet) -> Result<Versions, Status> {
        let all = history::list(&self.revisions, &set.metadata.uid);
        let data = history::data_of(&set.spec.template);
        let next = history::next_number(&all);
        let mut collisions = set.status.collision_count.unwrap_or(0);
        let known = all
            .iter()
            .rev()
            .find(|revision| revision.data == data)
            .cloned();
        let update = match known {
            Some(known) if known.revision + 1 == next => known,
            Some(known) => history::renumber(&self.client, &known, next)?,
            None => {
                let versioned = Versioned {
                    owner: set,
                    template: &set.spec.template,
                    hash_label: HASH_LABEL,
                };
                let (created, count) = history::create(&self.client, &versioned, next, collisions)?;
                collisions = count;
                created
            }
        };
        let remembered = all
            .iter()
            .find(|r| r.metadata.name == set.status.current_revision);
        let current = remembered.unwrap_or(&update);
        let template = history::template_of(current).unwrap_or_else(|| set.spec.template.clone());
        Ok(Versions {
            current: Version {
                name: current.metadata.name.clone(),
                template,
            },
            update: Version {
                name: update.metadata.name.clone(),
                template: set.spec.template.clone(),
            },
            collisions,
            all,
        })
    }

    /// Forgets old revisions that no pod is of, beyond the limit.
    pub(super) fn clean_up_history(
        &self,
        set: &StatefulSet,
        versions: &Versions,
        pods: &[Rc<Pod>],
    ) -> Result<(), Status> {
        let in_use = |revision: &ControllerRevision| {
            let name = &revision.metadata.name;
            *name == versions.current.name
                || *name == versions.update.name
                || pods.iter().any(|pod| identity::revision_of(pod) == name)
        };
        history::truncate(
            &self.client,
            &versions.all,
            in_use,
            set.spec.revision_history_limit,
        )
    }
}
