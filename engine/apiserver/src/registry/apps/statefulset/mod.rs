//! StatefulSet: pods with names and storage that stay theirs.

mod validation;

use api::apps::v1::StatefulSet;
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::core::persistentvolumeclaim;
use crate::registry::core::pod::{defaults, warnings};
use crate::registry::workload::{container_columns, selector_text, share_parts};
use crate::registry::{Replicas, Strategy};
use crate::validation::content::{NameRule, name_is_dns_label};
use crate::validation::field::{Errors, Path};

/// The strategy.
pub(crate) struct StatefulSetStrategy;

impl Strategy for StatefulSetStrategy {
    type Kind = StatefulSet;

    fn name_rule(&self) -> NameRule {
        name_is_dns_label
    }

    fn default(&self, object: &mut StatefulSet) {
        let spec = &mut *object.spec;
        if spec.pod_management_policy.is_empty() {
            spec.pod_management_policy = "OrderedReady".into();
        }
        let strategy = &mut spec.update_strategy;
        if strategy.type_.is_empty() {
            strategy.type_ = "RollingUpdate".into();
            strategy.rolling_update.get_or_insert_default();
        }
        if strategy.type_ == "RollingUpdate"
            && let Some(rolling) = &mut strategy.rolling_update
        {
            rolling.partition.get_or_insert(0);
        }
        let retention = spec
            .persistent_volume_claim_retention_policy
            .get_or_insert_default();
        if retention.when_deleted.is_empty() {
            retention.when_deleted = "Retain".into();
        }
        if retention.when_scaled.is_empty() {
            retention.when_scaled = "Retain".into();
        }
        spec.replicas.get_or_insert(1);
        spec.revision_history_limit.get_or_insert(10);
        defaults::default_spec(&mut spec.template.spec);
        spec.volume_claim_templates
            .iter_mut()
            .for_each(persistentvolumeclaim::default_claim);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut StatefulSet) {
        object.status = Shared::default();
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &StatefulSet, errors: &mut Errors) {
        validation::validate_new(&object.spec, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, object: &StatefulSet, out: &mut Vec<String>) {
        warn(object, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut StatefulSet, old: &StatefulSet) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &StatefulSet,
        old: &StatefulSet,
        errors: &mut Errors,
    ) {
        validation::validate_changed(&new.spec, &old.spec, errors);
        validation::validate_kept(new, old, errors);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &StatefulSet,
        old: &StatefulSet,
        out: &mut Vec<String>,
    ) {
        if new.metadata.generation != old.metadata.generation {
            warnings::of_template(&new.spec.template, out);
            warn_of_claims(new, out);
        }
        warn_of_history(new, out);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut StatefulSet, old: &StatefulSet) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &StatefulSet,
        old: &StatefulSet,
        errors: &mut Errors,
    ) {
        validation::validate_status(new, old, errors);
    }

    fn has_scale(&self) -> bool {
        true
    }

    fn replicas(&self, object: &StatefulSet) -> Option<Replicas> {
        Some(Replicas {
            desired: object.spec.replicas.unwrap_or_default(),
            actual: object.status.replicas,
            selector: selector_text(object.spec.selector.as_deref()),
        })
    }

    fn set_replicas(&self, object: &mut StatefulSet, replicas: i32) {
        object.spec.replicas = Some(replicas);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Ready"),
            Column::AGE,
            Column::wide("Containers"),
            Column::wide("Images"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &StatefulSet, options: &PrintOptions) -> Cells {
        let (containers, images) = container_columns(&object.spec.template);
        let desired = object.spec.replicas.unwrap_or_default();
        Cells::new()
            .text(object.metadata.name.clone())
            .text(format!("{}/{desired}", object.status.ready_replicas))
            .age(object.metadata.creation_timestamp, options)
            .text(containers)
            .text(images)
    }
}

fn warn(object: &StatefulSet, out: &mut Vec<String>) {
    warnings::of_template(&object.spec.template, out);
    warn_of_claims(object, out);
    warn_of_history(object, out);
}

fn warn_of_claims(object: &StatefulSet, out: &mut Vec<String>) {
    let path = Path::new("spec.volumeClaimTemplates");
    for (i, claim) in object.spec.volume_claim_templates.iter().enumerate() {
        persistentvolumeclaim::warn_of_spec(&claim.spec, &path.index(i), out);
    }
}

fn warn_of_history(object: &StatefulSet, out: &mut Vec<String>) {
    if object
        .spec
        .revision_history_limit
        .is_some_and(|limit| limit < 0)
    {
        out.push(
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
                .to_owned(),
        );
    }
}
