//! Times and durations as the API writes them (upstream's `metav1.Time`, `MicroTime`, `Duration` and `util/duration`).
//!
//! These are values only: what time it is now is known to the simulation's clock, not here.

mod calendar;
mod duration;
mod human;

use std::fmt;

use crate::reflect::Scalar;
use crate::{Str, Value};

pub use calendar::{Civil, civil_from_unix, unix_from_civil};
pub use duration::{Duration, format_go_duration, parse_go_duration};
pub use human::{human_duration, short_human_duration};

const MICROS: i64 = 1_000_000;

/// A point in time to the second (`metav1.Time`); the zero time is written as `null`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// A point in time to the microsecond (`metav1.MicroTime`); the zero time is written as `null`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MicroTime(i64);

impl Time {
    /// Go's zero time.
    pub const ZERO: Self = Self(i64::MIN);

    /// From seconds since the Unix epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// From microseconds since the Unix epoch, cutting off the fraction.
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self(micros.div_euclid(MICROS))
    }

    /// Seconds since the Unix epoch (0 for the zero time).
    pub const fn unix(self) -> i64 {
        if self.is_zero() { 0 } else { self.0 }
    }

    /// Microseconds since the Unix epoch (0 for the zero time).
    pub const fn unix_micros(self) -> i64 {
        self.unix().saturating_mul(MICROS)
    }

    /// Whether this is the zero time.
    pub const fn is_zero(self) -> bool {
        self.0 == i64::MIN
    }

    /// `2026-11-22T16:55:32Z`; empty for the zero time.
    pub fn to_rfc3339(self) -> Str {
        if self.is_zero() {
            Str::new()
        } else {
            calendar::rfc3339(self.0, None)
        }
    }

    /// Reads RFC 3339 text.
    ///
    /// # Errors
    /// The text of Go's `time.Parse`.
    pub fn parse(text: &str) -> Result<Self, Str> {
        calendar::parse_rfc3339(text, "2006-01-02T15:04:05Z07:00").map(Self::from_unix_micros)
    }
}

impl MicroTime {
    /// Go's zero time.
    pub const ZERO: Self = Self(i64::MIN);

    /// From microseconds since the Unix epoch.
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch (0 for the zero time).
    pub const fn unix_micros(self) -> i64 {
        if self.is_zero() { 0 } else { self.0 }
    }

    /// Whether this is the zero time.
    pub const fn is_zero(self) -> bool {
        self.0 == i64::MIN
    }

    /// `2026-11-22T16:55:32.123456Z`; empty for the zero time.
    pub fn to_rfc3339(self) -> Str {
        if self.is_zero() {
            Str::new()
        } else {
            calendar::rfc3339(self.0.div_euclid(MICROS), Some(self.0.rem_euclid(MICROS)))
        }
    }

    /// Reads RFC 3339 text.
    ///
    /// # Errors
    /// The text of Go's `time.Parse`.
    pub fn parse(text: &str) -> Result<Self, Str> {
        calendar::parse_rfc3339(text, "2006-01-02T15:04:05.000000Z07:00").map(Self)
    }
}

macro_rules! time_impls {
    ($($ty:ident)*) => {$(
        impl Default for $ty {
            fn default() -> Self {
                Self::ZERO
            }
        }
        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.to_rfc3339())
            }
        }
        impl fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(if self.is_zero() { "null" } else { "" })?;
                f.write_str(&self.to_rfc3339())
            }
        }
        impl Scalar for $ty {
            fn read(&mut self, value: &Value) -> Result<(), Str> {
                *self = match value {
                    Value::Null => Self::ZERO,
                    Value::String(text) => Self::parse(text)?,
                    other => return Err(crate::codec::wrong_value(other, "string")),
                };
                Ok(())
            }
        }
    )*};
}

time_impls! { Time MicroTime }

impl From<MicroTime> for Time {
    fn from(time: MicroTime) -> Self {
        if time.is_zero() {
            Self::ZERO
        } else {
            Self::from_unix_micros(time.0)
        }
    }
}

impl From<Time> for MicroTime {
    fn from(time: Time) -> Self {
        if time.is_zero() {
            Self::ZERO
        } else {
            Self::from_unix_micros(time.unix_micros())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_rfc3339() {
        let time = Time::parse("2026-11-22T16:55:32Z").unwrap();
        assert_eq!(time.to_rfc3339(), "2026-11-22T16:55:32Z");
        assert_eq!(Time::parse("2026-11-22T17:55:32.9+01:00").unwrap(), time);
        assert_eq!(Time::from_unix(0).to_rfc3339(), "1970-01-01T00:00:00Z");
        assert_eq!(
            Time::parse("1600-02-29T00:00:00Z").unwrap().to_rfc3339(),
            "1600-02-29T00:00:00Z"
        );
        let micro = MicroTime::parse("2026-11-22T16:55:32.12Z").unwrap();
        assert_eq!(micro.to_rfc3339(), "2026-11-22T16:55:32.120000Z");
    }

    #[test]
    fn refuses_as_go() {
        let error = |text| Time::parse(text).unwrap_err();
        assert_eq!(
            error("yesterday"),
            r#"parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006""#
        );
        assert_eq!(
            error("2026-13-01T00:00:00Z"),
            r#"parsing time "2026-13-01T00:00:00Z": month out of range"#
        );
        assert_eq!(
            error("2026-02-30T00:00:00Z"),
            r#"parsing time "2026-02-30T00:00:00Z": day out of range"#
        );
        assert_eq!(
            error("2026-02-03"),
            r#"parsing time "2026-02-03" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#
        );
    }
}
