//! The rules of `metadata`. Kubernetes' room for this is `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`, with what
//! `pkg/apis/core/validation` adds to it.

use apimachinery::codec::to_json;
use apimachinery::gotext::quote;
use apimachinery::meta::v1::{ManagedFieldsEntry, ObjectMeta, OwnerReference};
use apimachinery::validation::{is_dns1123_label, is_label_value, is_qualified_name};
use apimachinery::{Map, Shared, Str};

use super::content::NameRule;
use super::field::{Errors, Path, Verbatim};
use super::{IMMUTABLE, NEGATIVE};

/// How long all annotations together may be, in bytes.
const ANNOTATIONS_MAX: usize = 256 * 1024;
const FIELD_MANAGER_MAX: usize = 128;
const SUBRESOURCE_MAX: usize = 256;

/// Finalizers that need no domain in front.
const STANDARD_FINALIZERS: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];

/// Checks the metadata of a new object, after its name was generated, or of the next version of `old`.
pub fn validate_object_meta(
    meta: &ObjectMeta,
    old: Option<&ObjectMeta>,
    namespaced: bool,
    rule: NameRule,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let same = |field: fn(&ObjectMeta) -> &Str| old.is_some_and(|old| field(old) == field(meta));
    if !meta.generate_name.is_empty() && !same(|meta| &meta.generate_name) {
        errors.invalid_each(
            &path.child("generateName"),
            &meta.generate_name,
            rule(&meta.generate_name, true),
        );
    }
    if meta.name.is_empty() {
        errors.required(&path.child("name"), "name or generateName is required");
    } else if !same(|meta| &meta.name) {
        errors.invalid_each(&path.child("name"), &meta.name, rule(&meta.name, false));
    }
    if namespaced {
        if meta.namespace.is_empty() {
            errors.required(&path.child("namespace"), "");
        } else if !same(|meta| &meta.namespace) {
            errors.invalid_each(
                &path.child("namespace"),
                &meta.namespace,
                is_dns1123_label(&meta.namespace),
            );
        }
    } else if !meta.namespace.is_empty() {
        errors.forbidden(&path.child("namespace"), "not allowed on this type");
    }
    if meta.generation < 0 {
        errors.invalid(&path.child("generation"), meta.generation, NEGATIVE);
    }
    validate_parts(meta, old, path, errors);
    if old.is_none_or(|old| old.finalizers != meta.finalizers) {
        validate_finalizers(&meta.finalizers, &path.child("finalizers"), errors);
    }
}

/// Checks what an update does to the metadata.
pub fn validate_object_meta_update(
    new: &ObjectMeta,
    old: &ObjectMeta,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if old.deletion_timestamp.is_some() {
        let mut added: Vec<&Str> = new
            .finalizers
            .iter()
            .filter(|f| !old.finalizers.contains(f))
            .collect();
        if !added.is_empty() {
            added.sort();
            added.dedup();
            let list: Vec<String> = added.iter().map(|f| quote(f).to_string()).collect();
            let detail = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                list.join(", ")
            );
            errors.forbidden(&path.child("finalizers"), detail);
        }
    }
    if new.resource_version.is_empty() {
        errors.invalid(
            &path.child("resourceVersion"),
            &new.resource_version,
            "must be specified for an update",
        );
    }
    if new.generation < 0 {
        errors.invalid(&path.child("generation"), new.generation, NEGATIVE);
    }
    if new.generation < old.generation {
        errors.invalid(
            &path.child("generation"),
            new.generation,
            "must not be decremented",
        );
    }
    // What is shown is made when it is needed: most updates leave all of this alone.
    let mut immutable = |field: &'static str, same: bool, new: &dyn Fn() -> String| {
        if !same {
            errors.invalid(&path.child(field), Verbatim(new()), IMMUTABLE);
        }
    };
    immutable("name", new.name == old.name, &|| quote(&new.name).into());
    immutable("namespace", new.namespace == old.namespace, &|| {
        quote(&new.namespace).into()
    });
    immutable("uid", new.uid == old.uid, &|| quote(&new.uid).into());
    let shown = |t: Option<&apimachinery::Time>| {
        t.map_or("null".to_owned(), |t| quote(&t.to_rfc3339()).into())
    };
    immutable(
        "creationTimestamp",
        new.creation_timestamp == old.creation_timestamp,
        &|| shown(Some(&new.creation_timestamp)),
    );
    immutable(
        "deletionTimestamp",
        new.deletion_timestamp == old.deletion_timestamp,
        &|| shown(new.deletion_timestamp.as_ref()),
    );
    immutable(
        "deletionGracePeriodSeconds",
        new.deletion_grace_period_seconds == old.deletion_grace_period_seconds,
        &|| {
            let seconds = new.deletion_grace_period_seconds;
            seconds.map_or("null".to_owned(), |s| s.to_string())
        },
    );
    validate_parts(new, Some(old), path, errors);
}

/// Checks the parts that new objects and updates have to get right alike; those that are as in the version before
/// were checked then.
fn validate_parts(
    new: &ObjectMeta,
    old: Option<&ObjectMeta>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if old.is_none_or(|old| old.labels != new.labels) {
        validate_labels(&new.labels, &path.child("labels"), errors);
    }
    if old.is_none_or(|old| old.annotations != new.annotations) {
        validate_annotations(&new.annotations, &path.child("annotations"), errors);
    }
    if old.is_none_or(|old| old.owner_references != new.owner_references) {
        let path = path.child("ownerReferences");
        validate_owner_references(&new.owner_references, &path, errors);
    }
    validate_managed_fields(
        &new.managed_fields,
        old.map_or(&[], |old| &old.managed_fields),
        &path.child("managedFields"),
        errors,
    );
}

