//! PodDisruptionBudget: how many pods of a kind may be evicted at a time.

use api::policy::v1::PodDisruptionBudget;
use apimachinery::Shared;
use apimachinery::{IntOrString, Str};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::{
    share_parts, validate_all_nonnegative, validate_at_most_all, validate_int_or_percent,
};
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;
use crate::validation::selectors::validate_label_selector;

/// The strategy.
pub(crate) struct PodDisruptionBudgetStrategy;

impl Strategy for PodDisruptionBudgetStrategy {
    type Kind = PodDisruptionBudget;

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut PodDisruptionBudget) {
        object.status = Shared::default();
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &PodDisruptionBudget, errors: &mut Errors) {
        validate(object, errors);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut PodDisruptionBudget,
        old: &PodDisruptionBudget,
    ) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &PodDisruptionBudget,
        _old: &PodDisruptionBudget,
        errors: &mut Errors,
    ) {
        validate(new, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut PodDisruptionBudget,
        old: &PodDisruptionBudget,
    ) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &PodDisruptionBudget,
        _old: &PodDisruptionBudget,
        errors: &mut Errors,
    ) {
        let status = &new.status;
        validate_all_nonnegative(
            &[
                ("disruptionsAllowed", status.disruptions_allowed.into()),
                ("currentHealthy", status.current_healthy.into()),
                ("desiredHealthy", status.desired_healthy.into()),
                ("expectedPods", status.expected_pods.into()),
            ],
            &Path::new("status"),
            errors,
        );
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Min Available"),
            Column::text("Max Unavailable"),
            Column::integer("Allowed Disruptions"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &PodDisruptionBudget, options: &PrintOptions) -> Cells {
        let shown = |value: &Option<IntOrString>| {
            value
                .as_ref()
                .map_or(Str::from("N/A"), |v| v.to_string().into())
        };
        Cells::new()
            .text(object.metadata.name.clone())
            .text(shown(&object.spec.min_available))
            .text(shown(&object.spec.max_unavailable))
            .integer(object.status.disruptions_allowed)
            .age(object.metadata.creation_timestamp, options)
    }
}

fn validate(object: &PodDisruptionBudget, errors: &mut Errors) {
    let spec = &object.spec;
    let path = Path::new("spec");
    if spec.min_available.is_some() && spec.max_unavailable.is_some() {
        let shown = Verbatim(Internal::of(&**spec).compact());
        errors.invalid(
            &path,
            shown,
            "minAvailable and maxUnavailable cannot be both set",
        );
    }
    for (field, value) in [
        ("minAvailable", &spec.min_available),
        ("maxUnavailable", &spec.max_unavailable),
    ] {
        if let Some(value) = value {
            validate_int_or_percent(value, &path.child(field), errors);
            validate_at_most_all(value, &path.child(field), errors);
        }
    }
    if let Some(selector) = &spec.selector {
        validate_label_selector(selector, &path.child("selector"), errors);
    }
    const POLICIES: [&str; 2] = ["AlwaysAllow", "IfHealthyBudget"];
    if let Some(policy) = &spec.unhealthy_pod_eviction_policy
        && !POLICIES.contains(&policy.as_str())
    {
        errors.not_supported(&path.child("unhealthyPodEvictionPolicy"), policy, &POLICIES);
    }
}
