//! Cron schedules: `*/5 * * * *`, `@hourly`, `@every 1h30m`. The texts of errors are those of the library that upstream uses
//! (`robfig/cron`).

use apimachinery::gotext::quote;

/// When to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// At certain times.
    At(Fields),
    /// Again and again after that many seconds.
    Every(u64),
}

/// The times of a schedule: in each field the bits of the values that fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// 0–59.
    pub minute: u64,
    /// 0–23.
    pub hour: u64,
    /// 1–31.
    pub day_of_month: u64,
    /// 1–12.
    pub month: u64,
    /// 0–6, Sunday is 0.
    pub day_of_week: u64,
    /// Whether the day of month was left open (`*`).
    pub any_day_of_month: bool,
    /// Whether the day of week was left open (`*`).
    pub any_day_of_week: bool,
}

struct Bounds {
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const BOUNDS: [Bounds; 5] = [
    Bounds {
        min: 0,
        max: 59,
        names: &[],
    },
    Bounds {
        min: 0,
        max: 23,
        names: &[],
    },
    Bounds {
        min: 1,
        max: 31,
        names: &[],
    },
    Bounds {
        min: 1,
        max: 12,
        names: &MONTHS,
    },
    Bounds {
        min: 0,
        max: 6,
        names: &DAYS,
    },
];

/// How many years ahead a time is looked for: after that there is none, such as for 30 February.
const YEARS_AHEAD: i64 = 5;
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

impl Fields {
    /// Whether it runs on that day, counted from 1 January 1970. Day of month and day of week are alternatives if both
    /// are given.
    fn has_day(&self, day: i64) -> bool {
        let (_, month, day_of_month) = civil(day);
        let weekday = (day + 4).rem_euclid(7);
        if self.month & 1 << month == 0 {
            return false;
        }
        let by_month = self.day_of_month & 1 << day_of_month != 0;
        let by_week = self.day_of_week & 1 << weekday != 0;
        if self.any_day_of_month || self.any_day_of_week {
            by_month && by_week
        } else {
            by_month || by_week
        }
    }
}

/// Year, month and day of a day counted from 1 January 1970, in the Gregorian calendar.
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    // Years that begin in March have their leap day at the end.
    let days = day + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

impl Schedule {
    /// The first time after `after`, both in seconds since 1970 as the clock on the wall of a zone shows them; none if
    /// there is none within five years.
    pub fn next(&self, after: i64) -> Option<i64> {
        let fields = match self {
            Self::Every(seconds) => return after.checked_add_unsigned(*seconds),
            Self::At(fields) => fields,
        };
        let mut time = (after.div_euclid(MINUTE) + 1) * MINUTE;
        let end = after + YEARS_AHEAD * 366 * DAY;
        while time < end {
            let (day, second) = (time.div_euclid(DAY), time.rem_euclid(DAY));
            if !fields.has_day(day) {
                time = (day + 1) * DAY;
                continue;
            }
            let (hour, minute) = (second / 3600, second % 3600 / MINUTE);
            if fields.hour & 1 << hour == 0 {
                time = day * DAY + (hour + 1) * 3600;
            } else if fields.minute & 1 << minute == 0 {
                time += MINUTE;
            } else {
                return Some(time);
            }
        }
        None
    }

    /// Reads a schedule.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("empty spec string".to_owned());
        }
        let mut text = text;
        for prefix in ["TZ=", "CRON_TZ="] {
            if let Some(rest) = text.strip_prefix(prefix) {
                text = rest.split_once(' ').map_or("", |(_, rest)| rest.trim());
            }
        }
        if text.starts_with('@') {
            return descriptor(text);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(format!(
                "expected exactly 5 fields, found {}: [{}]",
                fields.len(),
                fields.join(" ")
            ));
        };
        let mut read = [(0, false); 5];
        for (i, field) in [minute, hour, day, month, weekday].into_iter().enumerate() {
            read[i] = field_bits(field, &BOUNDS[i])?;
        }
        let [
            (minute, _),
            (hour, _),
            (day_of_month, any_day_of_month),
            (month, _),
            (day_of_week, any_day_of_week),
        ] = read;
        Ok(Self::At(Fields {
            minute,
            hour,
            day_of_month,
            month,
            day_of_week,
            any_day_of_month,
            any_day_of_week,
        }))
    }
}

fn descriptor(text: &str) -> Result<Schedule, String> {
    let same_as = match text {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        other => {
            let Some(duration) = other.strip_prefix("@every ") else {
                return Err(format!("unrecognized descriptor: {other}"));
            };
            let nanos = apimachinery::time::parse_go_duration(duration)
                .map_err(|error| format!("failed to parse duration {other}: {error}"))?;
            // Never more often than once a second, in whole seconds.
            let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(0);
            return Ok(Schedule::Every(seconds.max(1)));
        }
    };
    Schedule::parse(same_as)
}

