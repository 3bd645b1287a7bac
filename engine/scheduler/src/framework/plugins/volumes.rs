//! What the four volume plugins ask about claims and volumes.

use std::rc::Rc;

use api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Volume};
use api::storage::v1::StorageClass;
use apimachinery::Str;
use component_helpers::selector;

use crate::framework::{Objects, PodInfo, Status};

/// Set on a claim once both sides of the binding are written.
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// The node for which a volume is to be provisioned.
pub(super) const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// The name of the claim that a volume of the pod stands for, if it stands for one.
pub(super) fn claim_name(pod: &PodInfo, volume: &Volume) -> Option<Str> {
    if let Some(claim) = &volume.persistent_volume_claim {
        return Some(claim.claim_name.clone());
    }
    volume.ephemeral.as_ref()?;
    Some(format!("{}-{}", pod.key.name, volume.name).into())
}

/// The pod's claims.
///
/// # Errors
/// The refusal of the pod if one does not exist.
pub(super) fn claims(
    pod: &PodInfo,
    objects: &Objects,
) -> Result<Vec<Rc<PersistentVolumeClaim>>, Status> {
    let mut claims = Vec::new();
    for volume in &pod.pod.spec.volumes {
        let Some(name) = claim_name(pod, volume) else {
            continue;
        };
        let claim = objects.claims.get(&pod.key.namespace, &name);
        match claim {
            Some(claim) => claims.push(claim),
            None if volume.ephemeral.is_some() => {
                let reason = format!(
                    "waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\""
                );
                return Err(Status::unresolvable(reason));
            }
            None => {
                let reason = format!("persistentvolumeclaim \"{name}\" not found");
                return Err(Status::unresolvable(reason));
            }
        }
    }
    Ok(claims)
}

/// Whether both sides of the claim's binding are written.
pub(super) fn is_bound(claim: &PersistentVolumeClaim) -> bool {
    !claim.spec.volume_name.is_empty() && claim.metadata.annotations.contains_key(BIND_COMPLETED)
}

/// The name of the claim's storage class; empty for none.
pub(super) fn class_name(claim: &PersistentVolumeClaim) -> &str {
    match claim.metadata.annotations.get(BETA_CLASS) {
        Some(name) => name,
        None => claim.spec.storage_class_name.as_deref().unwrap_or_default(),
    }
}

/// The claim's storage class.
pub(super) fn class(claim: &PersistentVolumeClaim, objects: &Objects) -> Option<Rc<StorageClass>> {
    match class_name(claim) {
        "" => None,
        name => objects.storage_classes.get("", name),
    }
}

/// Whether the class leaves binding to the scheduler.
pub(super) fn waits_for_consumer(class: &StorageClass) -> bool {
    class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
}

/// Whether a volume can be used on a node.
pub(super) fn reaches(volume: &PersistentVolume, node: &Node) -> bool {
    let affinity = volume.spec.node_affinity.as_ref();
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    required.is_none_or(|required| selector::selector_matches(required, node))
}
