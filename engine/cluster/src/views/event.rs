//! An event: a line of the timeline.

use api::core::v1::Event;
use view::{EventView, Time};

use super::{object_ref, time};

/// The event's line. Old-style events count and have a last time, new-style ones a series.
pub(crate) fn event_view(event: &Event) -> EventView {
    let series = event.series.as_deref();
    let at = [
        series.map_or(0, |s| s.last_observed_time.unix_micros()),
        time(event.last_timestamp).0,
        event.event_time.unix_micros(),
        time(event.metadata.creation_timestamp).0,
    ];
    let source = if event.source.component.is_empty() {
        &event.reporting_component
    } else {
        &event.source.component
    };
    let count = series.map_or(event.count, |s| s.count).max(1);
    EventView {
        uid: event.metadata.uid.to_string(),
        at: Time(at.into_iter().find(|micros| *micros != 0).unwrap_or(0)),
        warning: event.type_ == "Warning",
        reason: event.reason.to_string(),
        message: event.message.to_string(),
        count: u32::try_from(count).unwrap_or(1),
        source: source.to_string(),
        object: object_ref(&event.involved_object),
    }
}
