//! Numbers as people read them. Texts that kubectl prints come from the engine; these are the page's own.

use view::{Resources, Time};

/// Hours, minutes, seconds of virtual time: `10:04:31`.
pub fn clock(time: Time) -> String {
    let (hours, minutes, seconds) = time.time_of_day();
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

/// A span of seconds in its two largest units: `4m 31s`, `2h 5m`, `3d 2h`.
pub fn span(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u64;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {}s", seconds % 60),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

/// Seconds left, rounded up: the last one reads 1, not 0.
pub fn seconds_left(until: Time, now: Time) -> u64 {
    until.seconds_since(now).max(0.0).ceil() as u64
}

/// Thousandths of a CPU as CPUs: `0.25`, `8`.
pub fn cpu(millis: i64) -> String {
    let text = format!("{}.{:03}", millis / 1000, (millis % 1000).abs());
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// Bytes in the largest unit that leaves one digit before the point: `128 Mi`, `1.5 Gi`.
pub fn bytes(bytes: i64) -> String {
    let mut size = bytes.max(0) as f64;
    let mut units = ["B", "Ki", "Mi", "Gi", "Ti"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    let digits = usize::from(size < 10.0 && size.fract() >= 0.05);
    format!("{size:.digits$} {unit}")
}

/// A part of a whole in percent, at most 100.
pub fn percent(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        return 0.0;
    }
    (part as f64 / whole as f64 * 100.0).clamp(0.0, 100.0)
}

/// A count with its noun: `1 pod`, `2 pods`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Whether nothing at all is asked for.
pub fn is_nothing(resources: Resources) -> bool {
    resources == Resources::default()
}
