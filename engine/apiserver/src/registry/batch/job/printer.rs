//! How jobs look in tables.

use api::batch::v1::Job;
use apimachinery::Str;
use apimachinery::labels::format_label_selector;
use apimachinery::time::human_duration;

use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::workload::container_columns;

pub(super) const COLUMNS: &[Column] = &[
    Column::NAME,
    Column::text("Status"),
    Column::text("Completions"),
    Column::text("Duration"),
    Column::AGE,
    Column::wide("Containers"),
    Column::wide("Images"),
    Column::wide("Selector"),
];

pub(super) fn row(job: &Job, options: &PrintOptions) -> Cells {
    let (containers, images) = container_columns(&job.spec.template);
    let (spec, status) = (&job.spec, &job.status);
    let done = status.succeeded;
    let completions = match (spec.completions, spec.parallelism.unwrap_or_default()) {
        (Some(wanted), _) => format!("{done}/{wanted}"),
        (None, parallelism) if parallelism > 1 => format!("{done}/1 of {parallelism}"),
        (None, _) => format!("{done}/1"),
    };
    let duration = status.start_time.map_or_else(Str::new, |start| {
        let end = status.completion_time.unwrap_or(options.now);
        human_duration(end.unix() - start.unix())
    });
    Cells::new()
        .text(job.metadata.name.clone())
        .text(shown_status(job))
        .text(completions)
        .text(duration)
        .age(job.metadata.creation_timestamp, options)
        .text(containers)
        .text(images)
        .text(format_label_selector(spec.selector.as_deref()))
}

fn shown_status(job: &Job) -> &'static str {
    let has = |kind: &str| {
        job.status
            .conditions
            .iter()
            .any(|condition| condition.type_ == kind && condition.status == "True")
    };
    match () {
        () if has("Complete") => "Complete",
        () if has("Failed") => "Failed",
        () if job.metadata.deletion_timestamp.is_some() => "Terminating",
        () if has("Suspended") => "Suspended",
        () if has("FailureTarget") => "FailureTarget",
        () if has("SuccessCriteriaMet") => "SuccessCriteriaMet",
        () => "Running",
    }
}
