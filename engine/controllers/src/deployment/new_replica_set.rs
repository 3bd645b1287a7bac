//! The replica set of today's template: found, or made.

use std::rc::Rc;

use api::apps::v1::{Deployment, ReplicaSet};
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Shared, Status, Str};
use client::events::NORMAL;

use super::{Controller, Rollout, progress, util};
use crate::common::pod_control::is_namespace_terminating;
use crate::common::{controller_ref, hash, is_controlled_by};

const FAILED_CREATE: &str = "ReplicaSetCreateError";
/// No name is longer than this.
const NAME_LIMIT: usize = 253;

impl Controller {
    /// The new replica set, made if `create` allows it; the deployment's own revision follows it.
    pub(super) fn new_set(
        &self,
        rollout: &mut Rollout,
        create: bool,
    ) -> Result<Option<Rc<ReplicaSet>>, Status> {
        let existing = util::find_new(rollout);
        let old = util::find_old(rollout, existing.as_deref());
        let next = util::max_revision(&old) + 1;
        match existing {
            Some(set) => self.adopt_revision(rollout, &set, next).map(Some),
            None if create => self.create_set(rollout, &old, next).map(Some),
            None => Ok(None),
        }
    }

    fn adopt_revision(
        &self,
        rollout: &mut Rollout,
        set: &Rc<ReplicaSet>,
        revision: i64,
    ) -> Result<Rc<ReplicaSet>, Status> {
        let deployment = &mut rollout.deployment;
        let mut updated = ReplicaSet::clone(set);
        let annotated = util::set_new_annotations(deployment, &mut updated, revision, true);
        let min_ready = deployment.spec.min_ready_seconds;
        if annotated || updated.spec.min_ready_seconds != min_ready {
            updated.spec.min_ready_seconds = min_ready;
            let updated = self.client.update(updated)?;
            rollout.replace(&updated);
            return Ok(updated);
        }
        let mut changed = set_revision(deployment, set.metadata.annotations.text(util::REVISION));
        let tells_progress = deployment.spec.progress_deadline_seconds.is_some();
        if tells_progress && progress::reason(&deployment.status).is_none() {
            let message = format!("Found new replica set \"{}\"", set.metadata.name);
            let now = self.client.now();
            let condition =
                progress::condition("Progressing", "True", "FoundNewReplicaSet", &message, now);
            progress::set(&mut deployment.status, condition);
            changed = true;
        }
        if changed {
            self.note_status(deployment)?;
        }
        Ok(Rc::clone(set))
    }

    fn create_set(
        &self,
        rollout: &mut Rollout,
        old: &[Rc<ReplicaSet>],
        revision: i64,
    ) -> Result<Rc<ReplicaSet>, Status> {
        let mut set = describe(&rollout.deployment);
        let replicas = util::new_set_replicas(&rollout.deployment, old, 0);
        set.spec.replicas = Some(replicas);
        util::set_new_annotations(&rollout.deployment, &mut set, revision, false);
        let name = set.metadata.name.clone();
        let (created, is_new) = match self.client.create(set.clone()) {
            Ok(created) => (created, true),
            Err(status) if status.is_already_exists() => {
                (self.resolve_collision(rollout, &set, status)?, false)
            }
            Err(status) => return Err(self.note_create_error(rollout, &name, status)),
        };
        let deployment = &mut rollout.deployment;
        if is_new && replicas > 0 {
            let message = format!("Scaled up replica set {name} from 0 to {replicas}");
            self.recorder
                .event(deployment, NORMAL, "ScalingReplicaSet", &message);
        }
        let mut changed = set_revision(deployment, &revision.to_string());
        if is_new && deployment.spec.progress_deadline_seconds.is_some() {
            let message = format!("Created new replica set \"{name}\"");
            let now = self.client.now();
            let condition =
                progress::condition("Progressing", "True", "NewReplicaSetCreated", &message, now);
            progress::set(&mut deployment.status, condition);
            changed = true;
        }
        if changed {
            self.note_status(deployment)?;
        }
        rollout.sets.push(Rc::clone(&created));
        Ok(created)
    }

