//! CronJob: jobs by the clock.

use api::batch::v1::{CronJob, CronJobSpec};
use apimachinery::Shared;

use super::job;
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::{
    container_columns, share_parts, shown_selector, validate_nonnegative, warn_of_name,
};
use crate::validation::field::{Errors, Path};

/// The name of a job is that of its cron job with eleven more characters.
const NAME_MAX: usize = 52;

/// The strategy.
pub(crate) struct CronJobStrategy;

impl Strategy for CronJobStrategy {
    type Kind = CronJob;

    fn default(&self, object: &mut CronJob) {
        let spec = &mut *object.spec;
        if spec.concurrency_policy.is_empty() {
            spec.concurrency_policy = "Allow".into();
        }
        spec.suspend.get_or_insert(false);
        spec.successful_jobs_history_limit.get_or_insert(3);
        spec.failed_jobs_history_limit.get_or_insert(1);
        job::default_spec(&mut spec.job_template.spec);
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut CronJob) {
        object.status = Shared::default();
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &CronJob, errors: &mut Errors) {
        validate_spec(&object.spec, errors);
        if object.metadata.name.len() > NAME_MAX {
            let detail = format!("must be no more than {NAME_MAX} characters");
            errors.invalid(&Path::new("metadata.name"), &object.metadata.name, detail);
        }
    }

    fn warnings_on_create(&self, _cx: &Context, object: &CronJob, out: &mut Vec<String>) {
        warn_of_name(&object.metadata.name, "Pod names and hostnames", out);
        warn(object, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut CronJob, old: &CronJob) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(&self, _cx: &Context, new: &CronJob, _old: &CronJob, errors: &mut Errors) {
        validate_spec(&new.spec, errors);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &CronJob,
        old: &CronJob,
        out: &mut Vec<String>,
    ) {
        if new.metadata.generation != old.metadata.generation {
            warn(new, out);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut CronJob, old: &CronJob) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Schedule"),
            Column::text("Timezone"),
            Column::boolean("Suspend"),
            Column::integer("Active"),
            Column::text("Last Schedule"),
            Column::AGE,
            Column::wide("Containers"),
            Column::wide("Images"),
            Column::wide("Selector"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &CronJob, options: &PrintOptions) -> Cells {
        let spec = &object.spec;
        let inner = &spec.job_template.spec;
        let (containers, images) = container_columns(&inner.template);
        let suspend = match spec.suspend {
            None => "<unset>",
            Some(true) => "True",
            Some(false) => "False",
        };
        let cells = Cells::new()
            .text(object.metadata.name.clone())
            .text(spec.schedule.clone())
            .text(spec.time_zone.clone().unwrap_or_else(|| "<none>".into()))
            .text(suspend)
            .integer(i64::try_from(object.status.active.len()).unwrap_or(i64::MAX));
        let cells = match object.status.last_schedule_time {
            None => cells.text("<none>"),
            Some(time) => cells.age(time, options),
        };
        cells
            .age(object.metadata.creation_timestamp, options)
            .text(containers)
            .text(images)
            .text(apimachinery::labels::format_label_selector(
                inner.selector.as_deref(),
            ))
    }
}

fn warn(object: &CronJob, out: &mut Vec<String>) {
    job::warn_of_spec(&object.spec.job_template.spec, "spec.jobTemplate.spec", out);
}

fn validate_spec(spec: &CronJobSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    let at = path.child("schedule");
    if spec.schedule.is_empty() {
        errors.required(&at, "");
    } else {
        if let Err(error) = component_helpers::cron::Schedule::parse(&spec.schedule) {
            errors.invalid(&at, &spec.schedule, error);
        }
        if spec.schedule.contains("TZ") {
            let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
            errors.invalid(&at, &spec.schedule, detail);
        }
    }
    if let Some(seconds) = spec.starting_deadline_seconds {
        validate_nonnegative(seconds, &path.child("startingDeadlineSeconds"), errors);
    }
    if let Some(zone) = &spec.time_zone {
        validate_zone(zone, &path.child("timeZone"), errors);
    }
    let policy = path.child("concurrencyPolicy");
    match spec.concurrency_policy.as_str() {
        "" => errors.required(&policy, ""),
        "Allow" | "Forbid" | "Replace" => {}
        other => errors.not_supported(&policy, other, &["Allow", "Forbid", "Replace"]),
    }
    let template = path.child("jobTemplate");
    let inner = template.child("spec");
    job::validate_spec(&spec.job_template.spec, &inner, errors);
    if let Some(selector) = &spec.job_template.spec.selector {
        errors.invalid(
            &inner.child("selector"),
            shown_selector(Some(selector)),
            "`selector` will be auto-generated",
        );
    }
    if spec.job_template.spec.manual_selector == Some(true) {
        errors.not_supported(&inner.child("manualSelector"), true, &["nil", "false"]);
    }
    for (field, limit) in [
        (
            "successfulJobsHistoryLimit",
            spec.successful_jobs_history_limit,
        ),
        ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
    ] {
        if let Some(limit) = limit {
            validate_nonnegative(limit.into(), &path.child(field), errors);
        }
    }
}

/// What the names of time zones begin with.
const AREAS: [&str; 16] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// Zones without an area.
const ONE_WORD: &str = "CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST \
    Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland \
    Portugal ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu";

fn validate_zone(zone: &str, path: &Path<'_>, errors: &mut Errors) {
    if zone.is_empty() {
        errors.invalid(path, zone, "timeZone must be nil or non-empty string");
    } else if zone.eq_ignore_ascii_case("local") {
        errors.invalid(
            path,
            zone,
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
        );
    } else {
        // Names look like `Europe/Berlin`; the list of all zones is the controller's business.
        let known = ONE_WORD.split_ascii_whitespace().any(|known| known == zone)
            || zone.split_once('/').is_some_and(|(area, place)| {
                let word = |text: &str| {
                    text.starts_with(|c: char| c.is_ascii_uppercase())
                        && text
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || "_-+/".contains(c))
                };
                AREAS.contains(&area) && word(place)
            });
        if !known {
            errors.invalid(path, zone, format!("unknown time zone {zone}"));
        }
    }
}
