//! `v1`: event types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::ObjectReference;
use crate::meta::v1::ObjectMeta;
use apimachinery::{MicroTime, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct EventSource("v1.EventSource") {
        component: Str = "component" omitempty,
        host: Str = "host" omitempty,
    }

    /// The kind `Event` of `v1`.
    pub struct Event("v1.Event", kind "v1" "Event") {
        metadata: ObjectMeta = "metadata",
        involved_object: ObjectReference = "involvedObject" atomic,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
        source: EventSource = "source" omitempty,
        first_timestamp: Time = "firstTimestamp" omitempty,
        last_timestamp: Time = "lastTimestamp" omitempty,
        count: i32 = "count" omitempty,
        type_: Str = "type" omitempty,
        event_time: MicroTime = "eventTime" omitempty,
        series: Option<Shared<EventSeries>> = "series" omitempty,
        action: Str = "action" omitempty,
        related: Option<Shared<ObjectReference>> = "related" omitempty atomic,
        reporting_component: Str = "reportingComponent",
        reporting_instance: Str = "reportingInstance",
    }

    /// Part of the `v1` API.
    pub struct EventSeries("v1.EventSeries") {
        count: i32 = "count" omitempty,
        last_observed_time: MicroTime = "lastObservedTime" omitempty,
    }
}

apimachinery::api_kind! {
    Event { "" "v1" "v1", events event [ev] true [] }
}
