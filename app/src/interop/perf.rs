//! Marks and measures in the browser's performance timeline, for the benchmark and the tests, and its steady clock.

use gloo_timers::callback::Timeout;
use web_sys::{Performance, window};

/// The shell of the page is mounted.
pub const SHELL: &str = "tabernetes:shell";
/// The first prompt is shown.
pub const PROMPT: &str = "tabernetes:prompt";
/// A line was entered.
pub const ENTER: &str = "tabernetes:enter";
/// The first output after a line was entered has been painted.
pub const OUTPUT: &str = "tabernetes:output";
/// The time from the one to the other.
pub const ENTER_TO_OUTPUT: &str = "tabernetes:enter-to-output";

fn performance() -> Option<Performance> {
    window()?.performance()
}

/// Leaves a mark.
pub fn mark(name: &str) {
    if let Some(performance) = performance() {
        let _ = performance.mark(name);
    }
}

/// Measures the time between the latest marks of two names.
pub fn measure(name: &str, from: &str, to: &str) {
    if let Some(performance) = performance() {
        let _ = performance.measure_with_start_mark_and_end_mark(name, from, to);
    }
}

/// Calls `then` behind the frame that paints what has just been written.
pub fn painted(then: fn()) {
    leptos::prelude::request_animation_frame(move || {
        Timeout::new(0, then).forget();
    });
}

/// Milliseconds since the page's start, never going back.
pub fn now() -> f64 {
    performance().map_or(0.0, |performance| performance.now())
}

/// A number for a new cluster's randomness: from here on everything is determined by it.
pub fn seed() -> u64 {
    (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64
}
