//! The rules of jobs. Kubernetes' room for this is `pkg/apis/batch/validation`.

use api::batch::v1::{Job, JobSpec};
use api::core::v1::{Container, PodTemplateSpec};
use apimachinery::Str;
use apimachinery::validation::is_dns1123_label;

use super::{NAME_LABEL, OLD_NAME_LABEL, OLD_UID_LABEL, SPEC, UID_LABEL};
use super::{failure_policy, success_policy};
use crate::registry::core::pod::validation::validate_template;
use crate::registry::workload::{shown_selector, validate_nonnegative, validate_selected};
use crate::validation::IMMUTABLE;
use crate::validation::content::validate_domain_prefixed;
use crate::validation::field::{BadValue, Errors, Path, Verbatim};
use crate::validation::internal::Internal;
use crate::validation::selectors::validate_label_selector;

/// With indexes there are no more pods than this at a time.
const INDEXED_MAX: i32 = 100_000;
/// And no more than this, if there are more indexes than that, each with a limit of its own.
const MANY_MAX: i32 = 10_000;

/// The selector that the server made must be as the server made it.
pub(super) fn validate_generated_selector(job: &Job, errors: &mut Errors) {
    let spec = &job.spec;
    let Some(selector) = spec
        .selector
        .as_ref()
        .filter(|_| spec.manual_selector != Some(true))
    else {
        return;
    };
    let labels_path = Path::new("spec.template.metadata.labels");
    let (name, uid) = (&job.metadata.name, &job.metadata.uid);
    let wanted = [
        (OLD_UID_LABEL, uid),
        (UID_LABEL, uid),
        (OLD_NAME_LABEL, name),
        (NAME_LABEL, name),
    ];
    for (label, value) in wanted {
        let given = spec.template.metadata.labels.text(label);
        if given != value.as_str() {
            errors.invalid(&labels_path.key(label), given, format!("must be '{value}'"));
        }
    }
    let generated = selector.match_labels.len() == 1
        && selector.match_labels.text(UID_LABEL) == uid.as_str()
        && selector.match_expressions.is_empty();
    if !generated {
        errors.invalid(
            &SPEC.child("selector"),
            shown_selector(Some(selector)),
            "`selector` not auto-generated",
        );
    }
}

/// Checks a job.
pub(super) fn validate_job(job: &Job, errors: &mut Errors) {
    let spec = &job.spec;
    validate_spec(spec, &SPEC, errors);
    let selector = SPEC.child("selector");
    match spec.selector.as_deref() {
        None => errors.required(&selector, ""),
        Some(selector_spec) => validate_label_selector(selector_spec, &selector, errors),
    }
    validate_selected(
        spec.selector.as_deref(),
        &spec.template,
        &SPEC.child("template"),
        errors,
    );
}

/// With indexes, the names of pods end in a number, and are host names.
pub(super) fn validate_name(job: &Job, errors: &mut Errors) {
    let completions = job.spec.completions.unwrap_or_default();
    if job.spec.completion_mode.as_deref() != Some("Indexed") || completions <= 0 {
        return;
    }
    let longest = format!("{}-{}", job.metadata.name, completions - 1);
    if !is_dns1123_label(&longest).is_empty() {
        let detail = format!("will not able to create pod with invalid DNS label: {longest}");
        errors.invalid(&Path::new("metadata.name"), &job.metadata.name, detail);
    }
}

