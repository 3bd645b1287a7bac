//! `kubectl describe job`.

use api::batch::v1::Job;

use super::about::About;
use super::page::{controller, date};
use super::workload::{or_unset, pod_template, selector_text};
use crate::error::Error;

/// Longer lists of indexes are cut after the item that reaches this length.
const INDEXES_SHOWN: usize = 50;

/// The job.
pub(crate) fn job(job: &Job, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec, status) = (&job.metadata, &job.spec, &job.status);
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    let selector = match selector_text(spec.selector.as_deref()) {
        Ok(selector) => selector,
        Err(error) => format!("Failed to get selector: {}", error.text()),
    };
    page.field(0, "Selector", &selector);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field_if(0, "Controlled By", &controller(meta).unwrap_or_default());
    if let Some(parallelism) = spec.parallelism {
        page.field(0, "Parallelism", &parallelism.to_string());
    }
    page.field(0, "Completions", &or_unset(spec.completions));
    let mode = spec.completion_mode.as_deref();
    page.field_if(0, "Completion Mode", mode.unwrap_or_default());
    if let Some(suspend) = spec.suspend {
        page.field(0, "Suspend", if suspend { "true" } else { "false" });
    }
    if let Some(limit) = spec.backoff_limit {
        page.field(0, "Backoff Limit", &limit.to_string());
    }
    if let Some(seconds) = spec.ttl_seconds_after_finished {
        page.field(0, "TTL Seconds After Finished", &seconds.to_string());
    }
    if let Some(start) = status.start_time {
        page.field(0, "Start Time", &date(start));
    }
    if let Some(end) = status.completion_time {
        page.field(0, "Completed At", &date(end));
        if let Some(start) = status.start_time {
            let took = end.unix_micros() - start.unix_micros();
            page.field(0, "Duration", &crate::util::time::human(took));
        }
    }
    if let Some(seconds) = spec.active_deadline_seconds {
        page.field(0, "Active Deadline Seconds", &format!("{seconds}s"));
    }
    let ready = status
        .ready
        .map_or(String::new(), |ready| format!(" ({ready} Ready)"));
    let counts = format!(
        "{} Active{ready} / {} Succeeded / {} Failed",
        status.active, status.succeeded, status.failed
    );
    page.field(0, "Pods Statuses", &counts);
    if mode == Some("Indexed") {
        page.field(0, "Completed Indexes", &indexes(&status.completed_indexes));
    }
    pod_template(&mut page, &spec.template);
    Ok(about.finish(page))
}

fn indexes(text: &str) -> String {
    if text.is_empty() {
        return "<none>".to_owned();
    }
    let cut = text
        .bytes()
        .enumerate()
        .skip(INDEXES_SHOWN)
        .find(|(_, byte)| *byte == b',');
    match cut.and_then(|(at, _)| text.get(..=at)) {
        Some(shown) => format!("{shown}..."),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::indexes;

    #[test]
    fn long_lists_of_indexes_are_cut() {
        assert_eq!(indexes(""), "<none>");
        assert_eq!(indexes("0-2"), "0-2");
        let long = (0..40).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(
            indexes(&long),
            "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,..."
        );
    }
}
