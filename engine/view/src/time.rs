//! Virtual time as the page sees it: microseconds since the Unix epoch, the same count as the engine's clock.
//!
//! Only a number with a few helpers; nothing here reads a clock. Between two messages the page advances the last
//! [`Clock`](crate::Clock) by real time and speed on its own, so that countdowns run without a message a frame.

use serde::{Deserialize, Serialize};

/// A moment of virtual time, in microseconds since the Unix epoch.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Time(pub i64);

impl Time {
    /// Microseconds in a second.
    pub const SECOND: i64 = 1_000_000;

    /// The moment `micros` later (or earlier, when negative), held at the ends of the range.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Time {
        Time(self.0.saturating_add(micros))
    }

    /// Seconds from `earlier` to here; negative when `earlier` is in fact later.
    pub fn seconds_since(self, earlier: Time) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / Self::SECOND as f64
    }

    /// How far this moment lies between `start` (0) and `end` (1), held to that range.
    pub fn fraction(self, start: Time, end: Time) -> f64 {
        let span = end.seconds_since(start);
        if span <= 0.0 {
            return if self >= end { 1.0 } else { 0.0 };
        }
        (self.seconds_since(start) / span).clamp(0.0, 1.0)
    }

    /// Hours, minutes and seconds of the day, in UTC.
    pub fn time_of_day(self) -> (u8, u8, u8) {
        let seconds = self.0.div_euclid(Self::SECOND).rem_euclid(86_400);
        let (hours, rest) = (seconds / 3_600, seconds % 3_600);
        (hours as u8, (rest / 60) as u8, (rest % 60) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_place_between_two_others() {
        let (start, end) = (Time(10_000_000), Time(20_000_000));
        assert_eq!(Time(15_000_000).fraction(start, end), 0.5);
        assert_eq!(Time(0).fraction(start, end), 0.0);
        assert_eq!(Time(30_000_000).fraction(start, end), 1.0);
        assert_eq!(end.fraction(end, end), 1.0);
        assert_eq!(start.fraction(end, end), 0.0);
    }

    #[test]
    fn the_time_of_day_is_utc_even_before_1970() {
        assert_eq!(Time(3_723 * Time::SECOND).time_of_day(), (1, 2, 3));
        assert_eq!(Time(-Time::SECOND).time_of_day(), (23, 59, 59));
    }
}
