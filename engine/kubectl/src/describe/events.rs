//! The events at the end of a description.

use api::core::v1::Event;

use super::page::Page;

/// The table of events, oldest first; `Events:  <none>` without any.
pub(crate) fn events(page: &mut Page, events: &[Event]) {
    if events.is_empty() {
        page.field(0, "Events", "<none>");
        return;
    }
    page.align();
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by_key(|event| event.last_timestamp);
    page.line(0, "Events:");
    page.line(1, "Type\tReason\tAge\tFrom\tMessage");
    page.line(1, "----\t------\t----\t----\t-------");
    for event in sorted {
        let from = if event.source.component.is_empty() {
            &event.reporting_component
        } else {
            &event.source.component
        };
        let field = &event.involved_object.field_path;
        let message = event.message.trim();
        let message = if field.is_empty() {
            message.to_owned()
        } else {
            format!("{field}: {message}")
        };
        page.line(
            1,
            &format!(
                "{}\t{}\t{}\t{from}\t{message}",
                event.type_,
                event.reason,
                age(page, event)
            ),
        );
    }
}

/// How long ago; with a count, how often since when.
fn age(page: &Page, event: &Event) -> String {
    let first = if event.event_time.is_zero() {
        page.since(event.first_timestamp)
    } else {
        page.since_micros(event.event_time.unix_micros())
    };
    if let Some(series) = &event.series {
        let last = page.since_micros(series.last_observed_time.unix_micros());
        return format!("{last} (x{} over {first})", series.count);
    }
    if event.count > 1 {
        return format!(
            "{} (x{} over {first})",
            page.since(event.last_timestamp),
            event.count
        );
    }
    first
}
