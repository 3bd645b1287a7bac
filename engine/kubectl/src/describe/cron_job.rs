//! `kubectl describe cronjob`: with the template of its jobs.

use api::batch::v1::{CronJob, JobTemplateSpec};

use super::about::About;
use super::page::{Page, date, or_none, truth};
use super::workload::{or_unset, pod_template, selector_text};
use crate::error::Error;

/// The cron job.
pub(crate) fn cron_job(cron: &CronJob, about: &About<'_>) -> Result<String, Error> {
    let (spec, status) = (&cron.spec, &cron.status);
    let mut page = about.page();
    page.field(0, "Name", &cron.metadata.name);
    page.field(0, "Namespace", &cron.metadata.namespace);
    page.labels(0, "Labels", &cron.metadata.labels);
    page.annotations("Annotations", &cron.metadata.annotations);
    page.field(0, "Schedule", &spec.schedule);
    page.field(0, "Concurrency Policy", &spec.concurrency_policy);
    page.field(0, "Suspend", &or_unset(spec.suspend.map(truth)));
    page.field(0, "Time Zone", &or_unset(spec.time_zone.as_ref()));
    for (label, limit) in [
        (
            "Successful Job History Limit",
            spec.successful_jobs_history_limit,
        ),
        ("Failed Job History Limit", spec.failed_jobs_history_limit),
    ] {
        page.field(0, label, &or_unset(limit));
    }
    let deadline = spec.starting_deadline_seconds.map(|s| format!("{s}s"));
    page.field(0, "Starting Deadline Seconds", &or_unset(deadline));
    job_template(&mut page, &spec.job_template);
    let last = status.last_schedule_time.map(date);
    page.field(0, "Last Schedule Time", &or_unset(last));
    let active: Vec<&str> = status.active.iter().map(|job| &*job.name).collect();
    page.field(0, "Active Jobs", or_none(&active.join(", ")));
    Ok(about.finish(page))
}

fn job_template(page: &mut Page, template: &JobTemplateSpec) {
    let spec = &template.spec;
    let selector = spec
        .selector
        .as_deref()
        .map(|s| match selector_text(Some(s)) {
            Ok(selector) => selector,
            Err(error) => format!("Failed to get selector: {}", error.text()),
        });
    page.field(0, "Selector", &or_unset(selector));
    page.field(0, "Parallelism", &or_unset(spec.parallelism));
    page.field(0, "Completions", &or_unset(spec.completions));
    if let Some(seconds) = spec.active_deadline_seconds {
        page.field(0, "Active Deadline Seconds", &format!("{seconds}s"));
    }
    pod_template(page, &spec.template);
}
