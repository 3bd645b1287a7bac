//! Job: pods that run until they are done.

mod failure_policy;
mod printer;
mod status;
mod success_policy;
mod validation;

use api::batch::v1::{Job, JobSpec};
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::pod::{defaults, warnings};
use crate::registry::workload::{share_parts, warn_of_name};
use crate::validation::field::{Errors, Path};

pub(super) use validation::validate_spec;

/// The labels by which a job finds its pods, and the old names of the same.
const UID_LABEL: &str = "batch.kubernetes.io/controller-uid";
const NAME_LABEL: &str = "batch.kubernetes.io/job-name";
const OLD_UID_LABEL: &str = "controller-uid";
const OLD_NAME_LABEL: &str = "job-name";

/// The strategy.
pub(crate) struct JobStrategy;

impl Strategy for JobStrategy {
    type Kind = Job;

    fn default(&self, job: &mut Job) {
        let spec = &mut *job.spec;
        if spec.completions.is_none() && spec.parallelism.is_none() {
            spec.completions = Some(1);
        }
        spec.parallelism.get_or_insert(1);
        let backoff = if spec.backoff_limit_per_index.is_some() {
            i32::MAX
        } else {
            6
        };
        spec.backoff_limit.get_or_insert(backoff);
        spec.completion_mode
            .get_or_insert_with(|| "NonIndexed".into());
        spec.suspend.get_or_insert(false);
        spec.manual_selector.get_or_insert(false);
        let replacement = if spec.pod_failure_policy.is_some() {
            "Failed"
        } else {
            "TerminatingOrFailed"
        };
        spec.pod_replacement_policy
            .get_or_insert_with(|| replacement.into());
        default_spec(spec);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, job: &mut Job) {
        // A job without labels has those of its pods.
        let inherits = job.metadata.labels.is_empty();
        generate_selector(job);
        if inherits {
            job.metadata.labels = job.spec.template.metadata.labels.clone();
        }
        job.metadata.generation = 1;
        job.status = Shared::default();
    }

    fn validate(&self, _cx: &Context, job: &Job, errors: &mut Errors) {
        validation::validate_generated_selector(job, errors);
        validation::validate_job(job, errors);
        validation::validate_name(job, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, job: &Job, out: &mut Vec<String>) {
        warn_of_name(&job.metadata.name, "Pod names and hostnames", out);
        warn_of_spec(&job.spec, "spec", out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Job, old: &Job) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(&self, _cx: &Context, new: &Job, old: &Job, errors: &mut Errors) {
        validation::validate_job(new, errors);
        validation::validate_kept(new, old, errors);
    }

    fn warnings_on_update(&self, _cx: &Context, new: &Job, old: &Job, out: &mut Vec<String>) {
        if new.metadata.generation != old.metadata.generation {
            warn_of_spec(&new.spec, "spec", out);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Job, old: &Job) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(&self, _cx: &Context, new: &Job, old: &Job, errors: &mut Errors) {
        status::validate(new, old, errors);
    }

    fn orphans_by_default(&self) -> bool {
        true
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["status.successful"]
    }

    fn field_value(&self, job: &Job, _label: &str) -> apimachinery::Str {
        job.status.succeeded.to_string().into()
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        printer::COLUMNS.into()
    }

    fn row(&self, job: &Job, options: &PrintOptions) -> Cells {
        printer::row(job, options)
    }
}

/// Fills in what every job spec has, whether in a job or in a template of one.
pub(super) fn default_spec(spec: &mut JobSpec) {
    if let Some(policy) = &mut spec.pod_failure_policy {
        for pattern in policy
            .rules
            .iter_mut()
            .flat_map(|rule| &mut rule.on_pod_conditions)
        {
            if pattern.status.is_empty() {
                pattern.status = "True".into();
            }
        }
    }
    defaults::default_spec(&mut spec.template.spec);
}

/// The pods of a job are those that it labelled, unless the user wants to say otherwise.
fn generate_selector(job: &mut Job) {
    if job.spec.manual_selector == Some(true) {
        return;
    }
    let (name, uid) = (job.metadata.name.clone(), job.metadata.uid.clone());
    let spec = &mut *job.spec;
    let labels = &mut spec.template.metadata.labels;
    for (label, value) in [
        (OLD_NAME_LABEL, &name),
        (NAME_LABEL, &name),
        (OLD_UID_LABEL, &uid),
        (UID_LABEL, &uid),
    ] {
        // What the user set instead is for validation to refuse.
        if !labels.contains_key(label) {
            labels.insert(label, value.clone());
        }
    }
    let selector = spec.selector.get_or_insert_default();
    if !selector.match_labels.contains_key(UID_LABEL) {
        selector.match_labels.insert(UID_LABEL, uid);
    }
}

/// The path of a job's spec.
const SPEC: Path<'static> = Path::new("spec");

/// Warns of what is unlikely to work as it is meant, in a job or in the template of one at `path`.
pub(crate) fn warn_of_spec(spec: &JobSpec, path: &str, out: &mut Vec<String>) {
    const COMPLETIONS: i32 = 100_000;
    const PARALLELISM: i32 = 10_000;
    let indexed = spec.completion_mode.as_deref() == Some("Indexed");
    if indexed
        && spec.completions.is_some_and(|number| number > COMPLETIONS)
        && spec.parallelism.is_some_and(|number| number > PARALLELISM)
    {
        out.push(format!(
            "{path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, \
             Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ));
    }
    warnings::of_template_at(&spec.template, &format!("{path}.template."), out);
}
