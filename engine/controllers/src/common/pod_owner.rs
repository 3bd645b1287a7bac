//! Whom a change of a pod concerns: the object that controls it, before and after; if nobody controls it, everyone who
//! would adopt it.

use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::Kind;
use apimachinery::labels::Selector;
use client::{Change, Lister, NamespacedName};

/// Calls `enqueue` with the keys of the concerned objects of a kind; its second argument says that it is the pod's owner.
pub(crate) fn concerned<K: Kind>(
    change: &Change<'_, Pod>,
    owners: &Lister<K>,
    selector_of: impl Fn(&K) -> Selector,
    enqueue: impl Fn(NamespacedName, bool),
) {
    let owner = |pod: &Rc<Pod>| {
        let owner = pod.metadata.controller()?;
        let ours = owner.kind == K::KIND && owner.api_version == K::API_VERSION;
        ours.then(|| NamespacedName::new(pod.metadata.namespace.clone(), owner.name.clone()))
    };
    let pod = change.object();
    let (before, after) = (change.old().and_then(owner), owner(pod));
    if let Some(before) = before.filter(|before| after.as_ref() != Some(before)) {
        enqueue(before, false);
    }
    if let Some(after) = after {
        return enqueue(after, true);
    }
    let going = pod.metadata.is_deleting() || matches!(change, Change::Deleted(_));
    if pod.metadata.controller().is_some() || going {
        return;
    }
    for candidate in owners.in_namespace(&pod.metadata.namespace) {
        if selector_of(&candidate).matches(&pod.metadata.labels) {
            enqueue(NamespacedName::of(candidate.meta()), false);
        }
    }
}