/// Checks what jobs and templates of jobs have in common.
pub(crate) fn validate_spec(spec: &JobSpec, path: &Path<'_>, errors: &mut Errors) {
    for (field, value) in [
        ("parallelism", spec.parallelism.map(i64::from)),
        ("completions", spec.completions.map(i64::from)),
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        (
            "ttlSecondsAfterFinished",
            spec.ttl_seconds_after_finished.map(i64::from),
        ),
        (
            "backoffLimitPerIndex",
            spec.backoff_limit_per_index.map(i64::from),
        ),
        ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
    ] {
        if let Some(value) = value {
            validate_nonnegative(value, &path.child(field), errors);
        }
    }
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        errors.required(
            &path.child("backoffLimitPerIndex"),
            "when maxFailedIndexes is specified",
        );
    }
    if let Some(manager) = &spec.managed_by {
        let at = path.child("managedBy");
        if manager.is_empty() {
            errors.required(&at, "");
        } else {
            validate_domain_prefixed(manager, &at, errors);
        }
        if manager.len() > 63 {
            errors.too_long(&at, 63);
        }
    }
    validate_mode(spec, path, errors);
    let template = path.child("template");
    if let Some(policy) = &spec.pod_failure_policy {
        failure_policy::validate(policy, spec, &path.child("podFailurePolicy"), errors);
    }
    if let Some(policy) = &spec.success_policy {
        success_policy::validate(policy, spec, &path.child("successPolicy"), errors);
    }
    if let Some(policy) = &spec.pod_replacement_policy {
        let at = path.child("podReplacementPolicy");
        let known: &[&str] = if spec.pod_failure_policy.is_some() {
            &["Failed"]
        } else {
            &["Failed", "TerminatingOrFailed"]
        };
        if !known.contains(&policy.as_str()) {
            errors.not_supported(&at, policy, known);
        }
    }
    validate_template(&spec.template, &template, errors);
    validate_restart_policy(
        &spec.template,
        spec.pod_failure_policy.is_some(),
        &template,
        errors,
    );
}

fn validate_mode(spec: &JobSpec, path: &Path<'_>, errors: &mut Errors) {
    let mode = spec.completion_mode.as_deref().unwrap_or("NonIndexed");
    let failed_path = path.child("maxFailedIndexes");
    let parallelism_path = path.child("parallelism");
    match mode {
        "Indexed" => {
            if spec.completions.is_none() {
                let detail = "when completion mode is Indexed";
                errors.required(&path.child("completions"), detail);
            }
            if let Some(count) = spec.parallelism.filter(|count| *count > INDEXED_MAX) {
                let detail = format!(
                    "must be less than or equal to {INDEXED_MAX} when completion mode is Indexed"
                );
                errors.invalid(&parallelism_path, count, detail);
            }
            if let (Some(failed), Some(completions)) = (spec.max_failed_indexes, spec.completions)
                && failed > completions
            {
                let detail = "must be less than or equal to completions";
                errors.invalid(&failed_path, failed, detail);
            }
            if let Some(failed) = spec
                .max_failed_indexes
                .filter(|failed| *failed > INDEXED_MAX)
            {
                let detail = format!("must be less than or equal to {INDEXED_MAX}");
                errors.invalid(&failed_path, failed, detail);
            }
            let many = spec.completions.is_some_and(|count| count > INDEXED_MAX);
            if many && spec.backoff_limit_per_index.is_some() {
                if spec.max_failed_indexes.is_none() {
                    let detail =
                        format!("must be specified when completions is above {INDEXED_MAX}");
                    errors.required(&failed_path, detail);
                }
                let detail = format!(
                    "must be less than or equal to {MANY_MAX} when completions are above {INDEXED_MAX} and used with \
                     backoff limit per index"
                );
                for (at, value) in [
                    (&parallelism_path, spec.parallelism),
                    (&failed_path, spec.max_failed_indexes),
                ] {
                    if let Some(value) = value.filter(|value| *value > MANY_MAX) {
                        errors.invalid(at, value, detail.clone());
                    }
                }
            }
        }
        "NonIndexed" => {
            for (field, limit) in [
                ("backoffLimitPerIndex", spec.backoff_limit_per_index),
                ("maxFailedIndexes", spec.max_failed_indexes),
            ] {
                if let Some(limit) = limit {
                    let detail = "requires indexed completion mode";
                    errors.invalid(&path.child(field), limit, detail);
                }
            }
        }
        other => errors.not_supported(
            &path.child("completionMode"),
            other,
            &["NonIndexed", "Indexed"],
        ),
    }
}

fn validate_restart_policy(
    template: &PodTemplateSpec,
    policy: bool,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let spec = path.child("spec");
    let at = spec.child("restartPolicy");
    match template.spec.restart_policy.as_str() {
        "" | "Always" => errors.required(&at, "valid values: \"OnFailure\", \"Never\""),
        "OnFailure" if policy => {
            errors.invalid(
                &at,
                "OnFailure",
                "only \"Never\" is supported when podFailurePolicy is specified",
            );
        }
        "OnFailure" | "Never" => {}
        other => errors.not_supported(&at, other, &["OnFailure", "Never"]),
    }
}

