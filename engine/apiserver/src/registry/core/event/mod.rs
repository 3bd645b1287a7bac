//! Event: something worth telling happened to an object. Events go away by themselves after an hour.

mod packing;

use api::core::v1::{Event, EventSource};
use apimachinery::validation::is_qualified_name;
use apimachinery::{MicroTime, Str, Time};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions, age};
use crate::registry::Strategy;
use crate::storage::Packing;
use crate::validation::field::{Errors, Path};

const FIELD_MAX: usize = 128;
const NOTE_MAX: usize = 1024;

/// The strategy.
pub(crate) struct EventStrategy;

impl Strategy for EventStrategy {
    type Kind = Event;

    fn qualified_finalizers(&self) -> bool {
        false
    }

    fn allow_create_on_update(&self) -> bool {
        true
    }

    fn validate(&self, _cx: &Context, object: &Event, errors: &mut Errors) {
        validate(object, errors);
    }

    fn validate_update(&self, _cx: &Context, new: &Event, _old: &Event, errors: &mut Errors) {
        validate(new, errors);
    }

    fn lifetime_seconds(&self) -> Option<u64> {
        Some(3600)
    }

    fn packing(&self) -> Option<&'static dyn Packing> {
        Some(&packing::EventPacking)
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ]
    }

    fn field_value(&self, event: &Event, label: &str) -> Str {
        let object = &event.involved_object;
        let value = match label {
            "involvedObject.kind" => &object.kind,
            "involvedObject.namespace" => &object.namespace,
            "involvedObject.name" => &object.name,
            "involvedObject.uid" => &object.uid,
            "involvedObject.apiVersion" => &object.api_version,
            "involvedObject.resourceVersion" => &object.resource_version,
            "involvedObject.fieldPath" => &object.field_path,
            "reason" => &event.reason,
            "source" if event.source.component.is_empty() => &event.reporting_component,
            "source" => &event.source.component,
            "reportingComponent" => &event.reporting_component,
            _ => &event.type_,
        };
        value.clone()
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::text("Last Seen"),
            Column::text("Type"),
            Column::text("Reason"),
            Column::text("Object"),
            Column::wide("Subobject"),
            Column::wide("Source"),
            Column::text("Message"),
            Column::wide("First Seen"),
            Column::wide("Count"),
            Column::WIDE_NAME,
        ];
        COLUMNS.into()
    }

    fn row(&self, event: &Event, options: &PrintOptions) -> Cells {
        let first = if event.first_timestamp.is_zero() {
            age(seconds(event.event_time), options)
        } else {
            age(event.first_timestamp, options)
        };
        let mut last = if event.last_timestamp.is_zero() {
            first.clone()
        } else {
            age(event.last_timestamp, options)
        };
        let mut count = event.count;
        if let Some(series) = &event.series {
            last = age(seconds(series.last_observed_time), options);
            count = series.count;
        } else if count == 0 {
            count = 1;
        }
        let object = &event.involved_object;
        let mut target = object.kind.to_lowercase();
        if !object.name.is_empty() {
            target.push('/');
            target.push_str(&object.name);
        }
        Cells::new()
            .text(last)
            .text(event.type_.clone())
            .text(event.reason.clone())
            .text(target)
            .text(object.field_path.clone())
            .text(source(
                &event.source,
                &event.reporting_component,
                &event.reporting_instance,
            ))
            .text(event.message.trim())
            .text(first)
            .integer(count)
            .text(event.metadata.name.clone())
    }
}

/// A time with microseconds, in the precision of ages.
fn seconds(time: MicroTime) -> Time {
    if time.is_zero() {
        Time::ZERO
    } else {
        Time::from_unix_micros(time.unix_micros())
    }
}

fn source(source: &EventSource, component: &Str, instance: &Str) -> Str {
    let component = if source.component.is_empty() {
        component
    } else {
        &source.component
    };
    let instance = if source.host.is_empty() {
        instance
    } else {
        &source.host
    };
    if instance.is_empty() {
        component.clone()
    } else {
        format!("{component}, {instance}").into()
    }
}

fn validate(event: &Event, errors: &mut Errors) {
    let namespace = &event.metadata.namespace;
    let involved = &event.involved_object.namespace;
    let path = Path::new("involvedObject.namespace");
    let mismatch = "does not match event.namespace";
    if event.event_time.is_zero() {
        let agree = if involved.is_empty() {
            matches!(&**namespace, "" | "default")
        } else {
            namespace == involved
        };
        if !agree {
            errors.invalid(&path, involved, mismatch);
        }
        return;
    }
    if involved.is_empty() && namespace != "default" && namespace != "kube-system" {
        errors.invalid(&path, involved, mismatch);
    }
    let component = Path::new("reportingComponent");
    if event.reporting_component.is_empty() {
        errors.required(&component, "");
    }
    errors.invalid_each(
        &component,
        &event.reporting_component,
        is_qualified_name(&event.reporting_component),
    );
    for (field, value) in [
        ("reportingInstance", &event.reporting_instance),
        ("action", &event.action),
        ("reason", &event.reason),
    ] {
        if value.is_empty() {
            errors.required(&Path::new(field), "");
        }
        if value.len() > FIELD_MAX {
            errors.invalid(
                &Path::new(field),
                "",
                format!("can have at most {FIELD_MAX} characters"),
            );
        }
    }
    if event.message.len() > NOTE_MAX {
        errors.invalid(
            &Path::new("message"),
            "",
            format!("can have at most {NOTE_MAX} characters"),
        );
    }
}
