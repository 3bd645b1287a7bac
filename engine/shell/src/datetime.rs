//! Dates of the virtual clock, in UTC: formatting as `date` and `ls`, and reading the common ways to write one.

use sim::Time;

/// A point in time taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) year: i64,
    /// 1 to 12
    pub(crate) month: u32,
    /// 1 to 31
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
    /// 0 is Sunday.
    pub(crate) weekday: u32,
    /// 1 to 366
    pub(crate) year_day: u32,
    pub(crate) nanos: u32,
}

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days since 1970-01-01 of a date (the usual algorithm with eras of 400 years).
pub(crate) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let shifted = i64::from((month + 9) % 12);
    let day_of_year = (153 * shifted + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Takes a time apart.
pub(crate) fn parts(time: Time) -> Parts {
    let micros = time.as_micros();
    let secs = micros.div_euclid(1_000_000);
    let days = secs.div_euclid(86_400);
    let rest = secs.rem_euclid(86_400) as u32;
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    } as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Parts {
        year,
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (days + 4).rem_euclid(7) as u32,
        year_day: (days - days_from_civil(year, 1, 1) + 1) as u32,
        nanos: (micros.rem_euclid(1_000_000) * 1000) as u32,
    }
}

/// Formats a time as `strftime` does.
pub(crate) fn format(time: Time, pattern: &str) -> String {
    let p = parts(time);
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut flag = None;
        while let Some(f @ ('-' | '_' | '0' | '^' | '#')) = chars.peek().copied() {
            flag = Some(f);
            chars.next();
        }
        let mut width = String::new();
        while let Some(d) = chars.peek().filter(|c| c.is_ascii_digit()) {
            width.push(*d);
            chars.next();
        }
        let number = |value: i64, digits: usize, pad: char| match flag {
            Some('-') => value.to_string(),
            Some('_') => format!("{value:digits$}"),
            Some('0') => format!("{value:0digits$}"),
            _ if pad == ' ' => format!("{value:digits$}"),
            _ => format!("{value:0digits$}"),
        };
        let hour12 = i64::from((p.hour + 11) % 12 + 1);
        let text = match chars.next() {
            None => "%".into(),
            Some('%') => "%".into(),
            Some('n') => "\n".into(),
            Some('t') => "\t".into(),
            Some('Y') => p.year.to_string(),
            Some('C') => number(p.year / 100, 2, '0'),
            Some('y') => number(p.year % 100, 2, '0'),
            Some('m') => number(i64::from(p.month), 2, '0'),
            Some('d') => number(i64::from(p.day), 2, '0'),
            Some('e') => number(i64::from(p.day), 2, ' '),
            Some('H') => number(i64::from(p.hour), 2, '0'),
            Some('k') => number(i64::from(p.hour), 2, ' '),
            Some('I') => number(hour12, 2, '0'),
            Some('l') => number(hour12, 2, ' '),
            Some('M') => number(i64::from(p.minute), 2, '0'),
            Some('S') => number(i64::from(p.second), 2, '0'),
            Some('j') => number(i64::from(p.year_day), 3, '0'),
            Some('u') => (if p.weekday == 0 { 7 } else { p.weekday }).to_string(),
            Some('w') => p.weekday.to_string(),
            Some('a') => DAYS[p.weekday as usize][..3].into(),
            Some('A') => DAYS[p.weekday as usize].into(),
            Some('b' | 'h') => MONTHS[p.month as usize - 1][..3].into(),
            Some('B') => MONTHS[p.month as usize - 1].into(),
            Some('p') => if p.hour < 12 { "AM" } else { "PM" }.into(),
            Some('P') => if p.hour < 12 { "am" } else { "pm" }.into(),
            Some('s') => time.as_secs().to_string(),
            Some('N') => {
                let digits = width.parse().unwrap_or(9).clamp(1, 9);
                format!("{:09}", p.nanos)[..digits].to_owned()
            }
            Some('F') => format(time, "%Y-%m-%d"),
            Some('T') => format(time, "%H:%M:%S"),
            Some('R') => format(time, "%H:%M"),
            Some('D' | 'x') => format(time, "%m/%d/%y"),
            Some('X') => format(time, "%H:%M:%S"),
            Some('r') => format(time, "%I:%M:%S %p"),
            Some('c') => format(time, "%a %b %e %H:%M:%S %Y"),
            Some('z') => "+0000".into(),
            Some(':') if chars.peek() == Some(&'z') => {
                chars.next();
                "+00:00".into()
            }
            Some('Z') => "UTC".into(),
            Some('G') => {
                let weekday = i64::from(if p.weekday == 0 { 7 } else { p.weekday });
                // The year of this week's Thursday.
                let thursday = Time::from_secs(time.as_secs() + (4 - weekday) * 86_400);
                parts(thursday).year.to_string()
            }
            Some('q') => p.month.div_ceil(3).to_string(),
            Some('V') => number(iso_week(&p), 2, '0'),
            Some('U') => number(i64::from((p.year_day + 6 - p.weekday) / 7), 2, '0'),
            Some(other) => format!("%{other}"),
        };
        match flag {
            Some('^') => out.push_str(&text.to_uppercase()),
            _ => out.push_str(&text),
        }
    }
    out
}

fn iso_week(p: &Parts) -> i64 {
    let weekday = i64::from(if p.weekday == 0 { 7 } else { p.weekday });
    let week = (i64::from(p.year_day) - weekday + 10) / 7;
    week.clamp(1, 53)
}

fn at(year: i64, month: u32, day: u32, seconds: i64) -> Time {
    let days = days_from_civil(year, month, day);
    Time::from_secs(days.saturating_mul(86_400).saturating_add(seconds))
}

