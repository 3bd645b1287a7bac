//! DELETE: taking objects away, at once or gracefully, with finalizers. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/registry/rest/delete.go` and `Store.Delete` of the generic registry.
//!
//! ```text
//!   DELETE ──► kind deletes gracefully?  ──yes──► deletionTimestamp is set; whoever runs the object (a kubelet)
//!                │ no                              winds it down and deletes it again with grace period 0
//!                ▼
//!              finalizers left? ──yes──► deletionTimestamp is set; the update that removes the last finalizer removes it
//!                │ no
//!                ▼
//!              gone
//! ```

use std::time::Duration;

use apimachinery::meta::v1::{DeleteOptions, ObjectMeta};
use apimachinery::{GroupKind, GroupResource, Object, Status, Str, Time};

use super::Resource;
use crate::admission::{self, Attributes, Operation};
use crate::context::Context;
use crate::server::Write;
use crate::storage::{Expect, Key, Obj, Revision};
use crate::validation::field::{Errors, Path};

/// Dependents are orphaned before the object goes.
pub const FINALIZER_ORPHAN: &str = "orphan";
/// Dependents are deleted before the object goes.
pub const FINALIZER_FOREGROUND: &str = "foregroundDeletion";

/// What a deletion did.
pub struct Deleted {
    /// The object's last state, or the one that waits for its end.
    pub object: Obj,
    /// Whether it is gone already.
    pub immediately: bool,
}

/// Checks options before anything is done with them.
///
/// # Errors
/// Upstream's texts.
pub fn validate_options(options: &DeleteOptions) -> Result<(), Status> {
    let mut errors = Errors::new();
    let path = Path::new("propagationPolicy");
    if let Some(policy) = &options.propagation_policy {
        if options.orphan_dependents.is_some() {
            errors.invalid(
                &path,
                policy,
                "orphanDependents and deletionPropagation cannot be both set",
            );
        }
        if !matches!(policy.as_str(), "Foreground" | "Background" | "Orphan") {
            errors.not_supported(
                &path,
                policy,
                &["Foreground", "Background", "Orphan", "nil"],
            );
        }
    }
    super::options::validate_dry_run(&options.dry_run, &mut errors);
    if errors.is_empty() {
        return Ok(());
    }
    let kind = GroupKind::new("meta.k8s.io", "DeleteOptions");
    Err(Status::invalid(&kind, "", &errors.into_list()))
}

/// Deletes one object.
///
/// # Errors
/// When it does not exist, or the options or preconditions are against it.
pub fn delete(
    cx: &Context,
    resource: &Resource,
    namespace: &str,
    name: &str,
    mut options: DeleteOptions,
) -> Result<Deleted, Status> {
    validate_options(&options)?;
    let key = Key::new(namespace, name);
    let found = cx
        .server
        .storage()
        .table(resource.table)
        .get_with_revision(&key);
    let Some((old, revision)) = found else {
        return Err(Status::not_found(&resource.names.group_resource(), name));
    };
    let mut object = old.clone_box();
    let graceful = before_delete(cx, resource, &mut *object, &mut options)?;
    if graceful == Graceful::Pending {
        return Ok(Deleted {
            object: old,
            immediately: false,
        });
    }
    let attributes = Attributes {
        cx,
        resource,
        operation: Operation::Delete,
        namespace,
        name,
        subresource: "",
        old: Some(&*old),
    };
    admission::validate(&attributes, None)?;
    resource.strategy.begin_delete(cx, &mut *object);

    let finalizers = garbage_collection_finalizers(resource, object.meta(), &options);
    object.meta_mut().finalizers = finalizers;
    let pending_finalizers =
        !object.meta().finalizers.is_empty() || resource.strategy.holds_on(&*object);
    match graceful {
        Graceful::Yes
            if pending_finalizers || options.grace_period_seconds.is_some_and(|s| s > 0) =>
        {
            let object = mark(cx, resource, &key, object, revision)?;
            Ok(Deleted {
                object,
                immediately: false,
            })
        }
        Graceful::No if pending_finalizers => {
            mark_as_deleting(object.meta_mut(), cx.now());
            if crate::registry::meta::same(&*object, &*old) {
                return Ok(Deleted {
                    object: old,
                    immediately: false,
                });
            }
            let object = mark(cx, resource, &key, object, revision)?;
            Ok(Deleted {
                object,
                immediately: false,
            })
        }
        Graceful::Yes => {
            // No time is given: watches see first that it is marked, then that it is gone.
            let marked = mark(cx, resource, &key, object, revision)?;
            let at = Revision::parse(&marked.meta().resource_version).unwrap_or(revision);
            let object = if cx.dry_run {
                marked
            } else {
                remove(cx, resource, &marked, at)?
            };
            Ok(Deleted {
                object,
                immediately: true,
            })
        }
        _ => {
            let object = remove(cx, resource, &old, revision)?;
            Ok(Deleted {
                object,
                immediately: true,
            })
        }
    }
}

