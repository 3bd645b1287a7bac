//! What every write does to `metadata`, whatever the kind.

use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Object, Status, Time, codec};

use crate::context::Context;

/// Forgets what only the server may say.
pub fn wipe_system_fields(meta: &mut ObjectMeta) {
    meta.creation_timestamp = Time::ZERO;
    meta.uid = "".into();
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
    meta.self_link = "".into();
}

/// Gives the object the namespace of the request (empty for cluster-scoped resources).
///
/// # Errors
/// When it says another one.
pub fn ensure_namespace(wanted: &str, meta: &mut ObjectMeta) -> Result<(), Status> {
    if meta.namespace == wanted {
        return Ok(());
    }
    if meta.namespace.is_empty() || wanted.is_empty() {
        meta.namespace = wanted.into();
        return Ok(());
    }
    Err(Status::bad_request(
        "the namespace of the provided object does not match the namespace sent on the request",
    ))
}

/// Drops owner references that are there twice, with a warning.
pub fn dedup_owner_references(cx: &Context, meta: &mut ObjectMeta) {
    let references = &mut meta.owner_references;
    let mut doubles = Vec::new();
    let mut i = 0;
    while i < references.len() {
        if references[..i].contains(&references[i]) {
            doubles.push(references.remove(i).uid);
        } else {
            i += 1;
        }
    }
    if !doubles.is_empty() {
        let uids: Vec<&str> = doubles.iter().map(AsRef::as_ref).collect();
        cx.warn(format!(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may \
             reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
            uids.join(", ")
        ));
    }
}

/// Whether two objects of one type are equal in every field.
pub fn same(a: &dyn Object, b: &dyn Object) -> bool {
    match (a.reflect(), b.reflect()) {
        (Some(a), Some(b)) => codec::equal(a, b),
        _ => a.to_value() == b.to_value(),
    }
}
