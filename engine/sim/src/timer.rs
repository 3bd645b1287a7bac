//! Timers: the queue of `(due, seq)` and the future that waits in it.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::{LinkId, Sim, Time};

/// The key of a timer: when it is due, and as a tie-breaker the order in which timers were set.
pub(crate) type TimerKey = (Time, u64);

/// Whom a timer wakes, and what led to its being set.
pub(crate) struct Timer {
    pub(crate) waker: Waker,
    pub(crate) cause: LinkId,
}

/// All timers that are set, earliest first.
#[derive(Default)]
pub(crate) struct TimerQueue {
    timers: BTreeMap<TimerKey, Timer>,
    next_seq: u64,
}

impl TimerQueue {
    pub(crate) fn set(&mut self, due: Time, timer: Timer) -> TimerKey {
        let key = (due, self.next_seq);
        self.next_seq += 1;
        self.timers.insert(key, timer);
        key
    }

    /// Replaces the waker of a timer that is still set; its place in the queue stays.
    pub(crate) fn reset_waker(&mut self, key: TimerKey, waker: &Waker) {
        if let Some(slot) = self.timers.get_mut(&key) {
            slot.waker.clone_from(waker);
        }
    }

    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<Timer> {
        self.timers.remove(&key)
    }

    pub(crate) fn next_due(&self) -> Option<Time> {
        self.timers.first_key_value().map(|((due, _), _)| *due)
    }

    /// Takes the earliest timer if it is due at `now` or before.
    pub(crate) fn pop_due(&mut self, now: Time) -> Option<(Time, Timer)> {
        let entry = self.timers.first_entry()?;
        let due = entry.key().0;
        (due <= now).then(|| (due, entry.remove()))
    }

    pub(crate) fn clear(&mut self) -> BTreeMap<TimerKey, Timer> {
        std::mem::take(&mut self.timers)
    }
}

/// Completes when the clock reaches an instant. Made by [`Sim::sleep`] and [`Sim::sleep_until`].
///
/// Dropping it takes the timer out of the queue.
#[must_use = "futures do nothing unless awaited"]
pub struct Sleep {
    sim: Sim,
    due: Time,
    key: Option<TimerKey>,
}

impl Sleep {
    pub(crate) fn new(sim: Sim, due: Time) -> Self {
        Self {
            sim,
            due,
            key: None,
        }
    }

    /// When it completes.
    pub fn due(&self) -> Time {
        self.due
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.sim.now() >= self.due {
            if let Some(key) = self.key.take() {
                self.sim.cancel_timer(key);
            }
            return Poll::Ready(());
        }
        match self.key {
            Some(key) => self.sim.reset_timer(key, cx.waker()),
            None => {
                let key = self.sim.set_timer(self.due, cx.waker().clone());
                self.key = Some(key);
            }
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.sim.cancel_timer(key);
        }
    }
}
