//! Events as bytes: about 150 of them instead of 600 and the texts.
//!
//! Texts that follow from others (the event's name begins with that of its object) are a byte or two, and so are words that
//! events always have; UIDs are sixteen bytes. Events with fields that hardly any event has are not packed.

use std::rc::Rc;

use api::core::v1::{Event, EventSource, ObjectReference};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, MicroTime, Object, Str, Time, intern};

use crate::storage::{Key, Obj, Packed, Packing, Revision};

/// The packing of events.
#[derive(Debug)]
pub(super) struct EventPacking;

/// Words that events often have. Their places are their codes, but only as long as this program runs.
const WORDS: &[&str] = &[
    "Normal",
    "Warning",
    "Pod",
    "Node",
    "ReplicaSet",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "v1",
    "apps/v1",
    "batch/v1",
    "kubelet",
    "default-scheduler",
    "replicaset-controller",
    "deployment-controller",
    "statefulset-controller",
    "daemonset-controller",
    "job-controller",
    "cronjob-controller",
    "node-controller",
    "taint-eviction-controller",
    "Scheduled",
    "FailedScheduling",
    "Pulling",
    "Pulled",
    "Created",
    "Started",
    "Killing",
    "BackOff",
    "Unhealthy",
    "Failed",
    "SuccessfulCreate",
    "SuccessfulDelete",
    "ScalingReplicaSet",
    "Completed",
    "NodeNotReady",
    "TaintManagerEviction",
    "Binding",
    "default",
];

/// How a text is written.
mod form {
    pub(super) const EMPTY: u8 = 0;
    /// As the text that it is compared with.
    pub(super) const SAME: u8 = 1;
    /// As the beginning of that text: its length follows.
    pub(super) const START: u8 = 2;
    pub(super) const UID: u8 = 3;
    /// A decimal number follows.
    pub(super) const NUMBER: u8 = 4;
    /// A place among the words follows.
    pub(super) const WORD: u8 = 5;
    /// Length and text follow.
    pub(super) const TEXT: u8 = 6;
}

impl Packing for EventPacking {
    fn pack(&self, object: &dyn Object) -> Option<Packed> {
        let event: &Event = object.downcast_ref()?;
        let packed = pack(event)?;
        debug_assert!(
            *event
                == unpack(
                    &Key::new(
                        event.metadata.namespace.clone(),
                        event.metadata.name.clone()
                    ),
                    &event.metadata.resource_version,
                    &packed
                ),
            "an event comes back as it was"
        );
        Some(packed)
    }

    fn unpack(&self, key: &Key, revision: Revision, packed: &Packed) -> Obj {
        Rc::new(unpack(key, &revision.to_string().into(), packed))
    }
}

fn pack(event: &Event) -> Option<Packed> {
    // Everything is named here, so that no field can be forgotten.
    let Event {
        metadata,
        involved_object: involved,
        reason,
        message,
        source: EventSource { component, host },
        first_timestamp,
        last_timestamp,
        count,
        type_,
        event_time,
        series: None,
        action,
        related: None,
        reporting_component,
        reporting_instance,
    } = event
    else {
        return None;
    };
    let ObjectMeta {
        name,
        generate_name,
        namespace,
        self_link,
        uid,
        resource_version: _,
        generation: 0,
        creation_timestamp,
        deletion_timestamp: None,
        deletion_grace_period_seconds: None,
        labels,
        annotations,
        owner_references,
        finalizers,
        managed_fields,
    } = metadata
    else {
        return None;
    };
    let plain = generate_name.is_empty()
        && self_link.is_empty()
        && labels.is_empty()
        && annotations.is_empty()
        && owner_references.is_empty()
        && finalizers.is_empty()
        && managed_fields.len() <= 1;
    if !plain {
        return None;
    }
    let mut out = Writer(Vec::with_capacity(256));
    out.text(uid, "");
    let created = out.time(*creation_timestamp, 0);
    out.text(&involved.kind, "");
    out.text(&involved.namespace, namespace);
    out.text(&involved.name, name);
    out.text(&involved.uid, "");
    out.text(&involved.api_version, "");
    out.text(&involved.resource_version, "");
    out.text(&involved.field_path, "");
    out.text(reason, "");
    out.text(message, "");
    out.text(component, "");
    out.text(host, "");
    let first = out.time(*first_timestamp, created);
    out.time(*last_timestamp, first);
    out.signed(i64::from(*count));
    out.text(type_, "");
    out.number(u64::from(!event_time.is_zero()));
    if !event_time.is_zero() {
        out.signed(event_time.unix_micros());
    }
    out.text(action, "");
    out.text(reporting_component, component);
    out.text(reporting_instance, host);
    Some(Packed {
        bytes: out.0.into(),
        entry: managed_fields.first().cloned(),
    })
}

