//! The recorder of the scheduler (`k8s.io/client-go/tools/events`).
//!
//! The first event is written as it is; its first repetition makes it a series of 2; further ones are only counted, and
//! the count is written when the series is over: six minutes after the last one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Event, EventSeries, ObjectReference};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{MicroTime, Object, Str};
use sim::Time;

use super::correlator::event_name;
use super::{namespace_of, reference};
use crate::Client;

/// How long after its last event a series is over, and how often that is looked at.
const FINISH: Duration = Duration::from_secs(6 * 60);
/// How many events are remembered; beyond that, repetitions become new events.
const CACHE_SIZE: usize = 4096;

/// Records events of one component. Cloning shares what it remembers.
#[derive(Clone)]
pub struct SeriesRecorder {
    client: Client,
    controller: Str,
    instance: Str,
    seen: Rc<RefCell<BTreeMap<Key, Seen>>>,
    watching: Rc<Cell<bool>>,
}

/// What makes two events the same: type, reason, action and object (with its version).
type Key = (Str, Str, Str, [Str; 4]);

struct Seen {
    namespace: Str,
    name: Str,
    count: i32,
    written: i32,
    last: Time,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub struct Happening<'a> {
    /// `Normal` or `Warning`.
    pub type_: &'a str,
    /// Why, in one word.
    pub reason: &'a str,
    /// What the component did.
    pub action: &'a str,
    /// What happened, in words.
    pub note: &'a str,
}

impl SeriesRecorder {
    /// A recorder for a component such as `default-scheduler` on a host.
    pub fn new(client: &Client, controller: impl Into<Str>, host: &str) -> Self {
        let controller = controller.into();
        Self {
            client: client.clone(),
            instance: format!("{controller}-{host}").into(),
            controller,
            seen: Rc::default(),
            watching: Rc::default(),
        }
    }

    /// Records that something happened to an object, perhaps because of another one.
    pub fn event(
        &self,
        object: &dyn Object,
        related: Option<&dyn Object>,
        happening: Happening<'_>,
    ) {
        let regarding = reference(object);
        let now = self.client.sim().now();
        let text = |text: &str| Str::from(text);
        let key = (
            text(happening.type_),
            text(happening.reason),
            text(happening.action),
            [
                regarding.kind.clone(),
                regarding.namespace.clone(),
                regarding.uid.clone(),
                regarding.resource_version.clone(),
            ],
        );
        let repeated = {
            let mut seen = self.seen.borrow_mut();
            seen.get_mut(&key).map(|seen| {
                seen.count += 1;
                seen.last = now;
                (seen.count == 2).then(|| {
                    seen.written = 2;
                    (seen.namespace.clone(), seen.name.clone())
                })
            })
        };
        match repeated {
            Some(None) => (),
            Some(Some((namespace, name))) => self.write_series(&namespace, &name, 2, now),
            None => self.create(key, &regarding, related.map(reference), happening, now),
        }
    }

    fn create(
        &self,
        key: Key,
        regarding: &ObjectReference,
        related: Option<ObjectReference>,
        happening: Happening<'_>,
        now: Time,
    ) {
        let name = event_name(&regarding.name, now, self.client.event_tick());
        let event = Event {
            metadata: ObjectMeta::named(namespace_of(regarding), name.clone()),
            involved_object: regarding.clone(),
            reason: happening.reason.into(),
            message: happening.note.into(),
            type_: happening.type_.into(),
            event_time: micro(now),
            action: happening.action.into(),
            related: related.map(Into::into),
            reporting_component: self.controller.clone(),
            reporting_instance: self.instance.clone(),
            ..Event::default()
        };
        if self.client.create(event).is_err() {
            return;
        }
        let mut seen = self.seen.borrow_mut();
        if seen.len() < CACHE_SIZE {
            let entry = Seen {
                namespace: namespace_of(regarding).into(),
                name,
                count: 1,
                written: 1,
                last: now,
            };
            seen.insert(key, entry);
            drop(seen);
            self.watch_for_ends();
        }
    }

    fn write_series(&self, namespace: &str, name: &str, count: i32, last: Time) {
        // A series whose event is gone (events live for an hour) is not worth a new one.
        let _ = self.client.patch::<Event>(namespace, name, |event| {
            let series = EventSeries {
                count,
                last_observed_time: micro(last),
            };
            event.series = Some(series.into());
        });
    }

    /// Looks for ended series now and then, as long as there are any events to look at.
    fn watch_for_ends(&self) {
        if self.watching.replace(true) {
            return;
        }
        let recorder = self.clone();
        self.client.sim().spawn("event-series", async move {
            loop {
                recorder.client.sim().sleep(FINISH).await;
                recorder.finish_series();
                if recorder.seen.borrow().is_empty() {
                    recorder.watching.set(false);
                    break;
                }
            }
        });
    }

    fn finish_series(&self) {
        let now = self.client.sim().now();
        let mut ended = Vec::new();
        self.seen.borrow_mut().retain(|_, seen| {
            let over = now.since(seen.last) > FINISH;
            if over && seen.count > seen.written {
                ended.push((
                    seen.namespace.clone(),
                    seen.name.clone(),
                    seen.count,
                    seen.last,
                ));
            }
            !over
        });
        for (namespace, name, count, last) in ended {
            self.write_series(&namespace, &name, count, last);
        }
    }
}

fn micro(time: Time) -> MicroTime {
    MicroTime::from_unix_micros(time.as_micros())
}