/// A list of ranges: `1-5,10,*/15`. Also whether everything fits.
fn field_bits(field: &str, bounds: &Bounds) -> Result<(u64, bool), String> {
    let mut bits = 0;
    let mut any = false;
    for range in field.split(',').filter(|range| !range.is_empty()) {
        let (more, star) = range_bits(range, bounds)?;
        bits |= more;
        any |= star;
    }
    Ok((bits, any))
}

/// `*`, `5`, `1-5`, each with or without a step: `*/15`.
fn range_bits(text: &str, bounds: &Bounds) -> Result<(u64, bool), String> {
    let parts: Vec<&str> = text.split('/').collect();
    let ends: Vec<&str> = parts[0].split('-').collect();
    let mut star = false;
    let (start, mut end) = if matches!(ends[0], "*" | "?") {
        star = true;
        (bounds.min, bounds.max)
    } else {
        let start = number_or_name(ends[0], bounds)?;
        match ends.as_slice() {
            [_] => (start, start),
            [_, end] => (start, number_or_name(end, bounds)?),
            _ => return Err(format!("too many hyphens: {text}")),
        }
    };
    let step = match parts.as_slice() {
        [_] => 1,
        [_, step] => {
            if ends.len() == 1 {
                end = bounds.max;
            }
            if number(step)? > 1 {
                star = false;
            }
            number(step)?
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    if start < bounds.min {
        return Err(format!(
            "beginning of range ({start}) below minimum ({}): {text}",
            bounds.min
        ));
    }
    if end > bounds.max {
        return Err(format!(
            "end of range ({end}) above maximum ({}): {text}",
            bounds.max
        ));
    }
    if start > end {
        return Err(format!(
            "beginning of range ({start}) beyond end of range ({end}): {text}"
        ));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {text}"));
    }
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    let bits = (start..=end)
        .step_by(step)
        .fold(0, |bits, value| bits | 1 << value);
    Ok((bits, star))
}

fn number_or_name(text: &str, bounds: &Bounds) -> Result<u32, String> {
    let lower = text.to_lowercase();
    match bounds.names.iter().position(|name| *name == lower) {
        Some(at) => Ok(bounds.min + u32::try_from(at).unwrap_or(0)),
        None => number(text),
    }
}

fn number(text: &str) -> Result<u32, String> {
    let parsed: i64 = text.parse().map_err(|_| {
        format!(
            "failed to parse int from {text}: strconv.Atoi: parsing {}: invalid syntax",
            quote(text)
        )
    })?;
    u32::try_from(parsed).map_err(|_| format!("negative number ({parsed}) not allowed: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Schedule::parse(text).unwrap_err()
    }

    #[test]
    fn reads_fields() {
        let Ok(Schedule::At(fields)) = Schedule::parse("*/15 1-3,5 * jan Mon-Fri") else {
            panic!()
        };
        assert_eq!(fields.minute, 1 | 1 << 15 | 1 << 30 | 1 << 45);
        assert_eq!(fields.hour, 0b10_1110);
        assert!(fields.any_day_of_month && !fields.any_day_of_week);
        assert_eq!(fields.month, 0b10);
        assert_eq!(fields.day_of_week, 0b11_1110);
        assert_eq!(Schedule::parse("@every 90s"), Ok(Schedule::Every(90)));
        assert_eq!(Schedule::parse("@hourly"), Schedule::parse("0 * * * *"));
    }

    #[test]
    fn finds_the_next_time() {
        let next = |text: &str, after| Schedule::parse(text).unwrap().next(after);
        // 1970-01-01 was a Thursday.
        assert_eq!(next("* * * * *", 0), Some(60));
        assert_eq!(next("*/15 * * * *", 59), Some(900));
        assert_eq!(next("0 3 1 1 *", 3 * 3600), Some(365 * DAY + 3 * 3600));
        assert_eq!(next("0 0 * * 0", 0), Some(3 * DAY));
        assert_eq!(next("0 0 10 * 6", 0), Some(2 * DAY));
        assert_eq!(next("0 0 29 2 *", 0), Some((365 + 365 + 31 + 28) * DAY));
        assert_eq!(next("0 0 30 2 *", 0), None);
        assert_eq!(next("@every 90s", 30), Some(120));
        assert_eq!(civil(20_454), (2026, 1, 1));
    }

    #[test]
    fn complains_as_upstream_does() {
        assert_eq!(
            error("every minute"),
            "expected exactly 5 fields, found 2: [every minute]"
        );
        assert_eq!(
            error("61 * * * *"),
            "end of range (61) above maximum (59): 61"
        );
        assert_eq!(
            error("* * 0 * *"),
            "beginning of range (0) below minimum (1): 0"
        );
        assert_eq!(
            error("x * * * *"),
            "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax"
        );
        assert_eq!(
            error("*/0 * * * *"),
            "step of range should be a positive number: */0"
        );
        assert_eq!(error("@often"), "unrecognized descriptor: @often");
    }
}