fn unpack(key: &Key, revision: &Str, packed: &Packed) -> Event {
    let mut read = Reader(&packed.bytes);
    let uid = read.text("");
    let (creation_timestamp, created) = read.time(0);
    let metadata = ObjectMeta {
        name: key.name.clone(),
        namespace: key.namespace.clone(),
        uid,
        resource_version: revision.clone(),
        creation_timestamp,
        labels: Map::new(),
        managed_fields: packed.entry.iter().cloned().collect(),
        ..ObjectMeta::default()
    };
    let involved_object = ObjectReference {
        kind: read.text(""),
        namespace: read.text(&key.namespace),
        name: read.text(&key.name),
        uid: read.text(""),
        api_version: read.text(""),
        resource_version: read.text(""),
        field_path: read.text(""),
    };
    let (reason, message) = (read.text(""), read.text(""));
    let (component, host) = (read.text(""), read.text(""));
    let (first_timestamp, first) = read.time(created);
    let (last_timestamp, _) = read.time(first);
    // It was an i32.
    let count = read.signed() as i32;
    let type_ = read.text("");
    let event_time = match read.number() {
        0 => MicroTime::ZERO,
        _ => MicroTime::from_unix_micros(read.signed()),
    };
    let action = read.text("");
    let reporting_component = read.text(&component);
    let reporting_instance = read.text(&host);
    Event {
        metadata,
        involved_object,
        reason,
        message,
        source: EventSource { component, host },
        first_timestamp,
        last_timestamp,
        count,
        type_,
        event_time,
        action,
        reporting_component,
        reporting_instance,
        ..Event::default()
    }
}

struct Writer(Vec<u8>);

impl Writer {
    /// In groups of seven bits, the lowest first.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    /// A time after another one in seconds; its own seconds. The zero time has a form of its own.
    fn time(&mut self, time: Time, before: i64) -> i64 {
        self.number(u64::from(!time.is_zero()));
        if time.is_zero() {
            return before;
        }
        self.signed(time.unix().wrapping_sub(before));
        time.unix()
    }

    fn text(&mut self, text: &str, like: &str) {
        let bytes = &mut self.0;
        if text.is_empty() {
            return bytes.push(form::EMPTY);
        }
        if text == like {
            return bytes.push(form::SAME);
        }
        if like.starts_with(text) {
            bytes.push(form::START);
            return self.number(text.len() as u64);
        }
        if let Some(word) = WORDS.iter().position(|word| *word == text) {
            bytes.push(form::WORD);
            return self.number(word as u64);
        }
        if let Some(uid) = parse_uid(text) {
            bytes.push(form::UID);
            return bytes.extend(uid);
        }
        // A number that would not be written like this is a text.
        if let Ok(number) = text.parse::<u64>()
            && number.to_string() == text
        {
            bytes.push(form::NUMBER);
            return self.number(number);
        }
        bytes.push(form::TEXT);
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }
}

/// Reads what a [`Writer`] wrote; after its end, there are zeros.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn bytes(&mut self, length: usize) -> &[u8] {
        let (bytes, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
    }

    fn time(&mut self, before: i64) -> (Time, i64) {
        if self.number() == 0 {
            return (Time::ZERO, before);
        }
        let seconds = before.wrapping_add(self.signed());
        (Time::from_unix(seconds), seconds)
    }

    fn text(&mut self, like: &str) -> Str {
        match self.byte() {
            form::SAME => like.into(),
            form::START => like.get(..self.length()).unwrap_or(like).into(),
            form::UID => write_uid(self.bytes(16)).into(),
            form::NUMBER => self.number().to_string().into(),
            form::WORD => WORDS
                .get(self.length())
                .map_or(Str::new(), |word| intern(word)),
            form::TEXT => {
                let length = self.length();
                String::from_utf8_lossy(self.bytes(length)).as_ref().into()
            }
            _ => Str::new(),
        }
    }
}

