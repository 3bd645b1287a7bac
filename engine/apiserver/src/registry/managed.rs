//! `metadata.managedFields`: every write notes which manager wrote which fields. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager`.
//!
//! The rules are in [`apimachinery::managed_fields`]; here is what they are fed with: the objects in the version of the
//! request, the fields that a door throws away, the manager's name. Most writes change one part of an object, so parts
//! that did not change are not even turned into JSON.

use apimachinery::managed_fields::{
    Applied, Comparison, FieldManager, Set, Type, Write, compare_structs,
};
use apimachinery::meta::v1::ManagedFieldsEntry;
use apimachinery::reflect::Reflect;
use apimachinery::{Object, Shared, Status, Value};

use super::{Names, Resource, Served};
use crate::context::Context;

type Entries = Vec<Shared<ManagedFieldsEntry>>;

/// What a door (the object itself: `""`) throws away, as upstream's strategies say in `GetResetFields`.
fn reset_fields(names: &Names, has_status: bool, subresource: &str) -> &'static [&'static str] {
    match (&*names.group, &*names.plural, subresource) {
        ("", "pods", "status") => &[
            "spec",
            "metadata.deletionTimestamp",
            "metadata.ownerReferences",
        ],
        ("apps", "deployments", "status") => &["spec", "metadata.labels"],
        ("storage.k8s.io", "volumeattachments", "status")
        | ("apiextensions.k8s.io", "customresourcedefinitions", "status") => &["metadata", "spec"],
        (_, _, "" | "finalize") if has_status => &["status"],
        (_, _, "status") => &["spec"],
        _ => &[],
    }
}

/// Notes a create, or an update of `live`, in `new`. The entries that came with `new` are what the client asks for.
pub(super) fn note_update(
    cx: &Context,
    resource: &Resource,
    subresource: &str,
    live: Option<&dyn Object>,
    new: &mut dyn Object,
) {
    let requested = std::mem::take(&mut new.meta_mut().managed_fields);
    let live_entries = live.map_or(&[][..], |live| &live.meta().managed_fields);
    let empty;
    let before = match live {
        Some(live) => live,
        None => {
            empty = (resource.new)();
            &*empty
        }
    };
    let is_new = before.meta().uid.is_empty();
    let untouched = requested.is_empty() || same_entries(&requested, live_entries);
    if untouched && let Some((live, next)) = tables(cx.served.as_ref(), before, new) {
        let write = Write {
            live,
            new: next,
            is_new,
            entries: live_entries,
            manager: &cx.manager(),
            subresource,
            now: cx.now(),
        };
        let entries = write.entries_after(&|| manager_of(cx, resource, subresource, before));
        new.meta_mut().managed_fields = entries;
        return;
    }
    let manager = manager_of(cx, resource, subresource, before);
    let difference = difference(cx.served.as_ref(), &manager, before, new);
    if difference.is_empty() && untouched && !is_new {
        new.meta_mut().managed_fields = live_entries.to_vec();
        return;
    }
    let entries = manager.update(
        difference,
        is_new,
        live_entries,
        &requested,
        &cx.manager(),
        cx.now(),
    );
    new.meta_mut().managed_fields = entries;
}

/// The next version of `live` (or the first one) after `config` was applied, with its managed fields, as JSON in the version
/// of the request; and what of its fields are whose.
///
/// # Errors
/// Conflicts, and configurations that do not fit the type.
pub(crate) fn apply(
    cx: &Context,
    served: &Served,
    subresource: &str,
    live: Option<&dyn Object>,
    config: &Value,
    force: bool,
) -> Result<(Value, Entries), Status> {
    let empty = (served.resource.new)();
    let bare = |object: &dyn Object| {
        let mut value = served.encode(object);
        if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
            metadata.remove("managedFields");
        }
        value
    };
    let entries = live.map_or(&[][..], |live| &live.meta().managed_fields);
    let live = bare(live.unwrap_or(&*empty));
    let mut manager = manager_of(cx, &served.resource, subresource, &*empty);
    manager.empty = bare(&*empty);
    let Applied {
        object,
        managed_fields,
    } = manager.apply(&live, entries, config, &cx.manager(), force, cx.now())?;
    Ok((object.unwrap_or(live), managed_fields))
}

fn manager_of<'a>(
    cx: &'a Context,
    resource: &'a Resource,
    subresource: &str,
    object: &dyn Object,
) -> FieldManager<'a> {
    let served = cx.served.as_ref();
    let names = served.map_or(&resource.names, |served| &served.names);
    let schema = match served {
        Some(served) => served.codec.schema,
        None => object.reflect().map(Reflect::schema),
    };
    let custom = served.and_then(|served| served.codec.openapi.as_deref());
    let has_status = resource.strategy.has_status();
    FieldManager {
        ty: match (schema, custom) {
            (Some(schema), _) => Type::Struct(schema),
            (None, Some(schema)) => Type::Schema(schema),
            (None, None) => Type::Deduced,
        },
        gvk: names.gvk(),
        subresource: subresource.into(),
        ignored: Set::of_fields(reset_fields(names, has_status, subresource)),
        empty: Value::Null,
    }
}

/// Both versions with their table, if the request is in the version that they are in.
fn tables<'a>(
    served: Option<&Served>,
    live: &'a dyn Object,
    new: &'a dyn Object,
) -> Option<(&'a dyn Reflect, &'a dyn Reflect)> {
    let (live, new) = (live.reflect()?, new.reflect()?);
    let is_of = |served: &Served| {
        let schema = served.codec.schema;
        schema.is_some_and(|schema| std::ptr::eq(schema, live.schema()))
    };
    served.is_none_or(is_of).then_some((live, new))
}

/// What differs between two versions, without their managed fields.
fn difference(
    served: Option<&Served>,
    manager: &FieldManager<'_>,
    live: &dyn Object,
    new: &dyn Object,
) -> Comparison {
    if let Some((live, new)) = tables(served, live, new) {
        return compare_structs(live, new);
    }
    let encode = |object: &dyn Object| {
        let mut value = served.map_or_else(|| object.to_value(), |served| served.encode(object));
        if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
            metadata.remove("managedFields");
        }
        value
    };
    manager.compare(&encode(live), &encode(new))
}

/// Whether two lists of entries say the same.
fn same_entries(a: &[Shared<ManagedFieldsEntry>], b: &[Shared<ManagedFieldsEntry>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
}

/// Gives `new` the entries of `old` when they differ in nothing but their times.
pub(super) fn keep_times(new: &mut dyn Object, old: &dyn Object) -> Option<Entries> {
    let (fresh, known) = (&new.meta().managed_fields, &old.meta().managed_fields);
    let untimed = |a: &ManagedFieldsEntry, b: &ManagedFieldsEntry| {
        a.manager == b.manager
            && a.operation == b.operation
            && a.api_version == b.api_version
            && a.fields_type == b.fields_type
            && a.fields_v1 == b.fields_v1
            && a.subresource == b.subresource
    };
    let alike = fresh.len() == known.len()
        && fresh
            .iter()
            .zip(known)
            .all(|(a, b)| Shared::ptr_eq(a, b) || untimed(a, b));
    alike.then(|| {
        let known = known.clone();
        std::mem::replace(&mut new.meta_mut().managed_fields, known)
    })
}