/// Most of a job stays as it is.
pub(super) fn validate_kept(new: &Job, old: &Job, errors: &mut Errors) {
    let (spec, before) = (&new.spec, &old.spec);
    if spec.completions != before.completions {
        // With indexes, a job may grow and shrink with its parallelism.
        let at = SPEC.child("completions");
        if spec.completion_mode.as_deref() != Some("Indexed") {
            errors.invalid(&at, shown(spec.completions), IMMUTABLE);
        } else if spec.completions.is_some() && spec.completions != spec.parallelism {
            let detail = "can only be modified in tandem with spec.parallelism";
            errors.invalid(&at, shown(spec.completions), detail);
        }
    }
    if spec.selector != before.selector {
        errors.invalid(
            &SPEC.child("selector"),
            shown_selector(spec.selector.as_deref()),
            IMMUTABLE,
        );
    }
    validate_template_kept(new, old, errors);
    if spec.completion_mode != before.completion_mode {
        errors.invalid(
            &SPEC.child("completionMode"),
            shown_text(&spec.completion_mode),
            IMMUTABLE,
        );
    }
    if spec.pod_failure_policy != before.pod_failure_policy {
        let value = spec
            .pod_failure_policy
            .as_ref()
            .map_or("null".into(), |p| Internal::of(&**p).compact());
        errors.invalid(&SPEC.child("podFailurePolicy"), Verbatim(value), IMMUTABLE);
    }
    if spec.backoff_limit_per_index != before.backoff_limit_per_index {
        errors.invalid(
            &SPEC.child("backoffLimitPerIndex"),
            shown(spec.backoff_limit_per_index),
            IMMUTABLE,
        );
    }
    if spec.managed_by != before.managed_by {
        errors.invalid(
            &SPEC.child("managedBy"),
            shown_text(&spec.managed_by),
            IMMUTABLE,
        );
    }
    if spec.success_policy != before.success_policy {
        let value = spec
            .success_policy
            .as_ref()
            .map_or("null".into(), |p| Internal::of(&**p).compact());
        errors.invalid(&SPEC.child("successPolicy"), Verbatim(value), IMMUTABLE);
    }
}

fn shown(value: Option<i32>) -> Verbatim {
    Verbatim(value.map_or_else(|| "null".to_owned(), |value| value.to_string()))
}

fn shown_text(value: &Option<Str>) -> Verbatim {
    Verbatim(
        value
            .as_ref()
            .map_or_else(|| "null".to_owned(), |value| value.render()),
    )
}

/// A suspended job of which nothing runs may still be told where to run, and with what.
fn validate_template_kept(new: &Job, old: &Job, errors: &mut Errors) {
    let mut template = new.spec.template.clone();
    let before = &old.spec.template;
    let status = &old.status;
    let mut conditions = status.conditions.iter();
    let rests = status.start_time.is_none()
        || conditions.any(|found| found.type_ == "Suspended" && found.status == "True");
    if old.spec.suspend == Some(true) && rests && status.active == 0 {
        template.metadata.annotations = before.metadata.annotations.clone();
        template.metadata.labels = before.metadata.labels.clone();
        let (spec, before) = (&mut template.spec, &before.spec);
        spec.node_selector = before.node_selector.clone();
        spec.tolerations = before.tolerations.clone();
        spec.scheduling_gates = before.scheduling_gates.clone();
        match (&mut spec.affinity, &before.affinity) {
            (Some(affinity), Some(old)) => affinity.node_affinity = old.node_affinity.clone(),
            (Some(affinity), None)
                if affinity.pod_affinity.is_none() && affinity.pod_anti_affinity.is_none() =>
            {
                spec.affinity = None;
            }
            (None, Some(old)) if old.pod_affinity.is_none() && old.pod_anti_affinity.is_none() => {
                spec.affinity = before.affinity.clone();
            }
            _ => {}
        }
        keep_amounts(&mut spec.containers, &before.containers);
        keep_amounts(&mut spec.init_containers, &before.init_containers);
    }
    if template != *before {
        let shown = Internal::of(&template).compact();
        errors.invalid(&SPEC.child("template"), Verbatim(shown), IMMUTABLE);
    }
}

/// Takes what containers ask for from those before.
fn keep_amounts(containers: &mut [Container], before: &[Container]) {
    for (container, before) in containers.iter_mut().zip(before) {
        container.resources.limits = before.resources.limits.clone();
        container.resources.requests = before.resources.requests.clone();
    }
}
