//! Virtual time on the page: the engine's last word, carried on by real time and speed until the next one.

use view::{Clock, Time};

use super::live::{Live, live};
use crate::interop::perf;

/// Milliseconds between two words that are shown, of an engine that is behind: it says its time after each slice.
const BEHIND: f64 = 125.0;

/// Virtual time.
#[derive(Clone, Copy)]
pub struct ClockStore {
    /// When (real ms) the page was last told to look at the anchor.
    told: Live<f64>,
    /// The engine's last word, and the real time (ms) at which it was said.
    anchor: Live<(Clock, f64)>,
    /// Virtual time, rewritten by the ticker as often as there is something to see.
    pub now: Live<Time>,
    /// Virtual time at the cluster's start.
    pub started: Live<Time>,
}

impl ClockStore {
    /// A clock that stands at zero.
    pub fn new() -> Self {
        ClockStore {
            told: live(0.0),
            anchor: live((Clock::default(), 0.0)),
            now: live(Time::default()),
            started: live(Time::default()),
        }
    }

    /// Takes the engine's word. Called by the bridge alone.
    pub fn set(&self, clock: Clock) {
        let at = perf::now();
        let old = self.anchor.get_untracked().0;
        let same = (old.behind, old.speed, old.running) == (true, clock.speed, clock.running);
        if same && clock.behind && at - self.told.get_untracked() < BEHIND {
            self.anchor.quietly(|anchor| *anchor = (clock, at));
            return;
        }
        self.told.set(at);
        self.anchor.set((clock, at));
        self.tick();
    }

    /// How the clock runs.
    pub fn clock(&self) -> Clock {
        self.anchor.with(|(clock, _)| *clock)
    }

    /// Virtual time at this very moment, without listening.
    pub fn exact(&self) -> Time {
        let (clock, at) = self.anchor.get_untracked();
        if !clock.running {
            return clock.now;
        }
        let micros = (perf::now() - at) * 1000.0 * f64::from(clock.speed);
        clock.now.plus_micros(micros as i64)
    }

    /// Brings [`now`](Self::now) up to date. Called by the ticker.
    pub fn tick(&self) {
        self.now.put(self.exact());
    }

    /// Milliseconds until the display changes next; none while it stands still.
    pub fn tick_in(&self) -> Option<u32> {
        let (clock, _) = self.anchor.get_untracked();
        if !clock.running || clock.speed == 0 {
            return None;
        }
        // The second hand, up to eight times a second.
        let to_next_second = 1000 - self.exact().0.rem_euclid(Time::SECOND) / 1000;
        let real = to_next_second / i64::from(clock.speed);
        Some((real as u32 + 2).clamp(125, 1002))
    }

    /// A CSS animation of something that moves with virtual time from `start` to `end`: its `animation-duration`,
    /// `animation-delay` and `animation-play-state`, so that the browser moves it without us.
    pub fn animation(&self, start: Time, end: Time) -> String {
        let clock = self.clock();
        let real_ms = |from: Time, to: Time| (to.0 - from.0) / 1000 / i64::from(clock.speed.max(1));
        format!(
            "animation-duration:{}ms;animation-delay:{}ms;animation-play-state:{}",
            real_ms(start, end).max(1),
            real_ms(self.exact(), start),
            if clock.running { "running" } else { "paused" },
        )
    }
}

impl Default for ClockStore {
    fn default() -> Self {
        ClockStore::new()
    }
}
