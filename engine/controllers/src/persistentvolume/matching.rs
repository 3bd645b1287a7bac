//! Which volume a claim gets (`pv_controller`'s index).

use std::rc::Rc;

use api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use apimachinery::Quantity;

use super::{class_of_claim, class_of_volume};

const FILESYSTEM: &str = "Filesystem";

/// Whether the volume was promised to the claim.
pub(super) fn is_reserved_for(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let (meta, reference) = (&claim.metadata, volume.spec.claim_ref.as_ref());
    reference.is_some_and(|reference| {
        reference.namespace == meta.namespace
            && reference.name == meta.name
            && (reference.uid.is_empty() || reference.uid == meta.uid)
    })
}

/// Whether the volume is what the claim asks for, and why not.
pub(super) fn fits(
    volume: &PersistentVolume,
    claim: &PersistentVolumeClaim,
) -> Result<(), &'static str> {
    if storage_of(volume) < requested(claim) {
        return Err("requested PV is too small");
    }
    if class_of_volume(volume) != class_of_claim(claim) {
        return Err("storageClassName does not match");
    }
    let mode = |mode: &Option<apimachinery::Str>| {
        let mode = mode.as_deref();
        mode.unwrap_or(FILESYSTEM).to_owned()
    };
    if mode(&volume.spec.volume_mode) != mode(&claim.spec.volume_mode) {
        return Err("incompatible volumeMode");
    }
    let modes = &volume.spec.access_modes;
    if !claim.spec.access_modes.iter().all(|m| modes.contains(m)) {
        return Err("incompatible accessMode");
    }
    Ok(())
}

/// The volume that is promised to the claim, or the smallest that fits. With `delayed` the scheduler chooses, so only a
/// promised one counts.
pub(super) fn best(
    volumes: &[Rc<PersistentVolume>],
    claim: &PersistentVolumeClaim,
    delayed: bool,
) -> Option<Rc<PersistentVolume>> {
    let selector = claim.spec.selector.as_deref();
    let selector = selector.map(|selector| crate::replicaset::selector_of(Some(selector)));
    let candidates = volumes
        .iter()
        .filter(|volume| !volume.metadata.is_deleting() && fits(volume, claim).is_ok());
    let (promised, open): (Vec<_>, Vec<_>) = candidates
        .filter(|volume| volume.spec.claim_ref.is_none() || is_reserved_for(volume, claim))
        .partition(|volume| volume.spec.claim_ref.is_some());
    if let Some(volume) = promised.first() {
        return Some(Rc::clone(volume));
    }
    if delayed {
        return None;
    }
    let open = open.into_iter().filter(|volume| {
        let labels = &volume.metadata.labels;
        volume.status.phase == "Available" && selector.as_ref().is_none_or(|s| s.matches(labels))
    });
    open.min_by_key(|volume| (storage_of(volume), volume.metadata.name.clone()))
        .cloned()
}

fn storage_of(volume: &PersistentVolume) -> Quantity {
    let storage = volume.spec.capacity.get("storage");
    storage.cloned().unwrap_or_default()
}

fn requested(claim: &PersistentVolumeClaim) -> Quantity {
    let storage = claim.spec.resources.requests.get("storage");
    storage.cloned().unwrap_or_default()
}
