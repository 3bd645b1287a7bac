//! Virtual time on the page: the engine's last word, carried on by real time and speed until the next one.

use leptos::prelude::*;
use view::{Clock, Time};

use crate::interop::perf;

/// Virtual time.
#[derive(Clone, Copy)]
pub struct ClockStore {
    /// The engine's last word, and the real time (ms) at which it was said.
    anchor: RwSignal<(Clock, f64)>,
    /// Virtual time, rewritten by the ticker as often as there is something to see.
    pub now: RwSignal<Time>,
    /// Virtual time at the cluster's start.
    pub started: RwSignal<Time>,
}

impl ClockStore {
    /// A clock that stands at zero.
    pub fn new() -> Self {
        ClockStore {
            anchor: RwSignal::new((Clock::default(), 0.0)),
            now: RwSignal::new(Time::default()),
            started: RwSignal::new(Time::default()),
        }
    }

    /// Takes the engine's word. Called by the bridge alone.
    pub fn set(&self, clock: Clock) {
        self.anchor.set((clock, perf::now()));
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
        let now = self.exact();
        if self.now.get_untracked() != now {
            self.now.set(now);
        }
    }

    /// Milliseconds until the display changes next; none while it stands still.
    pub fn tick_in(&self) -> Option<u32> {
        let (clock, _) = self.anchor.get_untracked();
        if !clock.running || clock.speed == 0 {
            return None;
        }
        // The second hand, up to eight times a second.
        let to_next_second = 1_000_000 - self.exact().0.rem_euclid(1_000_000);
        let real = to_next_second as f64 / 1000.0 / f64::from(clock.speed);
        Some((real.ceil() as u32 + 1).clamp(125, 1001))
    }

    /// A CSS animation of something that moves with virtual time from `start` to `end`: its `animation-duration`,
    /// `animation-delay` and `animation-play-state`, so that the browser moves it without us.
    pub fn animation(&self, start: Time, end: Time) -> String {
        let clock = self.clock();
        let speed = f64::from(clock.speed.max(1));
        let seconds = |span: f64| span / speed;
        let state = if clock.running { "running" } else { "paused" };
        format!(
            "animation-duration:{:.3}s;animation-delay:{:.3}s;animation-play-state:{state}",
            seconds(end.seconds_since(start)).max(0.001),
            -seconds(self.exact().seconds_since(start)),
        )
    }
}

impl Default for ClockStore {
    fn default() -> Self {
        ClockStore::new()
    }
}