/// Checks a set of labels.
pub fn validate_labels(labels: &Map<Str, Str>, path: &Path<'_>, errors: &mut Errors) {
    for (key, value) in labels.iter() {
        validate_label_name(key, path, errors);
        errors.invalid_each(path, value, is_label_value(value));
    }
}

/// Checks the key of a label.
pub fn validate_label_name(key: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_each(path, key, is_qualified_name(key));
}

/// Checks a set of annotations: keys as of labels but in any case, values of any form, all together not too long.
pub fn validate_annotations(annotations: &Map<Str, Str>, path: &Path<'_>, errors: &mut Errors) {
    for (key, _) in annotations.iter() {
        errors.invalid_each(path, key, is_qualified_name(&key.to_lowercase()));
    }
    if annotations
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum::<usize>()
        > ANNOTATIONS_MAX
    {
        errors.too_long(path, ANNOTATIONS_MAX);
    }
}

fn validate_owner_references(references: &[OwnerReference], path: &Path<'_>, errors: &mut Errors) {
    let mut controller: Option<String> = None;
    for (i, reference) in references.iter().enumerate() {
        let path_i = path.index(i);
        let version = match reference.api_version.split_once('/') {
            Some((_, version)) => version,
            None => &reference.api_version,
        };
        if reference.api_version.is_empty() {
            errors.required(&path_i.child("apiVersion"), "must not be empty");
        } else if version.is_empty() || version.contains('/') {
            let detail = "must be <group>/<version> or <version>";
            errors.invalid(&path_i.child("apiVersion"), &reference.api_version, detail);
        }
        for (field, value) in [
            ("kind", &reference.kind),
            ("name", &reference.name),
            ("uid", &reference.uid),
        ] {
            if value.is_empty() {
                errors.required(&path_i.child(field), "must not be empty");
            }
        }
        if reference.api_version == "v1" && reference.kind == "Event" {
            let shown = Verbatim(to_json(reference));
            errors.invalid(
                &path_i,
                shown,
                "/v1, Kind=Event is disallowed from being an owner",
            );
        }
        if reference.controller == Some(true) {
            let name = format!("{}/{}", reference.kind, reference.name);
            match &controller {
                Some(first) => {
                    let all: Vec<_> = references.iter().map(|one| to_json(one)).collect();
                    let detail = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {name}"
                    );
                    errors.invalid(path, Verbatim(format!("[{}]", all.join(","))), detail);
                }
                None => controller = Some(name),
            }
        }
    }
}

fn validate_finalizers(finalizers: &[Str], path: &Path<'_>, errors: &mut Errors) {
    for finalizer in finalizers {
        errors.invalid_each(path, finalizer, is_qualified_name(finalizer));
    }
    if finalizers.iter().any(|f| f == "orphan")
        && finalizers.iter().any(|f| f == "foregroundDeletion")
    {
        let list: Vec<String> = finalizers.iter().map(|f| quote(f).to_string()).collect();
        let shown = Verbatim(format!("[{}]", list.join(",")));
        errors.invalid(
            path,
            shown,
            "finalizer orphan and foregroundDeletion cannot be both set",
        );
    }
}

/// The built-in kinds also want finalizers to be standard ones, or to have a domain in front.
pub fn validate_finalizers_qualified(finalizers: &[Str], path: &Path<'_>, errors: &mut Errors) {
    for (i, finalizer) in finalizers.iter().enumerate() {
        validate_finalizer_qualified(finalizer, &path.index(i), errors);
    }
}

/// Checks that a finalizer is a standard one, or has a domain in front.
pub fn validate_finalizer_qualified(finalizer: &str, path: &Path<'_>, errors: &mut Errors) {
    if !finalizer.contains('/') && !STANDARD_FINALIZERS.contains(&finalizer) {
        let detail = "name is neither a standard finalizer name nor is it fully qualified";
        errors.invalid(path, finalizer, detail);
    }
}

fn validate_managed_fields(
    entries: &[Shared<ManagedFieldsEntry>],
    checked: &[Shared<ManagedFieldsEntry>],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (i, entry) in entries.iter().enumerate() {
        if checked.iter().any(|known| Shared::ptr_eq(known, entry)) {
            continue;
        }
        let path = path.index(i);
        match entry.operation.as_str() {
            "Apply" | "Update" => {}
            "" => errors.required(&path.child("operation"), "must not be empty"),
            _ => errors.not_supported(
                &path.child("operation"),
                &entry.operation,
                &["Apply", "Update"],
            ),
        }
        if !entry.fields_type.is_empty() && entry.fields_type != "FieldsV1" {
            errors.invalid(
                &path.child("fieldsType"),
                &entry.fields_type,
                "must be `FieldsV1`",
            );
        }
        validate_field_manager(&entry.manager, &path.child("manager"), errors);
        if entry.subresource.len() > SUBRESOURCE_MAX {
            errors.too_long(&path.child("subresource"), SUBRESOURCE_MAX);
        }
    }
}

/// Checks the name of a field manager.
pub fn validate_field_manager(manager: &str, path: &Path<'_>, errors: &mut Errors) {
    if manager.len() > FIELD_MANAGER_MAX {
        errors.too_long(path, FIELD_MANAGER_MAX);
    }
    for (at, c) in manager.char_indices() {
        if c.is_control() {
            let detail = format!(
                "invalid character U+{:04X} (at position {at})",
                u32::from(c)
            );
            errors.invalid(path, manager, detail);
        }
    }
}
