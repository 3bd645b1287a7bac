//! Namespace: a room for names. Deleting one empties it first: `spec.finalizers` keeps it until the namespace controller has
//! deleted what is inside and calls the `finalize` subresource.

use api::core::v1::Namespace;
use apimachinery::validation::is_qualified_name;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::{Strategy, Verbs};
use crate::validation::content::{NameRule, name_is_dns_label};
use crate::validation::field::{Errors, Path};
use crate::validation::meta::validate_finalizer_qualified;

/// The finalizer that every namespace is born with.
const FINALIZER: &str = "kubernetes";
/// The label that every namespace carries: its own name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";
const TERMINATING: &str = "Terminating";

/// The strategy.
pub(crate) struct NamespaceStrategy;

impl Strategy for NamespaceStrategy {
    type Kind = Namespace;

    fn name_rule(&self) -> NameRule {
        name_is_dns_label
    }

    fn default(&self, object: &mut Namespace) {
        if object.status.phase.is_empty() {
            object.status.phase = "Active".into();
        }
        self.canonicalize(object);
    }

    fn prepare_for_create(&self, _cx: &Context, object: &mut Namespace) {
        object.status.phase = "Active".into();
        if !object
            .spec
            .finalizers
            .iter()
            .any(|finalizer| finalizer == FINALIZER)
        {
            object.spec.finalizers.push(FINALIZER.into());
        }
    }

    fn validate(&self, _cx: &Context, object: &Namespace, errors: &mut Errors) {
        let path = Path::new("spec.finalizers");
        for finalizer in &object.spec.finalizers {
            validate_finalizer(finalizer, &path, errors);
        }
    }

    fn canonicalize(&self, object: &mut Namespace) {
        if !object.metadata.name.is_empty()
            && object.metadata.labels.text(NAME_LABEL) != object.metadata.name
        {
            object
                .metadata
                .labels
                .insert(NAME_LABEL, object.metadata.name.clone());
        }
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Namespace, old: &Namespace) {
        new.spec = old.spec.clone();
        new.status = old.status.clone();
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Namespace, old: &Namespace) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &Namespace,
        _old: &Namespace,
        errors: &mut Errors,
    ) {
        let path = Path::new("status.Phase");
        if new.metadata.deletion_timestamp.is_none() {
            if new.status.phase != "Active" {
                errors.invalid(
                    &path,
                    &new.status.phase,
                    "may only be 'Active' if `deletionTimestamp` is empty",
                );
            }
        } else if new.status.phase != TERMINATING {
            errors.invalid(
                &path,
                &new.status.phase,
                "may only be 'Terminating' if `deletionTimestamp` is not empty",
            );
        }
    }

    fn subresources(&self) -> &'static [&'static str] {
        &["finalize"]
    }

    fn prepare_for_subresource_update(
        &self,
        _cx: &Context,
        _sub: &str,
        new: &mut Namespace,
        old: &Namespace,
    ) {
        new.status = old.status.clone();
    }

    fn validate_subresource_update(
        &self,
        _cx: &Context,
        _sub: &str,
        new: &Namespace,
        _old: &Namespace,
        errors: &mut Errors,
    ) {
        let path = Path::new("spec.finalizers");
        for (i, finalizer) in new.spec.finalizers.iter().enumerate() {
            validate_finalizer(finalizer, &path.index(i), errors);
        }
    }

    fn begin_delete(&self, _cx: &Context, object: &mut Namespace) {
        if !object.spec.finalizers.is_empty() {
            object.status.phase = TERMINATING.into();
        }
    }

    fn holds_on(&self, object: &Namespace) -> bool {
        !object.spec.finalizers.is_empty()
    }

    fn verbs(&self) -> Verbs {
        Verbs::OneByOne
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["status.phase", "name"]
    }

    fn field_value(&self, object: &Namespace, label: &str) -> apimachinery::Str {
        match label {
            "status.phase" => object.status.phase.clone(),
            _ => object.metadata.name.clone(),
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Status"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, object: &Namespace, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(object.metadata.name.clone())
            .text(object.status.phase.clone())
            .age(object.metadata.creation_timestamp, options)
    }
}

fn validate_finalizer(finalizer: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_each(path, finalizer, is_qualified_name(finalizer));
    validate_finalizer_qualified(finalizer, path, errors);
}
