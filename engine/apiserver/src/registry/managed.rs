//! `metadata.managedFields`: every write notes which manager wrote which fields. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/endpoints/handlers/fieldmanager`.
//!
//! The rules are in [`apimachinery::managed_fields`]; here is what they are fed with: the objects in the version of the
//! request, the fields that a door throws away, the manager's name. Most writes change one part of an object, so parts
//! that did not change are not even turned into JSON.

use apimachinery::managed_fields::{Applied, FieldManager, Set, Type};
use apimachinery::meta::v1::{ManagedFieldsEntry, ObjectMeta};
use apimachinery::reflect::Reflect;
use apimachinery::{Object, Shared, Status, Value, codec};

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
    let (before, after) = match sides(cx.served.as_ref(), before, new) {
        Some(sides) => sides,
        None if requested.is_empty() || same_entries(&requested, live_entries) => {
            new.meta_mut().managed_fields = live_entries.to_vec();
            return;
        }
        None => {
            let uid = live.map_or("", |live| live.meta().uid.as_str());
            let value = serde_json::json!({ "metadata": { "uid": uid } });
            (value.clone(), value)
        }
    };
    let manager = manager_of(cx, resource, subresource, new);
    let entries = manager.update(
        &before,
        &after,
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

/// Both objects as JSON without their managed fields and without the parts in which they are equal; `None` when they are
/// equal altogether.
fn sides(served: Option<&Served>, live: &dyn Object, new: &dyn Object) -> Option<(Value, Value)> {
    if let (Some(a), Some(b)) = (live.reflect(), new.reflect())
        && served.is_none_or(|served| {
            served
                .codec
                .schema
                .is_some_and(|schema| std::ptr::eq(schema, a.schema()))
        })
    {
        return changed_parts(a, b, live.meta(), new.meta());
    }
    let encode = |object: &dyn Object| {
        let mut value = served.map_or_else(|| object.to_value(), |served| served.encode(object));
        if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
            metadata.remove("managedFields");
        }
        value
    };
    let (live, new) = (encode(live), encode(new));
    (live != new).then_some((live, new))
}

fn changed_parts(
    live: &dyn Reflect,
    new: &dyn Reflect,
    live_meta: &ObjectMeta,
    new_meta: &ObjectMeta,
) -> Option<(Value, Value)> {
    let (mut a, mut b) = (serde_json::Map::new(), serde_json::Map::new());
    let mut changed = false;
    for (i, field) in live.schema().fields.iter().enumerate() {
        if field.json == "metadata" {
            let bare = |meta: &ObjectMeta| ObjectMeta {
                managed_fields: Vec::new(),
                ..meta.clone()
            };
            let (live, new) = (bare(live_meta), bare(new_meta));
            changed |= live != new;
            a.insert(field.json.into(), codec::to_value(&live));
            b.insert(field.json.into(), codec::to_value(&new));
            continue;
        }
        if codec::equal_views(live.field(i), new.field(i)) {
            continue;
        }
        changed = true;
        let put = |map: &mut serde_json::Map<String, Value>, of: &dyn Reflect| {
            if let Some(value) = codec::encode_field(of, i) {
                map.insert(field.json.into(), value);
            }
        };
        put(&mut a, live);
        put(&mut b, new);
    }
    changed.then_some((Value::Object(a), Value::Object(b)))
}

/// Whether two lists of entries say the same.
fn same_entries(a: &[Shared<ManagedFieldsEntry>], b: &[Shared<ManagedFieldsEntry>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b)
}

/// Gives `new` the entries of `old` when they differ in nothing but their times.
pub(super) fn keep_times(new: &mut dyn Object, old: &dyn Object) -> Option<Entries> {
    let (fresh, known) = (&new.meta().managed_fields, &old.meta().managed_fields);
    let untimed = |entry: &ManagedFieldsEntry| ManagedFieldsEntry {
        time: None,
        ..entry.clone()
    };
    let alike = fresh.len() == known.len()
        && fresh
            .iter()
            .zip(known)
            .all(|(a, b)| a == b || untimed(a) == untimed(b));
    alike.then(|| {
        let known = known.clone();
        std::mem::replace(&mut new.meta_mut().managed_fields, known)
    })
}
