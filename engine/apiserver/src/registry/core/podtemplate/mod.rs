//! PodTemplate: a template that stands alone. Hardly anybody uses these; templates live inside workloads.

use api::core::v1::PodTemplate;
use apimachinery::Str;

use super::pod;
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions, joined};
use crate::registry::Strategy;
use crate::validation::field::{Errors, Path};

/// The strategy.
pub(crate) struct PodTemplateStrategy;

impl Strategy for PodTemplateStrategy {
    type Kind = PodTemplate;

    fn default(&self, object: &mut PodTemplate) {
        pod::defaults::default_spec(&mut object.template.spec);
    }

    fn prepare_for_create(&self, _cx: &Context, object: &mut PodTemplate) {
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &PodTemplate, errors: &mut Errors) {
        pod::validation::validate_template(&object.template, &Path::new("template"), errors);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut PodTemplate, old: &PodTemplate) {
        if new.template != old.template {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &PodTemplate,
        _old: &PodTemplate,
        errors: &mut Errors,
    ) {
        pod::validation::validate_template(&new.template, &Path::new("template"), errors);
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Containers"),
            Column::text("Images"),
            Column::text("Pod Labels"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &PodTemplate, _options: &PrintOptions) -> Cells {
        let containers = &object.template.spec.containers;
        let of =
            |field: fn(&api::core::v1::Container) -> &Str| joined(containers.iter().map(field));
        Cells::new()
            .text(object.metadata.name.clone())
            .text(of(|container| &container.name))
            .text(of(|container| &container.image))
            .text(apimachinery::labels::format_labels(
                &object.template.metadata.labels,
            ))
    }
}
