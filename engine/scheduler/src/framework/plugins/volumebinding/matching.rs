//! Which volume suits a claim.

use std::rc::Rc;

use api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, TopologySelectorTerm};
use apimachinery::Quantity;
use apimachinery::labels::Selector;
use client::Lister;

use super::super::volumes;

/// How much storage a claim asks for.
pub(super) fn requested(claim: &PersistentVolumeClaim) -> Quantity {
    claim
        .spec
        .resources
        .requests
        .get("storage")
        .cloned()
        .unwrap_or_default()
}

fn capacity(volume: &PersistentVolume) -> Quantity {
    volume
        .spec
        .capacity
        .get("storage")
        .cloned()
        .unwrap_or_default()
}

/// The volume that was made for the claim, else the smallest one that is free, large enough and reachable.
pub(super) fn smallest_fitting(
    claim: &PersistentVolumeClaim,
    all: &Lister<PersistentVolume>,
    node: &Node,
    free: impl Fn(&PersistentVolume) -> bool,
) -> Option<Rc<PersistentVolume>> {
    let wanted = requested(claim);
    let selector = claim.spec.selector.as_deref();
    let selector = selector.map(|s| Selector::from_label_selector(Some(s)));
    let selector = match selector {
        Some(Err(_)) => return None,
        Some(Ok(selector)) => selector,
        None => Selector::everything(),
    };
    let mut best: Option<(Quantity, Rc<PersistentVolume>)> = None;
    let mut reserved = None;
    let mut reserved_elsewhere = false;
    all.for_each(|volume| {
        if volume.metadata.is_deleting()
            || !free(volume)
            || volume.spec.storage_class_name != volumes::class_name(claim)
        {
            return;
        }
        let size = capacity(volume);
        if size < wanted || !same_mode(claim, volume) {
            return;
        }
        let reached = volumes::reaches(volume, node);
        if is_reserved_for(volume, claim) {
            if reached {
                reserved.get_or_insert_with(|| Rc::clone(volume));
            }
            reserved_elsewhere |= !reached;
            return;
        }
        let available = volume.status.phase == "Available" && volume.spec.claim_ref.is_none();
        let suits = available
            && reached
            && claim
                .spec
                .access_modes
                .iter()
                .all(|mode| volume.spec.access_modes.contains(mode))
            && selector.matches(&volume.metadata.labels);
        if suits && best.as_ref().is_none_or(|(least, _)| size < *least) {
            best = Some((size, Rc::clone(volume)));
        }
    });
    // A claim whose volume is elsewhere gets no other.
    let best = best.filter(|_| !reserved_elsewhere);
    reserved.or(best.map(|(_, volume)| volume))
}

fn same_mode(claim: &PersistentVolumeClaim, volume: &PersistentVolume) -> bool {
    let mode =
        |mode: &Option<apimachinery::Str>| mode.as_deref().unwrap_or("Filesystem") == "Block";
    mode(&claim.spec.volume_mode) == mode(&volume.spec.volume_mode)
}

/// Whether the volume names this very claim.
fn is_reserved_for(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let Some(reference) = &volume.spec.claim_ref else {
        return false;
    };
    reference.name == claim.metadata.name
        && reference.namespace == claim.metadata.namespace
        && (reference.uid.is_empty() || reference.uid == claim.metadata.uid)
}

/// Whether a class provisions for the node: any term with all of its labels, or no term at all.
pub(super) fn allows(terms: &[TopologySelectorTerm], node: &Node) -> bool {
    let meets = |term: &TopologySelectorTerm| {
        term.match_label_expressions.iter().all(|expression| {
            let value = node.metadata.labels.get(expression.key.as_str());
            value.is_some_and(|value| expression.values.contains(value))
        })
    };
    terms.is_empty() || terms.iter().any(meets)
}