    /// The name is taken: by the same replica set (the cache did not know yet), or by another one with the same hash.
    fn resolve_collision(
        &self,
        rollout: &mut Rollout,
        set: &ReplicaSet,
        error: Status,
    ) -> Result<Rc<ReplicaSet>, Status> {
        let meta = &set.metadata;
        let existing = self.client.get::<ReplicaSet>(&meta.namespace, &meta.name)?;
        let deployment = &mut rollout.deployment;
        let same = is_controlled_by(&existing.metadata, &deployment.metadata.uid)
            && util::equal_ignoring_hash(&existing.spec.template, &deployment.spec.template);
        if same {
            return Ok(existing);
        }
        let count = deployment.status.collision_count.unwrap_or(0);
        deployment.status.collision_count = Some(count + 1);
        self.write_status(deployment)?;
        Err(error)
    }

    fn note_create_error(&self, rollout: &mut Rollout, name: &Str, status: Status) -> Status {
        if is_namespace_terminating(&status) {
            return status;
        }
        let deployment = &mut rollout.deployment;
        if deployment.spec.progress_deadline_seconds.is_some() {
            let message = format!(
                "Failed to create new replica set \"{name}\": {}",
                status.message
            );
            let now = self.client.now();
            let condition =
                progress::condition("Progressing", "False", FAILED_CREATE, &message, now);
            progress::set(&mut deployment.status, condition);
            // The error that led here matters more.
            let _ = self.write_status(deployment);
        }
        status
    }
}

/// The deployment says which revision it is at; whether that changed.
fn set_revision(deployment: &mut Deployment, revision: &str) -> bool {
    let annotations = &mut deployment.metadata.annotations;
    if annotations.text(util::REVISION) == revision {
        return false;
    }
    annotations.insert(util::REVISION, revision);
    true
}

/// The replica set of a deployment's template.
fn describe(deployment: &Deployment) -> ReplicaSet {
    let mut template = deployment.spec.template.clone();
    let hash = hash::of(&template, deployment.status.collision_count);
    template
        .metadata
        .labels
        .insert(util::TEMPLATE_HASH, hash.clone());
    let mut selector: LabelSelector = deployment
        .spec
        .selector
        .as_deref()
        .cloned()
        .unwrap_or_default();
    selector
        .match_labels
        .insert(util::TEMPLATE_HASH, hash.clone());
    let name = replica_set_name(&deployment.metadata.name, &hash);
    let mut set = ReplicaSet {
        metadata: ObjectMeta {
            labels: template.metadata.labels.clone(),
            owner_references: vec![controller_ref(deployment)],
            ..ObjectMeta::named(deployment.metadata.namespace.clone(), name)
        },
        ..ReplicaSet::default()
    };
    set.spec.min_ready_seconds = deployment.spec.min_ready_seconds;
    set.spec.selector = Some(Shared::new(selector));
    set.spec.template = template;
    set
}

impl Rollout {
    /// Takes over a new version of a replica set.
    pub(super) fn replace(&mut self, set: &Rc<ReplicaSet>) {
        if let Some(slot) = self
            .sets
            .iter_mut()
            .find(|s| s.metadata.uid == set.metadata.uid)
        {
            *slot = Rc::clone(set);
        }
    }
}

/// The deployment's name, cut if it is too long for the hash to fit behind it.
fn replica_set_name(deployment: &str, hash: &str) -> String {
    let room = NAME_LIMIT.saturating_sub(1 + hash.len());
    let name = deployment.get(..room).unwrap_or(deployment);
    format!("{name}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::{NAME_LIMIT, replica_set_name};

    #[test]
    fn long_names_are_cut() {
        assert_eq!(replica_set_name("web", "5d4f8c7b"), "web-5d4f8c7b");
        let long = replica_set_name(&"a".repeat(NAME_LIMIT), "5d4f8c7b");
        assert_eq!(long.len(), NAME_LIMIT);
        assert!(long.ends_with("a-5d4f8c7b"));
    }
}
