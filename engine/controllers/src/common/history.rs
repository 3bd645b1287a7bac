//! Remembered versions of a pod template (`pkg/controller/history`).

use std::rc::Rc;

use api::apps::v1::ControllerRevision;
use api::core::v1::PodTemplateSpec;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Kind, Map, Raw, Status, Str, Value, codec};
use client::{Client, Delete, Lister};

use super::{claim, controller_ref, hash};
use crate::worker;

/// What an owner with revisions is made of.
pub(crate) struct Versioned<'a, K> {
    /// The owner.
    pub(crate) owner: &'a K,
    /// Today's template.
    pub(crate) template: &'a PodTemplateSpec,
    /// The label under which revisions carry their hash.
    pub(crate) hash_label: &'static str,
}

/// The template as revisions store it: a patch that replaces it.
pub(crate) fn data_of(template: &PodTemplateSpec) -> Raw {
    let mut template = codec::to_value(template);
    if let Value::Object(fields) = &mut template {
        fields.insert("$patch".into(), "replace".into());
    }
    let mut spec = serde_json::Map::new();
    spec.insert("template".into(), template);
    let mut data = serde_json::Map::new();
    data.insert("spec".into(), Value::Object(spec));
    Raw::from_value(&Value::Object(data))
}

/// The template that a revision remembers.
pub(crate) fn template_of(revision: &ControllerRevision) -> Option<PodTemplateSpec> {
    let data = revision.data.to_value();
    codec::from_value(&data["spec"]["template"]).ok()
}

/// The revisions of an owner, oldest first.
pub(crate) fn list(
    lister: &Lister<ControllerRevision>,
    owner: &Str,
) -> Vec<Rc<ControllerRevision>> {
    let mut revisions = claim::controlled_by(lister, owner);
    revisions.sort_by_key(|r| {
        (
            r.revision,
            r.metadata.creation_timestamp,
            r.metadata.name.clone(),
        )
    });
    revisions
}

/// The number of the next revision.
pub(crate) fn next_number(revisions: &[Rc<ControllerRevision>]) -> i64 {
    revisions.last().map_or(1, |last| last.revision + 1)
}

/// A revision of today's template; `collisions` changes its hash.
pub(crate) fn describe<K: Kind>(
    versioned: &Versioned<'_, K>,
    number: i64,
    collisions: i32,
) -> ControllerRevision {
    let meta = versioned.owner.meta();
    let data = data_of(versioned.template);
    let hash = hash::of(versioned.template, Some(collisions));
    let mut labels: Map<Str, Str> = versioned.template.metadata.labels.clone();
    labels.insert(versioned.hash_label, hash.clone());
    ControllerRevision {
        metadata: ObjectMeta {
            labels,
            annotations: meta.annotations.clone(),
            owner_references: vec![controller_ref(versioned.owner)],
            ..ObjectMeta::named(meta.namespace.clone(), format!("{}-{hash}", meta.name))
        },
        data,
        revision: number,
    }
}

/// Stores a revision; if its name is taken by another template, under the name of the next collision count, which is
/// returned with it.
///
/// # Errors
/// What the server says against it.
pub(crate) fn create<K: Kind>(
    client: &Client,
    versioned: &Versioned<'_, K>,
    number: i64,
    mut collisions: i32,
) -> Result<(Rc<ControllerRevision>, i32), Status> {
    loop {
        let revision = describe(versioned, number, collisions);
        let (namespace, name) = (
            revision.metadata.namespace.clone(),
            revision.metadata.name.clone(),
        );
        let data = revision.data.clone();
        match client.create(revision) {
            Ok(created) => return Ok((created, collisions)),
            Err(status) if status.is_already_exists() => {
                let taken = client.get::<ControllerRevision>(&namespace, &name)?;
                if taken.data == data {
                    return Ok((taken, collisions));
                }
                collisions += 1;
            }
            Err(status) => return Err(status),
        }
    }
}

/// Makes an older revision the newest.
///
/// # Errors
/// What the server says against it.
pub(crate) fn renumber(
    client: &Client,
    revision: &ControllerRevision,
    number: i64,
) -> Result<Rc<ControllerRevision>, Status> {
    let meta = &revision.metadata;
    client.patch::<ControllerRevision>(&meta.namespace, &meta.name, |r| r.revision = number)
}

/// Forgets the oldest revisions that are not in use, beyond the limit.
///
/// # Errors
/// What the server says against it.
pub(crate) fn truncate(
    client: &Client,
    revisions: &[Rc<ControllerRevision>],
    in_use: impl Fn(&ControllerRevision) -> bool,
    limit: Option<i32>,
) -> Result<(), Status> {
    let limit = usize::try_from(limit.unwrap_or(10)).unwrap_or(0);
    let idle: Vec<&Rc<ControllerRevision>> = revisions.iter().filter(|r| !in_use(r)).collect();
    let excess = idle.len().saturating_sub(limit);
    for revision in idle.into_iter().take(excess) {
        let meta = &revision.metadata;
        let deleted =
            client.delete::<ControllerRevision>(&meta.namespace, &meta.name, &Delete::default());
        worker::ignore_not_found(deleted)?;
    }
    Ok(())
}
