//! Which events are new, which repeat an earlier one, and which are too many
//! (`k8s.io/client-go/tools/record/events_cache.go`).
//!
//! ```text
//!   event ─► aggregate: ten similar ones within 10 min become "(combined from similar events): …"
//!         ─► observe:   the same event again raises its count and lastTimestamp
//!         ─► spam filter: 25 at once, then one per 5 min, for each source and object
//! ```
//!
//! Pure: it keeps what it has seen, bounded, and says what to write. [`super::Recorder`] writes it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use apimachinery::{Digest, Str};
use ecow::eco_format;
use sim::Time;

use crate::workqueue::Bucket;

/// How many similar events with different messages make them one.
const MAX_SIMILAR: usize = 10;
/// How long after the last similar event the count of similar events starts anew.
const SIMILAR_SECS: u64 = 600;
/// How many keys each of the three caches keeps.
const CACHE_SIZE: usize = 4096;
const SPAM_BURST: f64 = 25.0;
const SPAM_PER_SECOND: f64 = 1.0 / 300.0;

/// What an event says, as far as it matters for telling events apart.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// Of the component and the host that saw it.
    pub source: Digest,
    /// Of kind, namespace, name, uid and API version of the object.
    pub object: Digest,
    /// The object's name, from which the names of events are made.
    pub object_name: &'a str,
    /// The part of the object, such as `spec.containers{web}`.
    pub field_path: &'a str,
    /// `Normal` or `Warning`.
    pub type_: &'a str,
    /// Why, in one word.
    pub reason: &'a str,
    /// What happened.
    pub message: &'a str,
    /// Tells events of one instant apart: it becomes the nanoseconds of the name.
    pub tick: u16,
}

/// What to do about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Write a new Event object.
    Create(Series),
    /// Write count, message and lastTimestamp of the Event of that name.
    Repeat(Series),
    /// Write nothing: its source has said too much about this object.
    Drop,
}

/// One Event object: how often, since when, and with which text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// `metadata.name`.
    pub name: Str,
    /// `message`, with upstream's prefix if similar events were combined.
    pub message: Str,
    /// Whether similar events were combined. Such an event names no reporting controller, as upstream's do not.
    pub combined: bool,
    /// `count`.
    pub count: i32,
    /// `firstTimestamp`.
    pub first: Time,
    /// `lastTimestamp`.
    pub last: Time,
}

/// What one component remembers of the events it has recorded.
#[derive(Default)]
pub struct Correlator {
    similar: Lru<Similar>,
    /// When those that count no more were last cleared out.
    cleared: Time,
    seen: Lru<Seen>,
    spam: Lru<Bucket>,
}

/// Messages and names are not kept, as there is one of these for every event of every pod.
struct Similar {
    messages: Messages,
    last: Time,
}

/// Which texts there were.
#[derive(Default)]
enum Messages {
    #[default]
    None,
    One(Digest),
    Many(Vec<Digest>),
}

/// A series without its texts, which each of its events brings.
struct Seen {
    first: Time,
    last: Time,
    /// That of its first event, of which its name is made.
    tick: u16,
    combined: bool,
    count: i32,
}

impl Similar {
    /// Whether the next similar event is counted as the first.
    fn is_over(&self, now: Time) -> bool {
        now.since(self.last).as_secs() > SIMILAR_SECS
    }
}

impl Messages {
    /// Takes note of a text; how many there are.
    fn add(&mut self, message: Digest) -> usize {
        match self {
            Self::None => {
                *self = Self::One(message);
                1
            }
            Self::One(known) if *known == message => 1,
            Self::One(known) => {
                *self = Self::Many(vec![*known, message]);
                2
            }
            Self::Many(all) => {
                if !all.contains(&message) {
                    all.push(message);
                }
                all.len()
            }
        }
    }

    /// Forgets a text.
    fn forget_one(&mut self) {
        if let Self::Many(all) = self {
            all.remove(0);
        }
    }
}

impl Correlator {
    /// Takes note of an event, and says what to write.
    pub fn observe(&mut self, now: Time, event: Observation<'_>) -> Verdict {
        let (key, message, combined) = self.aggregate(now, event);
        let seen = self.seen.get_or_insert_with(key, || Seen {
            first: now,
            last: now,
            tick: event.tick,
            combined,
            count: 0,
        });
        seen.count = seen.count.saturating_add(1);
        seen.last = now;
        let series = Series {
            name: event_name(event.object_name, seen.first, seen.tick),
            message,
            combined: seen.combined,
            count: seen.count,
            first: seen.first,
            last: now,
        };
        let mut spam_key = event.source;
        spam_key.add_all(event.object);
        let bucket =
            (self.spam).get_or_insert_with(spam_key, || Bucket::new(SPAM_PER_SECOND, SPAM_BURST));
        let allowed = bucket.try_take(now);
        match (allowed, series.count) {
            (false, _) => Verdict::Drop,
            (true, 1) => Verdict::Create(series),
            (true, _) => Verdict::Repeat(series),
        }
    }

    /// The key under which the event is counted, its text, and whether it was combined.
    fn aggregate(&mut self, now: Time, event: Observation<'_>) -> (Digest, Str, bool) {
        let mut group = event.source;
        group.add_all(event.object);
        group.add_text(event.type_);
        group.add_text(event.reason);
        if now.since(self.cleared).as_secs() > SIMILAR_SECS {
            self.similar.retain(|similar| !similar.is_over(now));
            self.cleared = now;
        }
        let similar = self.similar.get_or_insert_with(group, || Similar {
            messages: Messages::None,
            last: now,
        });
        if similar.is_over(now) {
            similar.messages = Messages::None;
        }
        similar.last = now;
        let message = Digest::of(&[event.message]);
        if similar.messages.add(message) < MAX_SIMILAR {
            let mut own_key = group;
            own_key.add_text(event.field_path);
            own_key.add_all(message);
            return (own_key, event.message.into(), false);
        }
        // Keeps the set bounded; any one will do.
        similar.messages.forget_one();
        let message = eco_format!("(combined from similar events): {}", event.message);
        (group, message, true)
    }
}

