//! A set of wakers: whoever waits for the same thing.

use std::task::{Context, Waker};

/// Wakers to be woken together. A task that registers twice is kept once.
#[derive(Default, Debug)]
pub struct WakerSet(Vec<Waker>);

impl WakerSet {
    /// Registers the task that is being polled.
    pub fn register(&mut self, cx: &Context<'_>) {
        if !self.0.iter().any(|known| known.will_wake(cx.waker())) {
            // Mostly the only one.
            if self.0.is_empty() {
                self.0.reserve_exact(1);
            }
            self.0.push(cx.waker().clone());
        }
    }

    /// Wakes and forgets all.
    pub fn wake(&mut self) {
        for waker in self.0.drain(..) {
            waker.wake();
        }
    }
}