/// Reads a date: `@secs`, `now`, `today`, `tomorrow`, `yesterday`, `2026-11-22[T ]10:11[:12][Z]`, `10:11`,
/// `3 days ago`, `+2 hours`, and a date followed by such an amount.
pub(crate) fn parse(text: &str, now: Time) -> Option<Time> {
    let text = text.trim();
    if let Some(secs) = text.strip_prefix('@') {
        let (secs, fraction) = secs.split_once('.').unwrap_or((secs, ""));
        let secs: i64 = secs.parse().ok()?;
        let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
        return Some(Time::from_micros(
            secs.checked_mul(1_000_000)?.checked_add(micros)?,
        ));
    }
    let today = parts(now);
    let midnight = at(today.year, today.month, today.day, 0);
    let mut base = now;
    let mut clock: Option<i64> = None;
    let mut date: Option<Time> = None;
    let mut offset: i64 = 0;
    let text = text.replace('T', " ").replace('Z', " UTC");
    let text = text.replace(" - ", " -").replace(" + ", " +");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut index = 0;
    while index < words.len() {
        let word = words[index];
        index += 1;
        match word.to_ascii_lowercase().as_str() {
            "now" | "utc" | "gmt" | "and" => {}
            "today" => base = now,
            "midnight" => clock = Some(0),
            "noon" => clock = Some(43_200),
            "tomorrow" => offset += 86_400,
            "yesterday" => offset -= 86_400,
            lower => {
                if let Some(seconds) = clock_time(lower) {
                    clock = Some(seconds);
                } else if let Some(day) = calendar_date(lower) {
                    date = Some(day);
                } else {
                    let (number, unit) = amount(lower, words.get(index).copied(), &mut index)?;
                    let mut seconds = number.checked_mul(unit)?;
                    if words.get(index) == Some(&"ago") {
                        seconds = -seconds;
                        index += 1;
                    }
                    offset = offset.checked_add(seconds)?;
                }
            }
        }
    }
    let start = match (date, clock) {
        (Some(day), clock) => Time::from_secs(day.as_secs() + clock.unwrap_or(0)),
        (None, Some(clock)) => Time::from_secs(midnight.as_secs() + clock),
        (None, None) => base,
    };
    Some(Time::from_micros(
        start
            .as_micros()
            .checked_add(offset.checked_mul(1_000_000)?)?,
    ))
}

fn clock_time(text: &str) -> Option<i64> {
    let text = text.split(['+', '.']).next()?;
    let numbers: Vec<i64> = text
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        [h @ 0..24, m @ 0..60] => Some(h * 3600 + m * 60),
        [h @ 0..24, m @ 0..60, s @ 0..61] => Some(h * 3600 + m * 60 + s),
        _ => None,
    }
}

fn calendar_date(text: &str) -> Option<Time> {
    let numbers: Vec<i64> = text
        .split(['-', '/'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        [y @ 1..=9999, m @ 1..=12, d @ 1..=31] if text.contains('-') => {
            Some(at(*y, *m as u32, *d as u32, 0))
        }
        [m @ 1..=12, d @ 1..=31, y @ 1..=9999] if text.contains('/') => {
            Some(at(*y, *m as u32, *d as u32, 0))
        }
        _ => None,
    }
}

/// `3 days`, `+2hours`, `week`: the number and the seconds of the unit.
fn amount(word: &str, next: Option<&str>, index: &mut usize) -> Option<(i64, i64)> {
    let split = word
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(word.len());
    let (digits, unit) = word.split_at(split);
    let number: i64 = match digits {
        "" => 1,
        digits => digits.trim_start_matches('+').parse().ok()?,
    };
    let unit = if unit.is_empty() {
        *index += 1;
        next?.to_ascii_lowercase()
    } else {
        unit.to_owned()
    };
    let number = match unit.as_str() {
        "next" => {
            return amount(next?, None, index).map(|(n, u)| {
                *index += 1;
                (n, u)
            });
        }
        "last" => {
            return amount(next?, None, index).map(|(n, u)| {
                *index += 1;
                (-n, u)
            });
        }
        _ => number,
    };
    let seconds = match unit.trim_end_matches('s') {
        "" | "sec" | "second" => 1,
        "min" | "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        "week" => 604_800,
        "fortnight" => 1_209_600,
        "month" => 2_592_000,
        "year" => 31_536_000,
        _ => return None,
    };
    Some((number, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_reads() {
        let time = Time::from_secs(1_795_374_146);
        assert_eq!(
            format(time, "%a %b %e %H:%M:%S %Z %Y"),
            "Sun Nov 22 19:02:26 UTC 2026"
        );
        assert_eq!(
            format(time, "%F %T %j %-d %I%p"),
            "2026-11-22 19:02:26 326 22 07PM"
        );
        for (text, expected) in [
            ("@0", "1970-01-01 00:00:00"),
            ("2026-02-28T10:11:12Z", "2026-02-28 10:11:12"),
            ("2024-02-29 + 1 day", "2024-03-01 00:00:00"),
            ("1 hour ago", "2026-11-22 18:02:26"),
            ("+2 days", "2026-11-24 19:02:26"),
            ("tomorrow", "2026-11-23 19:02:26"),
            ("10:00", "2026-11-22 10:00:00"),
            ("-5 minutes", "2026-11-22 18:57:26"),
        ] {
            let text = text.replace("+ 1", "+1");
            let found = parse(&text, time).map(|time| format(time, "%F %T"));
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(parse("nonsense", time), None);
        assert_eq!(parse("@99999999999999999999", time), None);
    }
}
