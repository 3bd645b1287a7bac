//! ReplicationController: what replica sets were before they were called that.

use api::core::v1::{PodTemplateSpec, ReplicationController, ReplicationControllerSpec};
use apimachinery::meta::v1::LabelSelector;
use apimachinery::{Shared, Str};

use super::pod::{defaults, warnings};
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::{
    container_columns, share_parts, validate_nonnegative, validate_running_template,
};
use crate::validation::field::{Errors, Path};

/// The strategy.
pub(crate) struct ReplicationControllerStrategy;

impl Strategy for ReplicationControllerStrategy {
    type Kind = ReplicationController;

    fn default(&self, object: &mut ReplicationController) {
        if let Some(template) = &object.spec.template
            && !template.metadata.labels.is_empty()
        {
            let labels = template.metadata.labels.clone();
            if object.spec.selector.is_empty() {
                object.spec.selector = labels.clone();
            }
            if object.metadata.labels.is_empty() {
                object.metadata.labels = labels;
            }
        }
        object.spec.replicas.get_or_insert(1);
        if let Some(template) = &mut object.spec.template {
            defaults::default_spec(&mut template.spec);
        }
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut ReplicationController) {
        object.status = Shared::default();
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &ReplicationController, errors: &mut Errors) {
        validate_spec(&object.spec, errors);
    }

    fn warnings_on_create(
        &self,
        _cx: &Context,
        object: &ReplicationController,
        out: &mut Vec<String>,
    ) {
        crate::registry::workload::warn_of_name(
            &object.metadata.name,
            "Pod names and hostnames",
            out,
        );
        if let Some(template) = &object.spec.template {
            warnings::of_template(template, out);
        }
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut ReplicationController,
        old: &ReplicationController,
    ) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &ReplicationController,
        _old: &ReplicationController,
        errors: &mut Errors,
    ) {
        validate_spec(&new.spec, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut ReplicationController,
        old: &ReplicationController,
    ) {
        new.spec = old.spec.clone();
    }

    fn replicas(&self, object: &ReplicationController) -> Option<crate::registry::Replicas> {
        let selector = apimachinery::labels::format_labels(&object.spec.selector);
        Some(crate::registry::Replicas {
            desired: object.spec.replicas.unwrap_or_default(),
            actual: object.status.replicas,
            selector: if object.spec.selector.is_empty() {
                Str::new()
            } else {
                selector
            },
        })
    }

    fn has_scale(&self) -> bool {
        true
    }

    fn set_replicas(&self, object: &mut ReplicationController, replicas: i32) {
        object.spec.replicas = Some(replicas);
    }

    fn orphans_by_default(&self) -> bool {
        true
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["status.replicas"]
    }

    fn field_value(&self, object: &ReplicationController, _label: &str) -> Str {
        object.status.replicas.to_string().into()
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

    fn row(&self, object: &ReplicationController, options: &PrintOptions) -> Cells {
        let none = PodTemplateSpec::default();
        let (containers, images) =
            container_columns(object.spec.template.as_deref().unwrap_or(&none));
        Cells::new()
            .text(object.metadata.name.clone())
            .integer(object.spec.replicas.unwrap_or_default())
            .integer(object.status.replicas)
            .integer(object.status.ready_replicas)
            .age(object.metadata.creation_timestamp, options)
            .text(containers)
            .text(images)
            .text(apimachinery::labels::format_labels(&object.spec.selector))
    }
}

fn validate_spec(spec: &ReplicationControllerSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    validate_nonnegative(
        spec.min_ready_seconds.into(),
        &path.child("minReadySeconds"),
        errors,
    );
    if spec.selector.is_empty() {
        errors.required(&path.child("selector"), "");
    }
    validate_nonnegative(
        spec.replicas.unwrap_or_default().into(),
        &path.child("replicas"),
        errors,
    );
    let at = path.child("template");
    match &spec.template {
        None => errors.required(&at, ""),
        Some(template) => {
            let selector = LabelSelector {
                match_labels: spec.selector.clone(),
                ..LabelSelector::default()
            };
            validate_running_template(
                Some(&selector),
                template,
                "ReplicationController",
                &at,
                errors,
            );
        }
    }
}