/// Writes that an object is on its way out.
fn mark(
    cx: &Context,
    resource: &Resource,
    key: &Key,
    object: Box<dyn Object>,
    at: Revision,
) -> Result<Obj, Status> {
    cx.server
        .put(
            cx,
            resource,
            key,
            object,
            Expect::At(at),
            Write::plain("delete"),
        )
        .map_err(|_| Status::stale(&resource.names.group_resource(), &key.name))
}

/// Takes an object out of the store.
pub(crate) fn remove(
    cx: &Context,
    resource: &Resource,
    old: &Obj,
    at: Revision,
) -> Result<Obj, Status> {
    let key = Key::new(old.meta().namespace.clone(), old.meta().name.clone());
    cx.server
        .remove(cx, resource, &key, old, at)
        .map_err(|_| Status::stale(&resource.names.group_resource(), &key.name))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Graceful {
    /// The deletion takes time and starts now.
    Yes,
    /// It takes no time.
    No,
    /// It takes time and is under way.
    Pending,
}

fn before_delete(
    cx: &Context,
    resource: &Resource,
    object: &mut dyn Object,
    options: &mut DeleteOptions,
) -> Result<Graceful, Status> {
    check_preconditions(resource, object.meta(), options)?;
    // A negative grace period means the shortest one.
    if options.grace_period_seconds.is_some_and(|s| s < 0) {
        options.grace_period_seconds = Some(1);
    }
    let meta = object.meta_mut();
    if meta.deletion_grace_period_seconds.is_some_and(|s| s < 0) {
        meta.deletion_grace_period_seconds = Some(1);
    }
    if !resource.strategy.deletes_gracefully() {
        return Ok(Graceful::No);
    }
    if let Some(deadline) = meta.deletion_timestamp {
        return Ok(shorten(cx.now(), meta, deadline, options));
    }
    if !resource.strategy.check_graceful_delete(object, options) {
        return Ok(Graceful::No);
    }
    let meta = object.meta_mut();
    let seconds = options.grace_period_seconds.unwrap_or(0);
    meta.deletion_timestamp = Some(later(cx.now(), seconds));
    meta.deletion_grace_period_seconds = Some(seconds);
    if meta.generation > 0 {
        meta.generation += 1;
    }
    Ok(Graceful::Yes)
}

/// A graceful deletion that is under way can only be shortened.
fn shorten(
    now: Time,
    meta: &mut ObjectMeta,
    deadline: Time,
    options: &mut DeleteOptions,
) -> Graceful {
    let Some(granted) = meta.deletion_grace_period_seconds.filter(|s| *s != 0) else {
        return Graceful::No;
    };
    let Some(wanted) = options.grace_period_seconds else {
        options.grace_period_seconds = Some(granted);
        return Graceful::Pending;
    };
    if wanted >= granted {
        return Graceful::Pending;
    }
    let (mut deadline, mut wanted) = (later(deadline, wanted - granted), wanted);
    if deadline < now {
        deadline = now;
        if wanted != 0 {
            // Still graceful, but as short as can be: whoever runs the object does the final delete.
            wanted = 1;
        }
    }
    meta.deletion_timestamp = Some(deadline);
    meta.deletion_grace_period_seconds = Some(wanted);
    Graceful::Yes
}

fn later(time: Time, seconds: i64) -> Time {
    Time::from_unix(time.unix().saturating_add(seconds))
}

fn check_preconditions(
    resource: &Resource,
    meta: &ObjectMeta,
    options: &DeleteOptions,
) -> Result<(), Status> {
    let Some(preconditions) = &options.preconditions else {
        return Ok(());
    };
    // Upstream names the kind here where it means the resource.
    let about = GroupResource::new(resource.names.group.clone(), resource.names.kind.clone());
    if let Some(uid) = preconditions.uid.as_ref().filter(|uid| **uid != meta.uid) {
        let because = format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({}). The object might have been deleted \
             and then recreated",
            meta.uid
        );
        return Err(Status::conflict(&about, &meta.name, &because));
    }
    if let Some(version) = preconditions
        .resource_version
        .as_ref()
        .filter(|version| **version != meta.resource_version)
    {
        let because = format!(
            "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({}). The \
             object might have been modified",
            meta.resource_version
        );
        return Err(Status::conflict(&about, &meta.name, &because));
    }
    Ok(())
}

