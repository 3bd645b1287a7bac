//! The calendar: RFC 3339 in and out of seconds and microseconds since the Unix epoch.

use ecow::eco_format;

use super::MICROS;
use crate::Str;
use crate::gotext::quote;

/// A moment in UTC, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 0 (Sunday) to 6.
    pub weekday: u32,
}

const DAY: i64 = 86_400;

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date. Years are counted from March, so that the leap day comes last.
fn days_from_date(year: i64, month: u32, day: u32) -> i64 {
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Seconds since the Unix epoch of a moment in UTC (`weekday` is not looked at).
pub fn unix_from_civil(civil: Civil) -> i64 {
    days_from_date(civil.year, civil.month, civil.day) * DAY
        + i64::from(civil.hour * 3600 + civil.minute * 60 + civil.second)
}

/// Takes seconds since the Unix epoch apart.
pub fn civil_from_unix(seconds: i64) -> Civil {
    let days = seconds.div_euclid(DAY);
    let rest = seconds.rem_euclid(DAY) as u32;
    let from_era = days + 719_468;
    let era = from_era.div_euclid(146_097);
    let day_of_era = from_era.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = ((month_from_march + 2) % 12 + 1) as u32;
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (days + 4).rem_euclid(7) as u32,
    }
}

pub(super) fn rfc3339(seconds: i64, micros: Option<i64>) -> Str {
    let Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        ..
    } = civil_from_unix(seconds);
    match micros {
        None => eco_format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
        Some(micros) => eco_format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"
        ),
    }
}

/// Reads along a layout, remembering what is left for Go's error text.
struct Reader<'a> {
    text: &'a str,
    layout: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn fail(&self, element: &str) -> Str {
        let (text, layout, rest, element) = (
            quote(self.text),
            quote(self.layout),
            quote(self.rest),
            quote(element),
        );
        eco_format!("parsing time {text} as {layout}: cannot parse {rest} as {element}")
    }

    fn range(&self, what: &str) -> Str {
        eco_format!("parsing time {}: {what} out of range", quote(self.text))
    }

    fn number(&mut self, digits: usize, element: &str) -> Result<u32, Str> {
        match self.rest.as_bytes().get(..digits) {
            Some(head) if head.iter().all(u8::is_ascii_digit) => {
                let value = head.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
                self.rest = &self.rest[digits..];
                Ok(value)
            }
            _ => Err(self.fail(element)),
        }
    }

    fn literal(&mut self, mark: &str) -> Result<(), Str> {
        self.rest = self
            .rest
            .strip_prefix(mark)
            .ok_or_else(|| self.fail(mark))?;
        Ok(())
    }

    fn fraction(&mut self) -> i64 {
        let Some(after) = self.rest.strip_prefix(['.', ',']) else {
            return 0;
        };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return 0;
        }
        let micros = after
            .bytes()
            .take(digits)
            .chain(std::iter::repeat(b'0'))
            .take(6);
        self.rest = &after[digits..];
        micros.fold(0, |n, b| n * 10 + i64::from(b - b'0'))
    }

    fn zone(&mut self) -> Result<i64, Str> {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(0);
        }
        let bytes = self.rest.as_bytes();
        let digit = |i: usize| {
            bytes
                .get(i)
                .filter(|b| b.is_ascii_digit())
                .map(|b| i64::from(b - b'0'))
        };
        let sign = match bytes.first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(self.fail("Z07:00")),
        };
        match (digit(1), digit(2), bytes.get(3), digit(4), digit(5)) {
            (Some(h1), Some(h2), Some(b':'), Some(m1), Some(m2)) => {
                let (hours, minutes) = (h1 * 10 + h2, m1 * 10 + m2);
                if hours > 24 {
                    return Err(self.range("time zone offset hour"));
                }
                if minutes > 60 {
                    return Err(self.range("time zone offset minute"));
                }
                self.rest = &self.rest[6..];
                Ok(sign * (hours * 3600 + minutes * 60))
            }
            _ => Err(self.fail("Z07:00")),
        }
    }
}

/// Microseconds since the Unix epoch.
pub(super) fn parse_rfc3339(text: &str, layout: &str) -> Result<i64, Str> {
    let mut reader = Reader {
        text,
        layout,
        rest: text,
    };
    let year = i64::from(reader.number(4, "2006")?);
    reader.literal("-")?;
    let month = reader.number(2, "01")?;
    if !(1..=12).contains(&month) {
        return Err(reader.range("month"));
    }
    reader.literal("-")?;
    let day = reader.number(2, "02")?;
    reader.literal("T")?;
    let hour = reader.number(2, "15")?;
    if hour > 23 {
        return Err(reader.range("hour"));
    }
    reader.literal(":")?;
    let minute = reader.number(2, "04")?;
    if minute > 59 {
        return Err(reader.range("minute"));
    }
    reader.literal(":")?;
    let second = reader.number(2, "05")?;
    if second > 59 {
        return Err(reader.range("second"));
    }
    let micros = reader.fraction();
    let offset = reader.zone()?;
    if !reader.rest.is_empty() {
        return Err(eco_format!(
            "parsing time {text:?}: extra text: {:?}",
            reader.rest
        ));
    }
    if day < 1 || day > days_in(year, month) {
        return Err(reader.range("day"));
    }
    let seconds = unix_from_civil(Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        weekday: 0,
    }) - offset;
    Ok(seconds * MICROS + micros)
}
