//! Go's `time.Duration` text form (`1h30m0s`), used by `metav1.Duration` and many flags.

use ecow::eco_format;

use crate::reflect::Scalar;
use crate::{Str, Value};

/// A span of time in nanoseconds, written as Go writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

const SECOND: i64 = 1_000_000_000;

impl Duration {
    /// From whole seconds.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// Whole seconds.
    pub const fn as_secs(self) -> i64 {
        self.0 / SECOND
    }

    /// Go's text, such as `1m30s`.
    pub fn to_go_string(self) -> Str {
        format_go_duration(self.0)
    }
}

impl Scalar for Duration {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        *self = match value {
            Value::Null => Self(0),
            Value::String(text) => Self(parse_go_duration(text)?),
            other => return Err(crate::codec::wrong_value(other, "string")),
        };
        Ok(())
    }
}

fn fraction(nanos: u64, unit: u64) -> String {
    let (whole, rest) = (nanos / unit, nanos % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    format!(
        "{whole}.{}",
        format!("{rest:0width$}").trim_end_matches('0')
    )
}

/// Writes nanoseconds as Go's `Duration.String`.
pub fn format_go_duration(nanos: i64) -> Str {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let second = SECOND as u64;
    match nanos {
        0 => return "0s".into(),
        1..1_000 => return eco_format!("{sign}{nanos}ns"),
        1_000..1_000_000 => return eco_format!("{sign}{}µs", fraction(nanos, 1_000)),
        1_000_000..1_000_000_000 => return eco_format!("{sign}{}ms", fraction(nanos, 1_000_000)),
        _ => {}
    }
    let minutes = nanos / second / 60;
    let seconds = fraction(nanos % (60 * second), second);
    match (minutes / 60, minutes % 60) {
        (0, 0) => eco_format!("{sign}{seconds}s"),
        (0, minutes) => eco_format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => eco_format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// Reads Go's `time.ParseDuration` text into nanoseconds.
///
/// # Errors
/// Go's texts: `time: invalid duration "x"`, `time: missing unit in duration "5"`, `time: unknown unit "d" in duration "5d"`.
pub fn parse_go_duration(text: &str) -> Result<i64, Str> {
    let invalid = || eco_format!("time: invalid duration {text:?}");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: f64 = 0.0;
    let mut exact: i128 = 0;
    while !rest.is_empty() {
        let whole_len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, after) = rest.split_at(whole_len);
        let (part, after) = match after.strip_prefix('.') {
            Some(tail) => tail.split_at(tail.bytes().take_while(u8::is_ascii_digit).count()),
            None => ("", after),
        };
        if whole.is_empty() && part.is_empty() {
            return Err(invalid());
        }
        let unit_len = after
            .bytes()
            .take_while(|b| *b != b'.' && !b.is_ascii_digit())
            .count();
        let (unit, after) = after.split_at(unit_len);
        let unit_nanos: i128 = match unit {
            "" => return Err(eco_format!("time: missing unit in duration {text:?}")),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            other => {
                return Err(eco_format!(
                    "time: unknown unit {other:?} in duration {text:?}"
                ));
            }
        };
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse::<i64>().map_err(|_| invalid())?.into()
        };
        exact += whole * unit_nanos;
        let mut scale = unit_nanos as f64;
        for digit in part.bytes().take(18) {
            scale /= 10.0;
            total += f64::from(digit - b'0') * scale;
        }
        if exact > i128::from(i64::MAX) {
            return Err(invalid());
        }
        rest = after;
    }
    let nanos = exact + (total + 1e-6) as i128;
    i64::try_from(if negative { -nanos } else { nanos }).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_go_texts() {
        for text in [
            "0s",
            "1s",
            "1m0s",
            "1h0m0s",
            "1.5s",
            "250ms",
            "2h45m30.5s",
            "-1m30s",
            "15µs",
            "7ns",
        ] {
            assert_eq!(format_go_duration(parse_go_duration(text).unwrap()), text);
        }
        assert_eq!(parse_go_duration("1.5h").unwrap(), 5400 * SECOND);
    }

    #[test]
    fn refuses_as_go() {
        let error = |text| parse_go_duration(text).unwrap_err();
        assert_eq!(error("5"), r#"time: missing unit in duration "5""#);
        assert_eq!(error("5d"), r#"time: unknown unit "d" in duration "5d""#);
        assert_eq!(error("abc"), r#"time: invalid duration "abc""#);
        assert_eq!(error(""), r#"time: invalid duration """#);
    }
}