/// The name of a new Event: that of its object, and the time in hexadecimal nanoseconds.
pub fn event_name(object: &str, now: Time, tick: u16) -> Str {
    let nanos = now.as_micros().saturating_mul(1000);
    eco_format!(
        "{object}.{:x}",
        nanos.saturating_add(i64::from(tick % 1000))
    )
}

/// A map that forgets what was not used for longest.
struct Lru<V> {
    entries: BTreeMap<Digest, (u64, V)>,
    /// The entries in the order of their use, the last one first, as it was when one had to go: what has been used since has a
    /// later time than it says here. So nothing is kept for a component that never sees so much.
    oldest: Vec<(u64, Digest)>,
    clock: u64,
}

impl<V> Default for Lru<V> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            oldest: Vec::new(),
            clock: 0,
        }
    }
}

impl<V> Lru<V> {
    /// The value of a key, which is made if there is none.
    fn get_or_insert_with(&mut self, key: Digest, make: impl FnOnce() -> V) -> &mut V {
        self.clock += 1;
        if self.entries.len() >= CACHE_SIZE && !self.entries.contains_key(&key) {
            self.forget_oldest();
        }
        let (used, value) = (self.entries)
            .entry(key)
            .or_insert_with(|| (self.clock, make()));
        *used = self.clock;
        value
    }

    /// Forgets all but these.
    fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        self.entries.retain(|_, (_, value)| keep(value));
    }

    fn forget_oldest(&mut self) {
        loop {
            let Some((used, key)) = self.oldest.pop() else {
                let all = self.entries.iter().map(|(key, (used, _))| (*used, *key));
                self.oldest = all.collect();
                self.oldest.sort_unstable_by_key(|(used, _)| Reverse(*used));
                continue;
            };
            if self.entries.get(&key).is_some_and(|entry| entry.0 == used) {
                self.entries.remove(&key);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observation(message: &str) -> Observation<'_> {
        Observation {
            source: Digest::of(&["kubelet", "node-1"]),
            object: Digest::of(&["Pod", "default", "web"]),
            object_name: "web",
            field_path: "",
            type_: "Normal",
            reason: "Killing",
            message,
            tick: 0,
        }
    }

    fn count(verdict: &Verdict) -> (&'static str, i32) {
        match verdict {
            Verdict::Create(s) => ("create", s.count),
            Verdict::Repeat(s) => ("repeat", s.count),
            Verdict::Drop => ("drop", 0),
        }
    }

    #[test]
    fn the_same_event_again_is_counted() {
        let mut correlator = Correlator::default();
        let first = correlator.observe(Time::from_secs(1), observation("a"));
        let second = correlator.observe(Time::from_secs(9), observation("a"));
        let Verdict::Create(first) = first else {
            panic!("{first:?}")
        };
        let Verdict::Repeat(second) = second else {
            panic!("{second:?}")
        };
        assert_eq!(first.name, "web.3b9aca00");
        assert_eq!(second.name, first.name);
        assert_eq!(
            (second.count, second.first, second.last.as_secs()),
            (2, first.first, 9)
        );
    }

    #[test]
    fn ten_similar_events_are_combined() {
        let mut correlator = Correlator::default();
        let verdicts: Vec<Verdict> = (0..12)
            .map(|i| correlator.observe(Time::from_secs(i), observation(&format!("m{i}"))))
            .collect();
        let counts: Vec<_> = verdicts.iter().map(count).collect();
        assert_eq!(counts[..10], [("create", 1); 10]);
        assert_eq!(counts[10..], [("repeat", 2), ("repeat", 3)]);
        let Verdict::Repeat(last) = &verdicts[11] else {
            panic!()
        };
        assert_eq!(last.message, "(combined from similar events): m11");
        assert!(last.combined);
        // Long after, they are told apart again.
        let later = correlator.observe(Time::from_secs(700), observation("m20"));
        assert_eq!(count(&later), ("create", 1));
    }

    #[test]
    fn a_source_may_say_25_things_and_then_one_in_five_minutes() {
        let mut correlator = Correlator::default();
        let mut at = |secs| count(&correlator.observe(Time::from_secs(secs), observation("a")));
        assert_eq!(at(0), ("create", 1));
        for i in 2..=25 {
            assert_eq!(at(0), ("repeat", i));
        }
        assert_eq!(at(0), ("drop", 0));
        // What was dropped still counts.
        assert_eq!(at(301), ("repeat", 27));
        assert_eq!(at(302), ("drop", 0));
    }

    #[test]
    fn caches_are_bounded() {
        let mut lru = Lru::default();
        let key = |i: usize| Digest::of(&[&i.to_string()]);
        for i in 0..CACHE_SIZE + 10 {
            lru.get_or_insert_with(key(i), || i);
            lru.get_or_insert_with(key(0), || i);
        }
        assert_eq!(lru.entries.len(), CACHE_SIZE);
        assert_eq!(lru.entries.get(&key(0)).map(|(_, i)| *i), Some(0));
        assert!(!lru.entries.contains_key(&key(1)));
    }
}
