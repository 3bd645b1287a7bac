//! Deployment: pods that are replaced bit by bit when their template changes.

mod validation;

use api::apps::v1::{Deployment, RollingUpdateDeployment};
use apimachinery::{IntOrString, Shared};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::core::pod::{defaults, warnings};
use crate::registry::workload::{container_columns, selector_text, share_parts, warn_of_name};
use crate::registry::{Replicas, Strategy};
use crate::validation::field::{Errors, Path};

/// The strategy.
pub(crate) struct DeploymentStrategy;

impl Strategy for DeploymentStrategy {
    type Kind = Deployment;

    fn default(&self, object: &mut Deployment) {
        let spec = &mut *object.spec;
        spec.replicas.get_or_insert(1);
        spec.revision_history_limit.get_or_insert(10);
        spec.progress_deadline_seconds.get_or_insert(600);
        let strategy = &mut spec.strategy;
        if strategy.type_.is_empty() {
            strategy.type_ = "RollingUpdate".into();
        }
        if strategy.type_ == "RollingUpdate" {
            let quarter = || IntOrString::Str("25%".into());
            let rolling: &mut Shared<RollingUpdateDeployment> =
                strategy.rolling_update.get_or_insert_default();
            rolling.max_unavailable.get_or_insert_with(quarter);
            rolling.max_surge.get_or_insert_with(quarter);
        }
        defaults::default_spec(&mut spec.template.spec);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut Deployment) {
        object.status = Shared::default();
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &Deployment, errors: &mut Errors) {
        validation::validate_spec(&object.spec, &Path::new("spec"), errors);
    }

    fn warnings_on_create(&self, _cx: &Context, object: &Deployment, out: &mut Vec<String>) {
        warn_of_name(&object.metadata.name, "Pod names and hostnames", out);
        warnings::of_template(&object.spec.template, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Deployment, old: &Deployment) {
        new.status = old.status.clone();
        // Annotations count, for they are copied to the replica sets.
        if new.spec != old.spec || new.metadata.annotations != old.metadata.annotations {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &Deployment,
        old: &Deployment,
        errors: &mut Errors,
    ) {
        validation::validate_spec(&new.spec, &Path::new("spec"), errors);
        validation::validate_selector_kept(new, old, errors);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &Deployment,
        old: &Deployment,
        out: &mut Vec<String>,
    ) {
        if new.metadata.generation != old.metadata.generation {
            warnings::of_template(&new.spec.template, out);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Deployment, old: &Deployment) {
        new.spec = old.spec.clone();
        new.metadata.labels = old.metadata.labels.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &Deployment,
        old: &Deployment,
        errors: &mut Errors,
    ) {
        validation::validate_status(new, old, errors);
    }

    fn has_scale(&self) -> bool {
        true
    }

    fn replicas(&self, object: &Deployment) -> Option<Replicas> {
        Some(Replicas {
            desired: object.spec.replicas.unwrap_or_default(),
            actual: object.status.replicas,
            selector: selector_text(object.spec.selector.as_deref()),
        })
    }

    fn set_replicas(&self, object: &mut Deployment, replicas: i32) {
        object.spec.replicas = Some(replicas);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Ready"),
            Column::text("Up-to-date"),
            Column::text("Available"),
            Column::AGE,
            Column::wide("Containers"),
            Column::wide("Images"),
            Column::wide("Selector"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &Deployment, options: &PrintOptions) -> Cells {
        let (containers, images) = container_columns(&object.spec.template);
        let desired = object.spec.replicas.unwrap_or_default();
        let status = &object.status;
        Cells::new()
            .text(object.metadata.name.clone())
            .text(format!("{}/{desired}", status.ready_replicas))
            .integer(status.updated_replicas)
            .integer(status.available_replicas)
            .age(object.metadata.creation_timestamp, options)
            .text(containers)
            .text(images)
            .text(apimachinery::labels::format_label_selector(
                object.spec.selector.as_deref(),
            ))
    }
}
