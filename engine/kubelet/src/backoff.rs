//! Waiting longer after each failure (upstream's `client-go/util/flowcontrol`).
//!
//! One table for pulls of images, one for restarts of containers: 10 s after the first failure, twice as long after
//! each further one, at most 5 min; ten minutes without a failure, and it starts anew.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::Time;

/// The first wait.
const INITIAL: Duration = Duration::from_secs(10);
/// The longest wait.
const MAX: Duration = Duration::from_secs(300);
/// No more entries than this are kept.
const CAPACITY: usize = 10_000;

#[derive(Clone, Copy, Debug)]
struct Entry {
    wait: Duration,
    updated: Time,
}

/// How long each of many things has to wait.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    entries: BTreeMap<String, Entry>,
}

impl Backoff {
    /// How long `key` has to wait at present; zero when it never failed.
    pub(crate) fn get(&self, key: &str) -> Duration {
        self.entries
            .get(key)
            .map_or(Duration::ZERO, |entry| entry.wait)
    }

    /// Notes a failure of `key` (at `at`, which may lie before `now`): the wait doubles, or begins.
    pub(crate) fn next(&mut self, key: &str, at: Time, now: Time) {
        if self.entries.len() >= CAPACITY {
            self.collect(now);
        }
        match self.entries.get_mut(key) {
            Some(entry) if !has_expired(entry, at) => {
                entry.wait = (entry.wait * 2).min(MAX);
                entry.updated = now;
            }
            _ => {
                let entry = Entry {
                    wait: INITIAL,
                    updated: now,
                };
                self.entries.insert(key.to_owned(), entry);
            }
        }
    }

    /// Whether `key`, having failed at `at`, still has to wait.
    pub(crate) fn is_waiting_since(&self, key: &str, at: Time, now: Time) -> bool {
        self.entries
            .get(key)
            .is_some_and(|entry| !has_expired(entry, at) && now.since(at) < entry.wait)
    }

    /// Whether `key` still has to wait since its last failure was noted.
    pub(crate) fn is_waiting(&self, key: &str, now: Time) -> bool {
        self.until(key).is_some_and(|until| now < until)
    }

    /// When the wait since the last noted failure of `key` ends.
    pub(crate) fn until(&self, key: &str) -> Option<Time> {
        let entry = self.entries.get(key)?;
        Some(entry.updated + entry.wait)
    }

    /// Forgets `key`.
    pub(crate) fn forget(&mut self, key: &str) {
        self.entries.remove(key);
    }

    /// Forgets all keys that begin with `prefix`.
    pub(crate) fn forget_prefix(&mut self, prefix: &str) {
        self.entries.retain(|key, _| !key.starts_with(prefix));
    }

    /// Forgets all keys that contain `part`.
    pub(crate) fn forget_containing(&mut self, part: &str) {
        self.entries.retain(|key, _| !key.contains(part));
    }

    fn collect(&mut self, now: Time) {
        self.entries.retain(|_, entry| !has_expired(entry, now));
        while self.entries.len() >= CAPACITY {
            self.entries.pop_first();
        }
    }
}

fn has_expired(entry: &Entry, at: Time) -> bool {
    at.since(entry.updated) > MAX * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Time {
        Time::from_secs(secs)
    }

    #[test]
    fn doubles_up_to_five_minutes() {
        let mut backoff = Backoff::default();
        let mut waits = Vec::new();
        for i in 0..7 {
            backoff.next("a", at(i), at(i));
            waits.push(backoff.get("a").as_secs());
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(backoff.get("b"), Duration::ZERO);
    }

    #[test]
    fn starts_anew_after_ten_quiet_minutes() {
        let mut backoff = Backoff::default();
        backoff.next("a", at(0), at(0));
        backoff.next("a", at(10), at(10));
        assert_eq!(backoff.get("a").as_secs(), 20);
        backoff.next("a", at(611), at(611));
        assert_eq!(backoff.get("a").as_secs(), 10);
    }

    #[test]
    fn waits_since_the_end_of_the_container() {
        let mut backoff = Backoff::default();
        assert!(!backoff.is_waiting_since("a", at(0), at(0)));
        backoff.next("a", at(0), at(1));
        assert!(backoff.is_waiting_since("a", at(5), at(14)));
        assert!(!backoff.is_waiting_since("a", at(5), at(15)));
        assert!(backoff.is_waiting("a", at(10)));
        assert!(!backoff.is_waiting("a", at(11)));
    }
}
