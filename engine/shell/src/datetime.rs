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
pub(crate) const MONTHS: [&str; 12] = [
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

/// Units of amounts: days and below as seconds, months and years as months.
fn unit(name: &str) -> Option<(i64, i64)> {
    Some(
        match name
            .strip_suffix('s')
            .filter(|rest| rest.len() > 1)
            .unwrap_or(name)
        {
            "sec" | "second" => (1, 0),
            "min" | "minute" => (60, 0),
            "hour" => (3600, 0),
            "day" => (86_400, 0),
            "week" => (604_800, 0),
            "fortnight" => (1_209_600, 0),
            "month" => (0, 1),
            "year" => (0, 12),
            _ => return None,
        },
    )
}

/// A weekday or month by its name, of which at least three letters are there.
fn named(names: &[&str], word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.');
    (word.len() >= 3).then_some(())?;
    names
        .iter()
        .position(|name| name.to_ascii_lowercase().starts_with(word))
}

/// Splits numbers from letters: `2hours` is `2 hours`, `2024-01-02T03:04Z` has its `T` and `Z` apart.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text
        .to_ascii_lowercase()
        .replace(',', " ")
        .split_whitespace()
    {
        let mut now = String::new();
        for c in word.chars() {
            let turns = now
                .chars()
                .next_back()
                .is_some_and(|last| last.is_ascii_alphabetic() != c.is_ascii_alphabetic())
                && !now.ends_with('.');
            if turns {
                out.push(std::mem::take(&mut now));
            }
            now.push(c);
        }
        out.push(now);
    }
    out
}

/// What was read of a date.
#[derive(Default)]
struct Reading {
    /// Year, month, day.
    date: Option<(i64, u32, u32)>,
    clock: Option<i64>,
    weekday: Option<usize>,
    seconds: i64,
    months: i64,
    /// Seconds that the zone is ahead of UTC.
    zone: i64,
}

/// Reads a date: `@secs`, `now`, `today`, `tomorrow`, `yesterday`, `2026-11-22[T ]10:11[:12][Z|+02:00]`, `11/22/2026`,
/// `22 Nov 2026`, `Nov 22 2026`, `10:11`, `5 PM`, `friday`, `next week`, `3 days ago`, `+2 hours`, `1 month`, and several of them.
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
    let words = tokens(text);
    let mut reading = Reading::default();
    let mut at = 0;
    while at < words.len() {
        at += reading.take(&words[at..], &parts(now))?;
    }
    reading.result(now, words.is_empty())
}

impl Reading {
    /// Reads what begins here; gives how many words it took.
    fn take(&mut self, words: &[String], today: &Parts) -> Option<usize> {
        let word = words[0].as_str();
        let next = words.get(1).map(String::as_str);
        match word {
            "now" | "today" | "utc" | "gmt" | "z" | "t" | "and" | "of" | "at" | "on" => {
                return Some(1);
            }
            "midnight" => self.clock = Some(0),
            "noon" => self.clock = Some(43_200),
            "tomorrow" => self.seconds += 86_400,
            "yesterday" => self.seconds -= 86_400,
            "am" | "pm" => {
                let hour = self.clock?;
                let twelve = (hour / 3600) % 12 * 3600 + hour % 3600;
                self.clock = Some(twelve + i64::from(word == "pm") * 43_200);
            }
            "next" | "last" | "this" => {
                let count = match word {
                    "next" => 1,
                    "last" => -1,
                    _ => 0,
                };
                if let Some(day) = named(&DAYS, next?) {
                    self.weekday = Some(day);
                    self.seconds += if count == -1 { -604_800 } else { 0 };
                } else {
                    self.add(count, next?)?;
                }
                return Some(2);
            }
            _ => return self.take_other(words, today),
        }
        Some(1)
    }

