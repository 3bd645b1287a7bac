//! The group `events.k8s.io`: the events of the core group under other names.

use api::core::v1 as core;
use api::events::v1::{Event, EventSeries};

use crate::registry::{Registry, Served};

/// Serves what core's events are stored as.
pub(super) fn register(registry: &mut Registry) {
    let stored = registry.find("", "v1", "events");
    if let Some(resource) = stored.map(|served| served.resource.clone()) {
        registry.serve(Served::converted(resource, from_core, to_core));
    }
}

fn from_core(event: &core::Event) -> Event {
    let event = event.clone();
    let series = event.series.map(|series| {
        let series = EventSeries {
            count: series.count,
            last_observed_time: series.last_observed_time,
        };
        series.into()
    });
    Event {
        metadata: event.metadata,
        event_time: event.event_time,
        series,
        reporting_controller: event.reporting_component,
        reporting_instance: event.reporting_instance,
        action: event.action,
        reason: event.reason,
        regarding: event.involved_object,
        related: event.related,
        note: event.message,
        type_: event.type_,
        deprecated_source: event.source,
        deprecated_first_timestamp: event.first_timestamp,
        deprecated_last_timestamp: event.last_timestamp,
        deprecated_count: event.count,
    }
}

fn to_core(event: Event) -> core::Event {
    let series = event.series.map(|series| {
        let series = core::EventSeries {
            count: series.count,
            last_observed_time: series.last_observed_time,
        };
        series.into()
    });
    core::Event {
        metadata: event.metadata,
        involved_object: event.regarding,
        reason: event.reason,
        message: event.note,
        source: event.deprecated_source,
        first_timestamp: event.deprecated_first_timestamp,
        last_timestamp: event.deprecated_last_timestamp,
        count: event.deprecated_count,
        type_: event.type_,
        event_time: event.event_time,
        series,
        action: event.action,
        related: event.related,
        reporting_component: event.reporting_controller,
        reporting_instance: event.reporting_instance,
    }
}
