//! The rules of deployments. Kubernetes' room for this is `pkg/apis/apps/validation`.

use api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use apimachinery::IntOrString;

use crate::registry::workload::{
    as_number, shown_int_or_percent, shown_selector, validate_all_nonnegative,
    validate_at_most_all, validate_int_or_percent, validate_nonnegative, validate_running_template,
    validate_selector,
};
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path};

pub(super) fn validate_spec(spec: &DeploymentSpec, path: &Path<'_>, errors: &mut Errors) {
    validate_nonnegative(
        spec.replicas.unwrap_or_default().into(),
        &path.child("replicas"),
        errors,
    );
    let selector = spec.selector.as_deref();
    let empty = "empty selector is invalid for deployment";
    validate_selector(selector, empty, &path.child("selector"), errors);
    validate_running_template(
        selector,
        &spec.template,
        "ReplicaSet",
        &path.child("template"),
        errors,
    );
    validate_strategy(&spec.strategy, &path.child("strategy"), errors);
    validate_nonnegative(
        spec.min_ready_seconds.into(),
        &path.child("minReadySeconds"),
        errors,
    );
    if let Some(limit) = spec.revision_history_limit {
        validate_nonnegative(limit.into(), &path.child("revisionHistoryLimit"), errors);
    }
    if let Some(deadline) = spec.progress_deadline_seconds {
        let path = path.child("progressDeadlineSeconds");
        validate_nonnegative(deadline.into(), &path, errors);
        if deadline <= spec.min_ready_seconds {
            errors.invalid(&path, deadline, "must be greater than minReadySeconds");
        }
    }
}

fn validate_strategy(strategy: &DeploymentStrategy, path: &Path<'_>, errors: &mut Errors) {
    let rolling_path = path.child("rollingUpdate");
    match (strategy.type_.as_str(), &strategy.rolling_update) {
        ("Recreate", Some(_)) => {
            errors.forbidden(
                &rolling_path,
                "may not be specified when strategy `type` is 'Recreate'",
            );
        }
        ("Recreate", None) => {}
        ("RollingUpdate", None) => {
            errors.required(&rolling_path, "this should be defaulted and never be nil")
        }
        ("RollingUpdate", Some(rolling)) => {
            let zero = IntOrString::Int(0);
            let unavailable = rolling.max_unavailable.as_ref().unwrap_or(&zero);
            let surge = rolling.max_surge.as_ref().unwrap_or(&zero);
            let path = rolling_path.child("maxUnavailable");
            validate_int_or_percent(unavailable, &path, errors);
            validate_int_or_percent(surge, &rolling_path.child("maxSurge"), errors);
            if as_number(Some(unavailable)) == 0 && as_number(Some(surge)) == 0 {
                let detail = "may not be 0 when `maxSurge` is 0";
                errors.invalid(&path, shown_int_or_percent(unavailable), detail);
            }
            validate_at_most_all(unavailable, &path, errors);
        }
        (other, _) => {
            errors.not_supported(&path.child("type"), other, &["Recreate", "RollingUpdate"])
        }
    }
}

pub(super) fn validate_selector_kept(new: &Deployment, old: &Deployment, errors: &mut Errors) {
    if new.spec.selector != old.spec.selector {
        let shown = shown_selector(new.spec.selector.as_deref());
        errors.invalid(&Path::new("spec.selector"), shown, IMMUTABLE);
    }
}

pub(super) fn validate_status(new: &Deployment, old: &Deployment, errors: &mut Errors) {
    let status = &new.status;
    let path = Path::new("status");
    validate_all_nonnegative(
        &[
            ("observedGeneration", status.observed_generation),
            ("replicas", status.replicas.into()),
            ("updatedReplicas", status.updated_replicas.into()),
            ("readyReplicas", status.ready_replicas.into()),
            ("availableReplicas", status.available_replicas.into()),
            ("unavailableReplicas", status.unavailable_replicas.into()),
        ],
        &path,
        errors,
    );
    let whole = "cannot be greater than status.replicas";
    for (field, value) in [
        ("updatedReplicas", status.updated_replicas),
        ("readyReplicas", status.ready_replicas),
        ("availableReplicas", status.available_replicas),
    ] {
        if value > status.replicas {
            errors.invalid(&path.child(field), value, whole);
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
    let (new, old) = (status.collision_count, old.status.collision_count);
    if old.is_some_and(|old| new.is_none_or(|new| new < old)) {
        let detail = "cannot be decremented";
        errors.invalid(
            &path.child("collisionCount"),
            new.unwrap_or_default(),
            detail,
        );
    }
}
