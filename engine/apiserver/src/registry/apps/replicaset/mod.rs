//! ReplicaSet: so many pods of one template.

use api::apps::v1::{ReplicaSet, ReplicaSetSpec};
use apimachinery::{Shared, Str};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::core::pod::{defaults, warnings};
use crate::registry::workload::{
    container_columns, selector_text, share_parts, shown_selector, validate_all_nonnegative,
    validate_nonnegative, validate_running_template, validate_selector, warn_of_name,
};
use crate::registry::{Replicas, Strategy};
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path};

/// The strategy.
pub(crate) struct ReplicaSetStrategy;

impl Strategy for ReplicaSetStrategy {
    type Kind = ReplicaSet;

    fn default(&self, object: &mut ReplicaSet) {
        let spec = &mut *object.spec;
        spec.replicas.get_or_insert(1);
        defaults::default_spec(&mut spec.template.spec);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut ReplicaSet) {
        object.status = Shared::default();
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &ReplicaSet, errors: &mut Errors) {
        validate_spec(&object.spec, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, object: &ReplicaSet, out: &mut Vec<String>) {
        warn_of_name(&object.metadata.name, "Pod names and hostnames", out);
        warnings::of_template(&object.spec.template, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut ReplicaSet, old: &ReplicaSet) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &ReplicaSet,
        old: &ReplicaSet,
        errors: &mut Errors,
    ) {
        validate_spec(&new.spec, errors);
        if new.spec.selector != old.spec.selector {
            let shown = shown_selector(new.spec.selector.as_deref());
            errors.invalid(&Path::new("spec.selector"), shown, IMMUTABLE);
        }
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &ReplicaSet,
        old: &ReplicaSet,
        out: &mut Vec<String>,
    ) {
        if new.metadata.generation != old.metadata.generation {
            warnings::of_template(&new.spec.template, out);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut ReplicaSet, old: &ReplicaSet) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &ReplicaSet,
        _old: &ReplicaSet,
        errors: &mut Errors,
    ) {
        let status = &new.status;
        let path = Path::new("status");
        let counts = [
            ("replicas", status.replicas),
            ("fullyLabeledReplicas", status.fully_labeled_replicas),
            ("readyReplicas", status.ready_replicas),
            ("availableReplicas", status.available_replicas),
        ];
        validate_all_nonnegative(
            &counts.map(|(field, value)| (field, i64::from(value))),
            &path,
            errors,
        );
        validate_nonnegative(
            status.observed_generation,
            &path.child("observedGeneration"),
            errors,
        );
        for (field, value) in &counts[1..] {
            if *value > status.replicas {
                errors.invalid(
                    &path.child(field),
                    *value,
                    "cannot be greater than status.replicas",
                );
            }
        }
        if status.available_replicas > status.ready_replicas {
            let detail = "cannot be greater than readyReplicas";
            errors.invalid(
                &path.child("availableReplicas"),
                status.available_replicas,
                detail,
            );
        }
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["status.replicas"]
    }

    fn field_value(&self, object: &ReplicaSet, _label: &str) -> Str {
        object.status.replicas.to_string().into()
    }

    fn has_scale(&self) -> bool {
        true
    }

    fn replicas(&self, object: &ReplicaSet) -> Option<Replicas> {
        Some(Replicas {
            desired: object.spec.replicas.unwrap_or_default(),
            actual: object.status.replicas,
            selector: selector_text(object.spec.selector.as_deref()),
        })
    }

    fn set_replicas(&self, object: &mut ReplicaSet, replicas: i32) {
        object.spec.replicas = Some(replicas);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::integer("Desired"),
            Column::integer("Current"),
            Column::integer("Ready"),
            Column::AGE,
            Column::wide("Containers"),
            Column::wide("Images"),
            Column::wide("Selector"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &ReplicaSet, options: &PrintOptions) -> Cells {
        let (containers, images) = container_columns(&object.spec.template);
        Cells::new()
            .text(object.metadata.name.clone())
            .integer(object.spec.replicas.unwrap_or_default())
            .integer(object.status.replicas)
            .integer(object.status.ready_replicas)
            .age(object.metadata.creation_timestamp, options)
            .text(containers)
            .text(images)
            .text(apimachinery::labels::format_label_selector(
                object.spec.selector.as_deref(),
            ))
    }
}

fn validate_spec(spec: &ReplicaSetSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    validate_nonnegative(
        spec.replicas.unwrap_or_default().into(),
        &path.child("replicas"),
        errors,
    );
    validate_nonnegative(
        spec.min_ready_seconds.into(),
        &path.child("minReadySeconds"),
        errors,
    );
    let selector = spec.selector.as_deref();
    validate_selector(
        selector,
        "empty selector is invalid for deployment",
        &path.child("selector"),
        errors,
    );
    validate_running_template(
        selector,
        &spec.template,
        "ReplicaSet",
        &path.child("template"),
        errors,
    );
}