    fn take_other(&mut self, words: &[String], today: &Parts) -> Option<usize> {
        let word = words[0].as_str();
        let next = words.get(1).map(String::as_str);
        let third = words.get(2).map(String::as_str);
        let year = |text: &str| {
            text.parse::<i64>()
                .ok()
                .filter(|year| text.len() == 4 && *year > 0)
        };
        if let Some(seconds) = clock_time(word) {
            self.clock = Some(seconds);
            // `10:00+02:00`
            if let Some(at) = word.find(['+', '-']) {
                self.zone = zone(&word[at..])?;
            }
            return Some(1);
        }
        if let Some(date) = calendar_date(word) {
            self.date = Some(date);
            return Some(1);
        }
        if let Some(month) = named(&MONTHS, word) {
            let month = month as u32 + 1;
            let day: u32 = next?.parse().ok()?;
            let year = third.and_then(year);
            self.date = Some((year.unwrap_or(today.year), month, day));
            return Some(2 + usize::from(year.is_some()));
        }
        if let Some(day) = named(&DAYS, word) {
            self.weekday = Some(day);
            return Some(1);
        }
        if unit(word).is_some() {
            let ago = i64::from(next == Some("ago"));
            self.add(1 - 2 * ago, word)?;
            return Some(1 + ago as usize);
        }
        // A number: what follows tells of what.
        let digits = word.trim_start_matches(['+', '-']);
        let (number, used) = match digits {
            // `+ 2 hours`
            "" => (format!("{word}{}", next?), 2),
            _ => (word.to_owned(), 1),
        };
        let signed = number.starts_with(['+', '-']);
        let value: i64 = number.trim_start_matches('+').parse().ok()?;
        let what = words.get(used).map(String::as_str);
        if let Some(name) = what.filter(|name| unit(name).is_some()) {
            let ago = words.get(used + 1).is_some_and(|word| word == "ago");
            self.add(if ago { value.checked_neg()? } else { value }, name)?;
            return Some(used + 1 + usize::from(ago));
        }
        if let Some(month) = what.and_then(|name| named(&MONTHS, name)) {
            let year = words.get(used + 1).and_then(|text| year(text));
            let day = u32::try_from(value).ok()?;
            self.date = Some((year.unwrap_or(today.year), month as u32 + 1, day));
            return Some(used + 1 + usize::from(year.is_some()));
        }
        if matches!(what, Some("am" | "pm")) && (1..=12).contains(&value) {
            self.clock = Some(value * 3600);
            return Some(used);
        }
        if signed && (digits.len() == 4 || digits.contains(':')) && self.clock.is_some() {
            self.zone = zone(&number)?;
            return Some(used);
        }
        if signed && what.is_none() && self.clock.is_some() {
            self.zone = value.checked_mul(3600)?;
            return Some(used);
        }
        // `20240102`
        if digits.len() == 8 && !signed {
            let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
            self.date = Some((year, u32::try_from(month).ok()?, u32::try_from(day).ok()?));
            return Some(used);
        }
        None
    }

    fn add(&mut self, count: i64, name: &str) -> Option<()> {
        let (seconds, months) = unit(name)?;
        self.seconds = self.seconds.checked_add(count.checked_mul(seconds)?)?;
        self.months = self.months.checked_add(count.checked_mul(months)?)?;
        Some(())
    }

    fn result(&self, now: Time, nothing: bool) -> Option<Time> {
        let today = parts(now);
        let (mut year, mut month, day) = self.date.unwrap_or((today.year, today.month, today.day));
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let last = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day > last {
            return None;
        }
        let months =
            (year.checked_mul(12)?.checked_add(i64::from(month) - 1)?).checked_add(self.months)?;
        (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        if !(-100_000..100_000).contains(&year) {
            return None;
        }
        let given =
            nothing || self.date.is_some() || self.clock.is_some() || self.weekday.is_some();
        let clock = match self.clock {
            Some(clock) => clock,
            None if given => 0,
            None => now.as_secs().rem_euclid(86_400),
        };
        let mut start = at(year, month, day, clock.checked_sub(self.zone)?).as_secs();
        if let Some(weekday) = self.weekday {
            let ahead =
                (weekday as i64 - i64::from(parts(Time::from_secs(start)).weekday)).rem_euclid(7);
            start += ahead * 86_400;
        }
        let micros = if given {
            0
        } else {
            now.as_micros().rem_euclid(1_000_000)
        };
        let seconds = start.checked_add(self.seconds)?;
        Some(Time::from_micros(
            seconds.checked_mul(1_000_000)?.checked_add(micros)?,
        ))
    }
}

/// `+02:00`, `-0530`, `+2`: the seconds ahead of UTC.
fn zone(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    Some(sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60))
}

fn clock_time(text: &str) -> Option<i64> {
    let text = text.split(['+', '-', '.']).next()?;
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

/// Year, month and day.
fn calendar_date(text: &str) -> Option<(i64, u32, u32)> {
    let numbers: Vec<i64> = text
        .split(['-', '/'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        [y @ 1..=9999, m @ 1..=12, d @ 1..=31] if text.contains('-') => {
            Some((*y, *m as u32, *d as u32))
        }
        [m @ 1..=12, d @ 1..=31, y @ 1..=9999] if text.contains('/') => {
            Some((*y, *m as u32, *d as u32))
        }
        _ => None,
    }
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
