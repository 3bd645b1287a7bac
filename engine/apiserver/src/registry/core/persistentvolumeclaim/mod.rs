//! PersistentVolumeClaim: a wish for storage.

mod validation;

use api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference,
    TypedObjectReference,
};
use apimachinery::{Shared, Str};

use super::persistentvolume::{access_modes, text_or_unset};
use super::pod::warnings::is_fractional;
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::{Errors, Path};

pub(crate) use validation::validate_spec;

/// The annotation that named the storage class before there was a field.
pub(crate) const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

/// The strategy.
pub(crate) struct PersistentVolumeClaimStrategy;

impl Strategy for PersistentVolumeClaimStrategy {
    type Kind = PersistentVolumeClaim;

    fn default(&self, object: &mut PersistentVolumeClaim) {
        default_claim(object);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut PersistentVolumeClaim) {
        object.status = Shared::default();
        object.status.phase = "Pending".into();
        unify_sources(object);
    }

    fn validate(&self, _cx: &Context, object: &PersistentVolumeClaim, errors: &mut Errors) {
        validation::validate_spec(&object.spec, &Path::new("spec"), errors);
    }

    fn warnings_on_create(
        &self,
        _cx: &Context,
        object: &PersistentVolumeClaim,
        out: &mut Vec<String>,
    ) {
        if object.metadata.annotations.contains_key(CLASS_ANNOTATION) {
            out.push(format!(
                "metadata.annotations[{CLASS_ANNOTATION}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
            ));
        }
        warn_of_spec(&object.spec, &Path::new("spec"), out);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut PersistentVolumeClaim,
        old: &PersistentVolumeClaim,
    ) {
        new.status = old.status.clone();
        unify_sources(new);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &PersistentVolumeClaim,
        old: &PersistentVolumeClaim,
        errors: &mut Errors,
    ) {
        validation::validate_spec(&new.spec, &Path::new("spec"), errors);
        validation::validate_kept(new, old, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut PersistentVolumeClaim,
        old: &PersistentVolumeClaim,
    ) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &PersistentVolumeClaim,
        _old: &PersistentVolumeClaim,
        errors: &mut Errors,
    ) {
        let capacity = Path::new("status.capacity");
        for (name, value) in new.status.capacity.iter() {
            crate::validation::quantity::validate_nonnegative(value, &capacity.key(name), errors);
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Status"),
            Column::text("Volume"),
            Column::text("Capacity"),
            Column::text("Access Modes"),
            Column::text("StorageClass"),
            Column::text("VolumeAttributesClass"),
            Column::AGE,
            Column::wide("VolumeMode"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &PersistentVolumeClaim, options: &PrintOptions) -> Cells {
        let (spec, status) = (&object.spec, &object.status);
        let phase = if object.metadata.deletion_timestamp.is_some() {
            "Terminating"
        } else {
            &status.phase
        };
        let (mut capacity, mut modes) = (Str::new(), Str::new());
        if !spec.volume_name.is_empty() {
            capacity = status
                .capacity
                .get("storage")
                .map_or("0".into(), |value| value.to_text());
            modes = access_modes(&status.access_modes);
        }
        Cells::new()
            .text(object.metadata.name.clone())
            .text(phase)
            .text(spec.volume_name.clone())
            .text(capacity)
            .text(modes)
            .text(class_of(object))
            .text(text_or_unset(spec.volume_attributes_class_name.as_ref()))
            .age(object.metadata.creation_timestamp, options)
            .text(text_or_unset(spec.volume_mode.as_ref()))
    }
}

/// The storage class that a claim asks for; empty when it asks for none.
pub(crate) fn class_of(object: &PersistentVolumeClaim) -> Str {
    let annotated = object.metadata.annotations.get(CLASS_ANNOTATION).cloned();
    annotated.unwrap_or_else(|| object.spec.storage_class_name.clone().unwrap_or_default())
}

/// Fills in what a claim, or a template of one, leaves out.
pub(crate) fn default_claim(object: &mut PersistentVolumeClaim) {
    if object.status.phase.is_empty() {
        object.status.phase = "Pending".into();
    }
    if object.spec.volume_mode.is_none() {
        object.spec.volume_mode = Some("Filesystem".into());
    }
}

/// There are an old and a new way to name the source of the data; each is kept equal to the other.
fn unify_sources(object: &mut PersistentVolumeClaim) {
    let spec = &mut *object.spec;
    match (&spec.data_source, &spec.data_source_ref) {
        (Some(source), None) => {
            spec.data_source_ref = Some(
                TypedObjectReference {
                    api_group: source.api_group.clone(),
                    kind: source.kind.clone(),
                    name: source.name.clone(),
                    ..Default::default()
                }
                .into(),
            );
        }
        (None, Some(source)) if source.namespace.as_ref().is_none_or(Str::is_empty) => {
            // The old way knows only these.
            let known = match source.api_group.as_deref().unwrap_or_default() {
                "" => source.kind == "PersistentVolumeClaim",
                "snapshot.storage.k8s.io" => source.kind == "VolumeSnapshot",
                _ => true,
            };
            if known {
                spec.data_source = Some(
                    TypedLocalObjectReference {
                        api_group: source.api_group.clone(),
                        kind: source.kind.clone(),
                        name: source.name.clone(),
                    }
                    .into(),
                );
            }
        }
        _ => {}
    }
}

/// Warns of amounts of bytes that are no whole numbers of them, in a claim or in a template of one.
pub(crate) fn warn_of_spec(
    spec: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    out: &mut Vec<String>,
) {
    let resources = &spec.resources;
    let lists = [
        ("resources.requests", &resources.requests),
        ("resources.limits", &resources.limits),
    ];
    for (field, list) in lists {
        if let Some(value) = list.get("storage").filter(|value| is_fractional(value)) {
            let list = path.child(field);
            out.push(format!(
                "{}: fractional byte value \"{value}\" is invalid, must be an integer",
                list.key("storage")
            ));
        }
    }
}
