//! The volumes that a pod keeps when it comes back.

use api::apps::v1::StatefulSet;
use api::core::v1::{PersistentVolumeClaim, Pod};
use apimachinery::meta::v1::OwnerReference;
use apimachinery::{Kind, Status, Str};
use client::events::{NORMAL, WARNING};

use super::{Controller, identity};
use crate::worker;

const DELETE: &str = "Delete";

/// The claims of the pod with that number, each with the name of its template.
pub(super) fn of(set: &StatefulSet, ordinal: i32) -> Vec<(Str, PersistentVolumeClaim)> {
    let selector = set.spec.selector.as_deref();
    let claim = |template: &PersistentVolumeClaim| {
        let mut claim = template.clone();
        let volume = template.metadata.name.clone();
        claim.metadata.name = format!("{volume}-{}-{ordinal}", set.metadata.name).into();
        claim.metadata.namespace = set.metadata.namespace.clone();
        for (key, value) in selector.into_iter().flat_map(|s| &s.match_labels) {
            claim.metadata.labels.insert(key.clone(), value.clone());
        }
        (volume, claim)
    };
    set.spec.volume_claim_templates.iter().map(claim).collect()
}

fn policy(set: &StatefulSet) -> (&str, &str) {
    let policy = set.spec.persistent_volume_claim_retention_policy.as_ref();
    policy.map_or(("", ""), |policy| {
        (&*policy.when_deleted, &*policy.when_scaled)
    })
}

fn owner_of<K: Kind>(owner: &K) -> OwnerReference {
    let meta = owner.meta();
    OwnerReference {
        api_version: K::API_VERSION.into(),
        kind: K::KIND.into(),
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        ..OwnerReference::default()
    }
}

impl Controller {
    /// Makes the claims of a pod that do not exist yet, and tells about it.
    pub(super) fn create_claims(
        &self,
        set: &StatefulSet,
        pod: &Str,
        ordinal: i32,
    ) -> Result<(), Status> {
        for (_, mut claim) in of(set, ordinal) {
            let (namespace, name) = (
                claim.metadata.namespace.clone(),
                claim.metadata.name.clone(),
            );
            if let Some(there) = self.claims.get(&namespace, &name) {
                if there.metadata.is_deleting() {
                    let text = format!("pvc {name} is being deleted");
                    return Err(Status::internal_error(&text));
                }
                continue;
            }
            if policy(set).0 == DELETE {
                claim.metadata.owner_references.push(owner_of(set));
            }
            let told = |verb: &str| {
                format!(
                    "{verb} Claim {name} Pod {pod} in StatefulSet {}",
                    set.metadata.name
                )
            };
            match self.client.create(claim) {
                Ok(_) => {
                    let message = format!("{} success", told("Create"));
                    self.recorder
                        .event(set, NORMAL, "SuccessfulCreate", &message);
                }
                Err(status) if status.is_already_exists() => (),
                Err(status) => {
                    let message = format!("{} failed error: {}", told("create"), status.message);
                    self.recorder.event(set, WARNING, "FailedCreate", &message);
                    return Err(status);
                }
            }
        }
        Ok(())
    }

    /// Makes the owners of a pod's claims what the retention policy wants: the set's end or the pod's own end through
    /// scaling takes them along, or neither.
    pub(super) fn own_claims(
        &self,
        set: &StatefulSet,
        pod: &Pod,
        condemned: bool,
    ) -> Result<(), Status> {
        let Some(ordinal) = identity::ordinal_of(&set.metadata.name, &pod.metadata.name) else {
            return Ok(());
        };
        let (when_deleted, when_scaled) = policy(set);
        let wanted = if when_scaled == DELETE && condemned {
            vec![owner_of(pod)]
        } else if when_deleted == DELETE {
            vec![owner_of(set)]
        } else {
            Vec::new()
        };
        for (_, claim) in of(set, ordinal) {
            let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
            let Some(there) = self.claims.get(namespace, name) else {
                continue;
            };
            let ours = |o: &OwnerReference| o.uid == set.metadata.uid || o.uid == pod.metadata.uid;
            let now: Vec<&Str> = there
                .metadata
                .owner_references
                .iter()
                .filter(|o| ours(o))
                .map(|o| &o.uid)
                .collect();
            let right = now.len() == wanted.len() && wanted.iter().all(|o| now.contains(&&o.uid));
            if right {
                continue;
            }
            let patched = self
                .client
                .patch::<PersistentVolumeClaim>(namespace, name, |claim| {
                    let owners = &mut claim.metadata.owner_references;
                    owners.retain(|owner| !ours(owner));
                    owners.extend(wanted.iter().cloned());
                });
            worker::ignore_not_found(patched)?;
        }
        Ok(())
    }
}
