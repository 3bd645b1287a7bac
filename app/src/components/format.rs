//! Numbers as people read them. Texts that kubectl prints come from the engine; these are the page's own.

use view::Time;

/// Hours, minutes, seconds of virtual time: `10:04:31`.
pub fn clock(time: Time) -> String {
    let (hours, minutes, seconds) = time.time_of_day();
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// The time from one moment to another in its two largest units: `4m 31s`, `2h 5m`, `3d 2h`.
pub fn span(from: Time, to: Time) -> String {
    let seconds = to.0.saturating_sub(from.0).max(0) / Time::SECOND;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {}s", seconds % 60),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

/// Seconds left, rounded up: the last one reads 1, not 0.
pub fn seconds_left(until: Time, now: Time) -> i64 {
    let micros = until.0.saturating_sub(now.0).max(0);
    (micros + Time::SECOND - 1) / Time::SECOND
}

/// How much of the time between two moments has passed, in thousandths.
pub fn passed(now: Time, start: Time, end: Time) -> i64 {
    let (whole, part) = (end.0.saturating_sub(start.0), now.0.saturating_sub(start.0));
    if whole <= 0 {
        1000
    } else {
        (part.clamp(0, whole)) / (whole / 1000).max(1)
    }
}

/// Thousandths of a CPU as CPUs: `0.25`, `8`.
pub fn cpu(millis: i64) -> String {
    let text = format!("{}.{:03}", millis / 1000, (millis % 1000).abs());
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// Bytes in the largest unit that leaves one digit before the point: `128 Mi`, `1.5 Gi`.
pub fn bytes(bytes: i64) -> String {
    // In tenths of a unit.
    let mut size = bytes.max(0).saturating_mul(10);
    let mut units = ["B", "Ki", "Mi", "Gi", "Ti"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if size < 10_240 {
            break;
        }
        size /= 1024;
        unit = larger;
    }
    match (size / 10, size % 10) {
        (whole @ 0..=9, tenths @ 1..) => format!("{whole}.{tenths} {unit}"),
        (whole, _) => format!("{whole} {unit}"),
    }
}

/// A part of a whole in thousandths, at most all of it.
pub fn part(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    (i128::from(part) * 1000 / i128::from(whole)).clamp(0, 1000) as i64
}

/// Thousandths as a decimal number: `0.250`.
pub fn thousandths(part: i64) -> String {
    format!("{}.{:03}", part / 1000, part % 1000)
}

/// A count with its noun: `1 pod`, `2 pods`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
