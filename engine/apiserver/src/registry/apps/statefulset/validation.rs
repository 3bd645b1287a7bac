//! The rules of stateful sets.

use api::apps::v1::{StatefulSet, StatefulSetSpec};
use api::core::v1::{PersistentVolumeClaimVolumeSource, PodTemplateSpec, Volume};
use apimachinery::codec::to_json;
use apimachinery::validation::is_dns1123_label;

use crate::registry::core::persistentvolumeclaim;
use crate::registry::core::pod::validation::validate_template;
use crate::registry::workload::{
    shown_selector, validate_all_nonnegative, validate_at_most_all, validate_int_or_percent,
    validate_nonnegative, validate_selected,
};
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::meta::{validate_annotations, validate_labels};
use crate::validation::selectors::validate_label_selector;

const KEPT: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
                    'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and \
                    'minReadySeconds' are forbidden";

/// Checks the spec of a new one.
pub(super) fn validate_new(spec: &StatefulSetSpec, errors: &mut Errors) {
    validate_spec(spec, true, errors);
    let path = Path::new("spec");
    if !spec.service_name.is_empty() {
        let name = &spec.service_name;
        errors.invalid_each(&path.child("serviceName"), name, is_dns1123_label(name));
    }
    let claims = path.child("volumeClaimTemplates");
    for (i, claim) in spec.volume_claim_templates.iter().enumerate() {
        let claim_path = claims.index(i);
        persistentvolumeclaim::validate_spec(&claim.spec, &claim_path.child("spec"), errors);
    }
}

/// Checks the spec of one that was there. A template that was wrong may stay so.
pub(super) fn validate_changed(new: &StatefulSetSpec, old: &StatefulSetSpec, errors: &mut Errors) {
    let mut had = Errors::new();
    validate_template(&with_claims(old), &Path::new("spec.template"), &mut had);
    validate_spec(new, had.is_empty(), errors);
}

/// The template of the pods, with a volume for each claim.
fn with_claims(spec: &StatefulSetSpec) -> PodTemplateSpec {
    let mut template = spec.template.clone();
    for claim in &spec.volume_claim_templates {
        let name = &claim.metadata.name;
        let volumes = &mut template.spec.volumes;
        if volumes.iter().all(|volume| volume.name != *name) {
            let source = PersistentVolumeClaimVolumeSource {
                claim_name: name.clone(),
                ..PersistentVolumeClaimVolumeSource::default()
            };
            volumes.push(Volume {
                name: name.clone(),
                persistent_volume_claim: Some(source.into()),
                ..Volume::default()
            });
        }
    }
    template
}

fn validate_spec(spec: &StatefulSetSpec, with_template: bool, errors: &mut Errors) {
    let path = Path::new("spec");
    let policy = path.child("podManagementPolicy");
    match spec.pod_management_policy.as_str() {
        "" => errors.required(&policy, ""),
        "OrderedReady" | "Parallel" => {}
        other => errors.invalid(&policy, other, "must be 'OrderedReady' or 'Parallel'"),
    }
    validate_strategy(spec, &path.child("updateStrategy"), errors);
    validate_retention(
        spec,
        &path.child("persistentVolumeClaimRetentionPolicy"),
        errors,
    );
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
    if let Some(ordinals) = &spec.ordinals {
        let ordinals_path = path.child("ordinals");
        validate_nonnegative(ordinals.start.into(), &ordinals_path.child("start"), errors);
    }
    let selector_path = path.child("selector");
    match spec.selector.as_deref() {
        None => errors.required(&selector_path, ""),
        Some(selector) => {
            validate_label_selector(selector, &selector_path, errors);
            if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
                let detail = "empty selector is invalid for statefulset";
                errors.invalid(&selector_path, shown_selector(Some(selector)), detail);
            }
        }
    }
    let template = path.child("template");
    validate_selected(spec.selector.as_deref(), &spec.template, &template, errors);
    if with_template {
        validate_template(&with_claims(spec), &template, errors);
    } else {
        let metadata = &spec.template.metadata;
        validate_labels(&metadata.labels, &template.child("labels"), errors);
        validate_annotations(
            &metadata.annotations,
            &template.child("annotations"),
            errors,
        );
    }
    let pod = template.child("spec");
    if spec.template.spec.restart_policy != "Always" {
        errors.not_supported(
            &pod.child("restartPolicy"),
            &spec.template.spec.restart_policy,
            &["Always"],
        );
    }
    if spec.template.spec.active_deadline_seconds.is_some() {
        let detail = "activeDeadlineSeconds in StatefulSet is not Supported";
        errors.forbidden(&pod.child("activeDeadlineSeconds"), detail);
    }
}

