//! Which objects a controller's object has: those it controls, those without a controller that its selector matches
//! (which it adopts), and no longer those that its selector does not match any more (which it lets go of).

use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::labels::Selector;
use apimachinery::meta::v1::OwnerReference;
use apimachinery::{Kind, Status, Str};
use client::{Client, Informer, Lister};

use super::{controller_ref, is_controlled_by};
use crate::worker;

/// The index of objects by the UID of their controller; those without one are under their namespace.
const BY_CONTROLLER: &str = "controller";

fn orphans_of(namespace: &str) -> Str {
    format!("orphans/{namespace}").into()
}

fn by_controller<K: Kind>(object: &K) -> Vec<Str> {
    let meta = object.meta();
    vec![match meta.controller() {
        Some(owner) => owner.uid.clone(),
        None => orphans_of(&meta.namespace),
    }]
}

/// Makes [`controlled_by`] and [`claim`] possible for a kind.
pub(crate) fn index<K: Kind>(informer: &Informer<K>) {
    informer.add_index(BY_CONTROLLER, by_controller::<K>);
}

/// The objects that the one with that UID controls.
pub(crate) fn controlled_by<K: Kind>(lister: &Lister<K>, uid: &Str) -> Vec<Rc<K>> {
    lister.by_index(BY_CONTROLLER, uid)
}

/// The objects of a namespace that nobody controls.
pub(crate) fn orphans<K: Kind>(lister: &Lister<K>, namespace: &str) -> Vec<Rc<K>> {
    lister.by_index(BY_CONTROLLER, &orphans_of(namespace))
}

/// The objects of `owner`, after adopting and letting go.
///
/// # Errors
/// When a write fails; the caller tries again later.
pub(crate) fn claim<O: Kind, K: Kind>(
    client: &Client,
    lister: &Lister<K>,
    owner: &O,
    selector: &Selector,
) -> Result<Vec<Rc<K>>, Status> {
    claim_if(client, lister, owner, selector, |_| true)
}

/// As [`claim`], adopting only what `filter` lets through.
///
/// # Errors
/// When a write fails.
pub(crate) fn claim_if<O: Kind, K: Kind>(
    client: &Client,
    lister: &Lister<K>,
    owner: &O,
    selector: &Selector,
    filter: impl Fn(&K) -> bool,
) -> Result<Vec<Rc<K>>, Status> {
    let meta = owner.meta();
    let mut claimed = Vec::new();
    for object in controlled_by(lister, &meta.uid) {
        if selector.matches(&object.meta().labels) {
            claimed.push(object);
        } else if !meta.is_deleting() {
            release(client, &*object, &meta.uid)?;
        }
    }
    if meta.is_deleting() {
        return Ok(claimed);
    }
    let mut may_adopt = None;
    for object in orphans(lister, &meta.namespace) {
        let matches = selector.matches(&object.meta().labels) && filter(&object);
        if !matches || object.meta().is_deleting() {
            continue;
        }
        // The owner may be gone already, which the cache does not know yet.
        let allowed = match may_adopt {
            Some(allowed) => allowed,
            None => *may_adopt.insert(still_there(client, owner)?),
        };
        if allowed {
            claimed.extend(adopt(client, &*object, owner)?);
        }
    }
    Ok(claimed)
}

fn still_there<O: Kind>(client: &Client, owner: &O) -> Result<bool, Status> {
    let meta = owner.meta();
    let fresh = client.get::<O>(&meta.namespace, &meta.name)?;
    Ok(fresh.meta().uid == meta.uid && !fresh.meta().is_deleting())
}

fn adopt<O: Kind, K: Kind>(
    client: &Client,
    object: &K,
    owner: &O,
) -> Result<Option<Rc<K>>, Status> {
    let (meta, reference) = (object.meta(), controller_ref(owner));
    let adopted = client.patch::<K>(&meta.namespace, &meta.name, |object| {
        let meta = object.meta_mut();
        if meta.controller().is_none() {
            meta.owner_references.push(reference.clone());
        }
    });
    match adopted {
        Ok(object) if is_controlled_by(object.meta(), &owner.meta().uid) => Ok(Some(object)),
        // Somebody else was faster, or it is gone.
        Ok(_) => Ok(None),
        Err(status) if status.is_not_found() => Ok(None),
        Err(status) => Err(status),
    }
}

fn release<K: Kind>(client: &Client, object: &K, owner: &str) -> Result<(), Status> {
    let meta = object.meta();
    let released = client.patch::<K>(&meta.namespace, &meta.name, |object| {
        let keep = |reference: &OwnerReference| reference.uid != owner;
        object.meta_mut().owner_references.retain(keep);
    });
    worker::ignore_not_found(released)
}

/// Pods by whether they still count.
#[derive(Default)]
pub(crate) struct PodsByState {
    /// Neither ended nor deleted.
    pub(crate) active: Vec<Rc<Pod>>,
    /// Deleted, and not gone yet.
    pub(crate) terminating: Vec<Rc<Pod>>,
}

impl PodsByState {
    /// Sorts pods; those that have ended are left out.
    pub(crate) fn of(pods: impl IntoIterator<Item = Rc<Pod>>) -> Self {
        let mut sorted = Self::default();
        for pod in pods {
            if component_helpers::pod::is_active(&pod) {
                sorted.active.push(pod);
            } else if component_helpers::pod::is_terminating(&pod) {
                sorted.terminating.push(pod);
            }
        }
        sorted
    }
}
