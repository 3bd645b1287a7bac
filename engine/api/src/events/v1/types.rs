//! `events.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::{EventSource, ObjectReference};
use crate::meta::v1::ObjectMeta;
use apimachinery::{MicroTime, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `Event` of `events.k8s.io/v1`.
    pub struct Event("v1.Event", kind "events.k8s.io/v1" "Event") {
        metadata: ObjectMeta = "metadata",
        event_time: MicroTime = "eventTime",
        series: Option<Shared<EventSeries>> = "series" omitempty,
        reporting_controller: Str = "reportingController" omitempty,
        reporting_instance: Str = "reportingInstance" omitempty,
        action: Str = "action" omitempty,
        reason: Str = "reason" omitempty,
        regarding: ObjectReference = "regarding" omitempty atomic,
        related: Option<Shared<ObjectReference>> = "related" omitempty atomic,
        note: Str = "note" omitempty,
        type_: Str = "type" omitempty,
        deprecated_source: EventSource = "deprecatedSource" omitempty,
        deprecated_first_timestamp: Time = "deprecatedFirstTimestamp" omitempty,
        deprecated_last_timestamp: Time = "deprecatedLastTimestamp" omitempty,
        deprecated_count: i32 = "deprecatedCount" omitempty,
    }

    /// Part of the `events.k8s.io/v1` API.
    pub struct EventSeries("v1.EventSeries") {
        count: i32 = "count",
        last_observed_time: MicroTime = "lastObservedTime",
    }
}

apimachinery::api_kind! {
    Event { "events.k8s.io" "v1" "events.k8s.io/v1", events event [ev] true [] }
}
