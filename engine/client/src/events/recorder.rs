//! The recorder of kubelet and controllers (`k8s.io/client-go/tools/record`).

use std::cell::RefCell;
use std::rc::Rc;

use api::core::v1::{Event, EventSource, ObjectReference};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Digest, Object, Str, Time};

use super::correlator::{Correlator, Observation, Series, Verdict};
use super::{namespace_of, reference};
use crate::Client;

/// Records events of one component. Cloning shares what it remembers.
#[derive(Clone)]
pub struct EventRecorder {
    client: Client,
    component: Str,
    host: Str,
    /// Of both.
    source: Digest,
    correlator: Rc<RefCell<Correlator>>,
}

impl EventRecorder {
    /// A recorder for a component such as `replicaset-controller`; `host` is empty but for kubelets.
    pub fn new(client: &Client, component: impl Into<Str>, host: impl Into<Str>) -> Self {
        let (component, host) = (component.into(), host.into());
        Self {
            client: client.clone(),
            source: Digest::of(&[&component, &host]),
            component,
            host,
            correlator: Rc::default(),
        }
    }

    /// Records that something happened to an object: `type_` is `Normal` or `Warning`.
    pub fn event(&self, object: &dyn Object, type_: &str, reason: &str, message: &str) {
        self.event_of(&reference(object), type_, reason, message);
    }

    /// As [`Self::event`], for a reference, which may name a part of an object.
    ///
    /// Events are best effort: if the server refuses one (its namespace is going away, say), it is dropped.
    pub fn event_of(&self, involved: &ObjectReference, type_: &str, reason: &str, message: &str) {
        let object = Digest::of(&[
            &involved.kind,
            &involved.namespace,
            &involved.name,
            &involved.uid,
            &involved.api_version,
        ]);
        let observation = Observation {
            source: self.source,
            object,
            object_name: &involved.name,
            field_path: &involved.field_path,
            type_,
            reason,
            message,
            tick: self.client.event_tick(),
        };
        let now = self.client.sim().now();
        let verdict = self.correlator.borrow_mut().observe(now, observation);
        match verdict {
            Verdict::Drop => (),
            Verdict::Create(series) => self.create(involved, type_, reason, &series),
            Verdict::Repeat(series) => {
                let namespace = namespace_of(involved);
                let repeated = self
                    .client
                    .patch::<Event>(namespace, &series.name, |event| {
                        event.count = series.count;
                        event.last_timestamp = time(series.last);
                        event.message = series.message.clone();
                    });
                if repeated.is_err_and(|status| status.is_not_found()) {
                    // Events go away after an hour, their sources go on counting.
                    self.create(involved, type_, reason, &series);
                }
            }
        }
    }

    fn create(&self, involved: &ObjectReference, type_: &str, reason: &str, series: &Series) {
        // Upstream's combined events say nothing of who reports them.
        let (component, instance) = if series.combined {
            (Str::new(), Str::new())
        } else {
            (self.component.clone(), self.host.clone())
        };
        let event = Event {
            metadata: ObjectMeta::named(namespace_of(involved), series.name.clone()),
            involved_object: involved.clone(),
            reason: reason.into(),
            message: series.message.clone(),
            source: EventSource {
                component: self.component.clone(),
                host: self.host.clone(),
            },
            first_timestamp: time(series.first),
            last_timestamp: time(series.last),
            count: series.count,
            type_: type_.into(),
            reporting_component: component,
            reporting_instance: instance,
            ..Event::default()
        };
        let _ = self.client.create(event);
    }
}

fn time(time: sim::Time) -> Time {
    Time::from_unix_micros(time.as_micros())
}