fn validate_strategy(spec: &StatefulSetSpec, path: &Path<'_>, errors: &mut Errors) {
    let strategy = &spec.update_strategy;
    let rolling_path = path.child("rollingUpdate");
    match (strategy.type_.as_str(), &strategy.rolling_update) {
        ("", _) => errors.required(path, ""),
        ("OnDelete", Some(rolling)) => {
            let shown = Verbatim(to_json(&**rolling));
            errors.invalid(
                &rolling_path,
                shown,
                "only allowed for updateStrategy 'RollingUpdate'",
            );
        }
        ("OnDelete", None) | ("RollingUpdate", None) => {}
        ("RollingUpdate", Some(rolling)) => {
            let partition = rolling.partition.unwrap_or_default();
            validate_nonnegative(partition.into(), &rolling_path.child("partition"), errors);
            if let Some(unavailable) = &rolling.max_unavailable {
                let path = rolling_path.child("maxUnavailable");
                validate_int_or_percent(unavailable, &path, errors);
                if crate::registry::workload::as_number(Some(unavailable)) == 0 {
                    errors.invalid(
                        &path,
                        crate::registry::workload::shown_int_or_percent(unavailable),
                        "cannot be 0",
                    );
                }
                validate_at_most_all(unavailable, &path, errors);
            }
        }
        _ => {
            let detail = "must be 'RollingUpdate' or 'OnDelete'";
            errors.invalid(path, Verbatim(to_json(strategy)), detail);
        }
    }
}

fn validate_retention(spec: &StatefulSetSpec, path: &Path<'_>, errors: &mut Errors) {
    let Some(policy) = &spec.persistent_volume_claim_retention_policy else {
        return;
    };
    for (field, value) in [
        ("whenDeleted", &policy.when_deleted),
        ("whenScaled", &policy.when_scaled),
    ] {
        if !matches!(value.as_str(), "Retain" | "Delete") {
            errors.not_supported(&path.child(field), value, &["Delete", "Retain"]);
        }
    }
}

/// Most of the spec stays as it is.
pub(super) fn validate_kept(new: &StatefulSet, old: &StatefulSet, errors: &mut Errors) {
    let mut munged = (*new.spec).clone();
    munged.replicas = old.spec.replicas;
    munged.template = old.spec.template.clone();
    munged.update_strategy = old.spec.update_strategy.clone();
    munged.min_ready_seconds = old.spec.min_ready_seconds;
    munged.ordinals = old.spec.ordinals.clone();
    munged.revision_history_limit = old.spec.revision_history_limit;
    munged.persistent_volume_claim_retention_policy =
        old.spec.persistent_volume_claim_retention_policy.clone();
    if munged != *old.spec {
        errors.forbidden(&Path::new("spec"), KEPT);
    }
}

pub(super) fn validate_status(new: &StatefulSet, old: &StatefulSet, errors: &mut Errors) {
    let status = &new.status;
    let path = Path::new("status");
    let counts = [
        ("replicas", status.replicas),
        ("readyReplicas", status.ready_replicas),
        ("currentReplicas", status.current_replicas),
        ("updatedReplicas", status.updated_replicas),
        ("availableReplicas", status.available_replicas),
    ];
    validate_all_nonnegative(
        &counts.map(|(field, value)| (field, i64::from(value))),
        &path,
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
        let detail = "cannot be greater than status.readyReplicas";
        errors.invalid(
            &path.child("availableReplicas"),
            status.available_replicas,
            detail,
        );
    }
    let (new, old) = (status.collision_count, old.status.collision_count);
    if old.is_some_and(|old| new.is_none_or(|new| new < old)) {
        errors.invalid(
            &path.child("collisionCount"),
            new.unwrap_or_default(),
            "cannot be decremented",
        );
    }
}