/// The finalizers that the garbage collector will work on, as options, object and kind want it (in this order).
fn garbage_collection_finalizers(
    resource: &Resource,
    meta: &ObjectMeta,
    options: &DeleteOptions,
) -> Vec<Str> {
    let has = |finalizer: &str| meta.finalizers.iter().any(|f| f == finalizer);
    let (orphan, foreground) = match (
        options.orphan_dependents,
        options.propagation_policy.as_deref(),
    ) {
        (Some(orphan), _) => (
            orphan,
            !orphan && has(FINALIZER_FOREGROUND) && !has(FINALIZER_ORPHAN),
        ),
        (None, Some("Orphan")) => (true, false),
        (None, Some("Foreground")) => (false, true),
        (None, Some("Background")) => (false, false),
        _ if has(FINALIZER_ORPHAN) => (true, false),
        _ if has(FINALIZER_FOREGROUND) => (false, true),
        _ => (resource.strategy.orphans_by_default(), false),
    };
    if orphan == has(FINALIZER_ORPHAN) && foreground == has(FINALIZER_FOREGROUND) {
        return meta.finalizers.clone();
    }
    let others = meta
        .finalizers
        .iter()
        .filter(|f| *f != FINALIZER_ORPHAN && *f != FINALIZER_FOREGROUND);
    let mut finalizers: Vec<Str> = others.cloned().collect();
    if orphan {
        finalizers.push(FINALIZER_ORPHAN.into());
    }
    if foreground {
        finalizers.push(FINALIZER_FOREGROUND.into());
    }
    finalizers
}

fn mark_as_deleting(meta: &mut ObjectMeta, now: Time) {
    if meta.deletion_timestamp.is_none() && meta.generation > 0 {
        meta.generation += 1;
    }
    if meta
        .deletion_timestamp
        .is_none_or(|deadline| deadline > now)
    {
        meta.deletion_timestamp = Some(now);
    }
    meta.deletion_grace_period_seconds = Some(0);
}

/// Whether an update takes away the last thing that kept a deleted object alive.
pub(super) fn should_delete_during_update(
    resource: &Resource,
    object: &dyn Object,
    old: &ObjectMeta,
) -> bool {
    object.meta().finalizers.is_empty()
        && !resource.strategy.holds_on(object)
        && old.deletion_timestamp.is_some()
        && old
            .deletion_grace_period_seconds
            .is_none_or(|seconds| seconds == 0)
}

/// How long a deletion may still take, for those who wait for it.
pub fn remaining_grace(meta: &ObjectMeta, now: Time) -> Option<Duration> {
    let deadline = meta.deletion_timestamp?;
    Some(Duration::from_secs(
        u64::try_from(deadline.unix() - now.unix()).unwrap_or(0),
    ))
}
