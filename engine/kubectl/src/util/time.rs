//! Times as kubectl shows them: ages, Go durations, and the long form of `describe`.

use apimachinery::time::{civil_from_unix, human_duration};
use apimachinery::{MicroTime, Time};
use serde_json::Value;

/// A moment taken apart, in UTC.
pub type Parts = apimachinery::time::Civil;

/// Seconds since 1970, taken apart.
pub fn parts(seconds: i64) -> Parts {
    civil_from_unix(seconds)
}

/// Microseconds since 1970 of a time in an object; `None` for no time.
pub fn micros(value: &Value) -> Option<i64> {
    let text = value.as_str().filter(|t| !t.is_empty())?;
    MicroTime::parse(text).map(MicroTime::unix_micros).ok()
}

/// Microseconds since 1970 of a time that somebody typed.
pub fn parse_rfc3339(text: &str) -> Result<i64, String> {
    let fine = MicroTime::parse(text).map(MicroTime::unix_micros);
    fine.or_else(|_| Time::parse(text).map(Time::unix_micros))
        .map_err(|e| e.to_string())
}

/// `Sun, 22 Nov 2026 16:55:32 +0000`
pub fn long(micros: i64) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let civil = parts(micros.div_euclid(1_000_000));
    format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
        DAYS[civil.weekday as usize % 7],
        civil.day,
        MONTHS[(civil.month as usize).wrapping_sub(1) % 12],
        civil.year,
        civil.hour,
        civil.minute,
        civil.second
    )
}

/// RFC 3339, in whole seconds.
pub fn rfc3339(micros: i64) -> String {
    Time::from_unix_micros(micros).to_rfc3339().to_string()
}

/// The age of a time, as tables show it.
pub fn age(now: i64, value: &Value) -> String {
    match micros(value) {
        Some(then) => human(now - then),
        None => "<unknown>".to_owned(),
    }
}

/// A span in microseconds, as tables show it.
pub fn human(micros: i64) -> String {
    // Go cuts towards zero.
    human_duration(micros / 1_000_000).to_string()
}

/// A span in microseconds as Go's `Duration` prints: `1m30s`, `500ms`.
pub fn go_duration(micros: i64) -> String {
    apimachinery::time::format_go_duration(micros.saturating_mul(1000)).to_string()
}