/// The places of the hyphens in a UID.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// The bytes of a UID that is written as usual.
fn parse_uid(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 || !HYPHENS.iter().all(|at| text.as_bytes()[*at] == b'-') {
        return None;
    }
    let mut uid = [0; 16];
    let mut digits = text.bytes().filter(|byte| *byte != b'-');
    for byte in &mut uid {
        let mut digit = || match digits.next()? {
            digit @ b'0'..=b'9' => Some(digit - b'0'),
            letter @ b'a'..=b'f' => Some(letter - b'a' + 10),
            _ => None,
        };
        *byte = digit()? << 4 | digit()?;
    }
    digits.next().is_none().then_some(uid)
}

fn write_uid(uid: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(36);
    for byte in uid {
        if HYPHENS.contains(&text.len()) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let uid = "0c8e9a57-63a1-4f0e-8b1a-0123456789ab";
        Event {
            metadata: ObjectMeta {
                uid: uid.into(),
                resource_version: "417".into(),
                creation_timestamp: Time::from_unix(1_795_366_532),
                ..ObjectMeta::named("default", "web-5d9c-x7k2p.18ba2f0c6d1e4a00")
            },
            involved_object: ObjectReference {
                kind: "Pod".into(),
                namespace: "default".into(),
                name: "web-5d9c-x7k2p".into(),
                uid: uid.replace('0', "f").into(),
                api_version: "v1".into(),
                resource_version: "409".into(),
                field_path: "spec.containers{web}".into(),
            },
            reason: "Pulled".into(),
            message: "Successfully pulled image \"nginx\" in 1.2s (1.2s including waiting). Größe"
                .into(),
            source: EventSource {
                component: "kubelet".into(),
                host: "node-1".into(),
            },
            first_timestamp: Time::from_unix(1_795_366_532),
            last_timestamp: Time::from_unix(1_795_366_540),
            count: 3,
            type_: "Normal".into(),
            reporting_component: "kubelet".into(),
            reporting_instance: "node-1".into(),
            ..Event::default()
        }
    }

    fn check(event: &Event) -> Packed {
        let key = Key::new(
            event.metadata.namespace.clone(),
            event.metadata.name.clone(),
        );
        let packed = pack(event).expect("it is packed");
        assert_eq!(
            unpack(&key, &event.metadata.resource_version, &packed),
            *event
        );
        packed
    }

    #[test]
    fn an_event_comes_back_as_it_was() {
        let packed = check(&event());
        assert!(packed.bytes.len() < 180, "{}", packed.bytes.len());
        check(&Event {
            metadata: ObjectMeta {
                resource_version: "1".into(),
                ..ObjectMeta::named("", "x")
            },
            ..Event::default()
        });
        let change = |change: fn(&mut Event)| {
            let mut event = event();
            change(&mut event);
            check(&event);
        };
        change(|event| event.event_time = MicroTime::from_unix_micros(1_795_366_532_000_017));
        change(|event| event.count = i32::MIN);
        change(|event| event.first_timestamp = Time::from_unix(-62_000_000_000));
        change(|event| event.last_timestamp = Time::ZERO);
        change(|event| event.message = "x".repeat(1024).into());
        for text in [
            "007",
            "+7",
            "18446744073709551616",
            "0",
            "default",
            "web-5d9c-x7k2q",
            "ü",
        ] {
            let mut event = event();
            event.involved_object.name = text.into();
            event.metadata.uid = text.into();
            check(&event);
        }
        for uid in [
            "0C8E9A57-63A1-4F0E-8B1A-0123456789AB",
            "0c8e9a57-63a1-4f0e-8b1a-0123456789a-",
        ] {
            let mut event = event();
            event.metadata.uid = uid.into();
            check(&event);
        }
    }

    #[test]
    fn rare_fields_stay_as_they_are() {
        let mut event = event();
        event.metadata.labels.insert("a", "b");
        assert!(pack(&event).is_none());
    }
}
