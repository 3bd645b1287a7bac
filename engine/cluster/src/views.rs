//! API objects as the page shows them.
//!
//! Pure functions from an object (and what the kubelet knows beyond the API: pulls and back-offs under way) to the plain
//! data of the `view` crate. The STATUS texts come from the server's printers, so the map and `kubectl get` cannot
//! disagree.

mod event;
mod namespace;
mod node;
mod pod;

pub(crate) use event::event_view;
pub(crate) use namespace::namespace_view;
pub(crate) use node::node_view;
pub(crate) use pod::{ContainerWork, pod_view};

use api::core::v1::ObjectReference;
use apimachinery::Quantity;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, Str};
use view::{ObjectRef, Resources, Time};

/// An API timestamp in the page's terms.
pub(crate) fn time(at: apimachinery::Time) -> Time {
    Time(at.unix_micros())
}

/// A virtual instant in the page's terms.
pub(crate) fn instant(at: sim::Time) -> Time {
    Time(at.as_micros())
}

/// CPU, memory and pods of a resource list.
fn resources(list: &Map<Str, Quantity>) -> Resources {
    let value = |name: &str| list.get(name).map_or(0, Quantity::value);
    Resources {
        cpu_millis: list.get("cpu").map_or(0, Quantity::milli_value),
        memory_bytes: value("memory"),
        pods: value("pods"),
    }
}

/// The controller among an object's owners.
fn controller(meta: &ObjectMeta) -> Option<ObjectRef> {
    let owner = meta
        .owner_references
        .iter()
        .find(|owner| owner.controller == Some(true))?;
    Some(ObjectRef {
        kind: owner.kind.to_string(),
        namespace: meta.namespace.to_string(),
        name: owner.name.to_string(),
        uid: owner.uid.to_string(),
    })
}

/// What an event is about.
fn object_ref(reference: &ObjectReference) -> ObjectRef {
    ObjectRef {
        kind: reference.kind.to_string(),
        namespace: reference.namespace.to_string(),
        name: reference.name.to_string(),
        uid: reference.uid.to_string(),
    }
}
