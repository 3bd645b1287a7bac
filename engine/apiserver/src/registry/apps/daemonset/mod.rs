//! DaemonSet: a pod on every node, or on some.

use api::apps::v1::{DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy};
use apimachinery::{IntOrString, Shared};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::pod::{defaults, warnings};
use crate::registry::workload::{
    as_number, container_columns, share_parts, shown_int_or_percent, shown_selector,
    validate_all_nonnegative, validate_at_most_all, validate_int_or_percent, validate_nonnegative,
    validate_running_template, validate_selector,
};
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path};

/// The label of templates that carries a count which nobody uses any more.
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// The strategy.
pub(crate) struct DaemonSetStrategy;

impl Strategy for DaemonSetStrategy {
    type Kind = DaemonSet;

    fn default(&self, object: &mut DaemonSet) {
        let spec = &mut *object.spec;
        let strategy = &mut spec.update_strategy;
        if strategy.type_.is_empty() {
            strategy.type_ = "RollingUpdate".into();
        }
        if strategy.type_ == "RollingUpdate" {
            let rolling = strategy.rolling_update.get_or_insert_default();
            rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
            rolling.max_surge.get_or_insert(IntOrString::Int(0));
        }
        spec.revision_history_limit.get_or_insert(10);
        defaults::default_spec(&mut spec.template.spec);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut DaemonSet) {
        object.status = Shared::default();
        object.metadata.generation = 1;
        object.metadata.annotations.insert(TEMPLATE_GENERATION, "1");
    }

    fn validate(&self, _cx: &Context, object: &DaemonSet, errors: &mut Errors) {
        validate_spec(&object.spec, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, object: &DaemonSet, out: &mut Vec<String>) {
        warnings::of_template(&object.spec.template, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut DaemonSet, old: &DaemonSet) {
        new.status = old.status.clone();
        let generation = old
            .metadata
            .annotations
            .text(TEMPLATE_GENERATION)
            .parse::<i64>()
            .unwrap_or(0);
        let changed = new.spec.template != old.spec.template;
        let generation = if changed { generation + 1 } else { generation };
        if generation > 0 {
            new.metadata
                .annotations
                .insert(TEMPLATE_GENERATION, generation.to_string());
        }
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &DaemonSet,
        old: &DaemonSet,
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
        new: &DaemonSet,
        old: &DaemonSet,
        out: &mut Vec<String>,
    ) {
        if new.metadata.generation != old.metadata.generation {
            warnings::of_template(&new.spec.template, out);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut DaemonSet, old: &DaemonSet) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &DaemonSet,
        _old: &DaemonSet,
        errors: &mut Errors,
    ) {
        let status = &new.status;
        validate_all_nonnegative(
            &[
                (
                    "currentNumberScheduled",
                    status.current_number_scheduled.into(),
                ),
                ("numberMisscheduled", status.number_misscheduled.into()),
                (
                    "desiredNumberScheduled",
                    status.desired_number_scheduled.into(),
                ),
                ("numberReady", status.number_ready.into()),
                ("observedGeneration", status.observed_generation),
                (
                    "updatedNumberScheduled",
                    status.updated_number_scheduled.into(),
                ),
                ("numberAvailable", status.number_available.into()),
                ("numberUnavailable", status.number_unavailable.into()),
            ],
            &Path::new("status"),
            errors,
        );
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::integer("Desired"),
            Column::integer("Current"),
            Column::integer("Ready"),
            Column::integer("Up-to-date"),
            Column::integer("Available"),
            Column::text("Node Selector"),
            Column::AGE,
            Column::wide("Containers"),
            Column::wide("Images"),
            Column::wide("Selector"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &DaemonSet, options: &PrintOptions) -> Cells {
        let (containers, images) = container_columns(&object.spec.template);
        let status = &object.status;
        Cells::new()
            .text(object.metadata.name.clone())
            .integer(status.desired_number_scheduled)
            .integer(status.current_number_scheduled)
            .integer(status.number_ready)
            .integer(status.updated_number_scheduled)
            .integer(status.number_available)
            .text(apimachinery::labels::format_labels(
                &object.spec.template.spec.node_selector,
            ))
            .age(object.metadata.creation_timestamp, options)
            .text(containers)
            .text(images)
            .text(apimachinery::labels::format_label_selector(
                object.spec.selector.as_deref(),
            ))
    }
}

fn validate_spec(spec: &DaemonSetSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    let selector = spec.selector.as_deref();
    validate_selector(
        selector,
        "empty selector is invalid for daemonset",
        &path.child("selector"),
        errors,
    );
    validate_running_template(
        selector,
        &spec.template,
        "DaemonSet",
        &path.child("template"),
        errors,
    );
    validate_nonnegative(
        spec.min_ready_seconds.into(),
        &path.child("minReadySeconds"),
        errors,
    );
    validate_strategy(&spec.update_strategy, &path.child("updateStrategy"), errors);
    if let Some(limit) = spec.revision_history_limit {
        validate_nonnegative(limit.into(), &path.child("revisionHistoryLimit"), errors);
    }
}

fn validate_strategy(strategy: &DaemonSetUpdateStrategy, path: &Path<'_>, errors: &mut Errors) {
    let rolling_path = path.child("rollingUpdate");
    match (strategy.type_.as_str(), &strategy.rolling_update) {
        ("OnDelete", _) => {}
        ("RollingUpdate", None) => errors.required(&rolling_path, ""),
        ("RollingUpdate", Some(rolling)) => {
            let zero = IntOrString::Int(0);
            let unavailable = rolling.max_unavailable.as_ref().unwrap_or(&zero);
            let surge = rolling.max_surge.as_ref().unwrap_or(&zero);
            let (path_unavailable, path_surge) = (
                rolling_path.child("maxUnavailable"),
                rolling_path.child("maxSurge"),
            );
            validate_int_or_percent(unavailable, &path_unavailable, errors);
            validate_int_or_percent(surge, &path_surge, errors);
            validate_at_most_all(unavailable, &path_unavailable, errors);
            validate_at_most_all(surge, &path_surge, errors);
            match (as_number(Some(unavailable)) > 0, as_number(Some(surge)) > 0) {
                (true, true) => {
                    let detail = "may not be set when maxUnavailable is non-zero";
                    errors.invalid(&path_surge, shown_int_or_percent(surge), detail);
                }
                (false, false) => {
                    errors.required(&path_unavailable, "cannot be 0 when maxSurge is 0")
                }
                _ => {}
            }
        }
        (other, _) => {
            errors.not_supported(&path.child("type"), other, &["OnDelete", "RollingUpdate"])
        }
    }
}
