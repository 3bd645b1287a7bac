//! Reading quantities: number, suffix, and whether upstream would keep the text as written.

use super::{Format, NANO};

/// The text does not look like a quantity.
pub const ERR_FORMAT: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
/// The number in front is none.
pub const ERR_NUMERIC: &str = "unable to parse numeric part of quantity";
/// The suffix is unknown.
pub const ERR_SUFFIX: &str = "unable to parse quantity's suffix";

/// Digits a quantity may have; more is refused rather than counted.
const MAX_DIGITS: usize = 1000;

pub(super) struct Parsed {
    pub(super) nanos: i128,
    pub(super) format: Format,
    /// Upstream keeps the user's text when it takes it for canonical.
    pub(super) keep_text: bool,
}

struct Split<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn split(text: &str) -> Result<Split<'_>, &'static str> {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, rest) = digits(rest);
    let whole = whole.trim_start_matches('0');
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    let letters = rest
        .bytes()
        .take_while(|b| b"eEinumkKMGTP".contains(b))
        .count();
    let tail = &rest[letters..];
    let tail = tail.strip_prefix(['-', '+']).unwrap_or(tail);
    if tail.bytes().all(|b| b.is_ascii_digit()) {
        Ok(Split {
            negative,
            whole,
            fraction,
            suffix: rest,
        })
    } else {
        Err(ERR_FORMAT)
    }
}

/// A suffix as (base is 2, exponent, format).
fn suffix(text: &str) -> Option<(bool, i32, Format)> {
    let decimal = |exponent| Some((false, exponent, Format::DecimalSi));
    let binary = |exponent| Some((true, exponent, Format::BinarySi));
    match text {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        _ => {
            let digits = text.strip_prefix(['e', 'E'])?;
            let exponent: i64 = digits.parse().ok()?;
            Some((
                false,
                exponent.clamp(-10_000, 10_000) as i32,
                Format::DecimalExponent,
            ))
        }
    }
}

/// The amounts that are common, read at once: a few digits with at most one of the usual suffixes. `None` for all others.
pub(super) fn plain(text: &str) -> Option<(i128, Format)> {
    let (number, suffix) = digits(text);
    if number.is_empty() || number.len() > 12 {
        return None;
    }
    let unit = match suffix {
        "" => (NANO, Format::DecimalSi),
        "m" => (NANO / 1000, Format::DecimalSi),
        "Ki" => (NANO << 10, Format::BinarySi),
        "Mi" => (NANO << 20, Format::BinarySi),
        _ => return None,
    };
    let number: i64 = number.parse().ok()?;
    let small = unit.1 == Format::DecimalSi || number > 0;
    // Amounts with a binary suffix have a ceiling, which so few digits stay below.
    small.then_some((i128::from(number) * unit.0, unit.1))
}

pub(super) fn parse(text: &str) -> Result<Parsed, &'static str> {
    if text.is_empty() || text.len() > MAX_DIGITS {
        return Err(ERR_FORMAT);
    }
    let parts = split(text)?;
    if text.len() == parts.suffix.len()
        && !text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
    {
        // No digits in front of the letters.
        return Err(if parts.suffix.is_empty() {
            ERR_NUMERIC
        } else {
            ERR_FORMAT
        });
    }
    let (binary, exponent, format) = suffix(parts.suffix).ok_or(ERR_SUFFIX)?;
    let magnitude = scale(&parts, binary, exponent);
    let capped = if format == Format::BinarySi {
        magnitude.min(i128::from(i64::MAX) * NANO)
    } else {
        magnitude
    };
    let below_one = format == Format::BinarySi && capped > 0 && capped < NANO;
    Ok(Parsed {
        nanos: if parts.negative { -capped } else { capped },
        format: if below_one { Format::DecimalSi } else { format },
        keep_text: keeps_text(&parts, format, exponent, capped),
    })
}

/// More than this is this: a number with few digits, so that its text means the same amount.
const CEILING: i128 = 10_i128.pow(36);

/// The amount in nanos, rounded up, saturating.
fn scale(parts: &Split<'_>, binary: bool, exponent: i32) -> i128 {
    let mut mantissa: i128 = 0;
    let mut dropped = false;
    let mut places: i32 = 0;
    for (in_fraction, digit) in parts
        .whole
        .bytes()
        .map(|b| (false, b))
        .chain(parts.fraction.bytes().map(|b| (true, b)))
    {
        // Twenty-eight digits are exact; what lies behind only matters for rounding up.
        if mantissa < 10_i128.pow(27) {
            mantissa = mantissa * 10 + i128::from(digit - b'0');
            places += i32::from(in_fraction);
        } else {
            dropped |= digit != b'0';
            places -= i32::from(!in_fraction);
        }
    }
    if mantissa == 0 {
        return i128::from(dropped);
    }
    let mut power = 9 - places;
    let mut shift = 0;
    if binary {
        shift = exponent;
    } else {
        power += exponent;
    }
    // Divide late: multiply by two first, as far as there is room.
    while shift > 0 {
        match mantissa.checked_mul(2) {
            Some(next) => mantissa = next,
            None if power < 0 => {
                dropped |= mantissa % 10 != 0;
                mantissa /= 10;
                power += 1;
                continue;
            }
            None => return CEILING,
        }
        shift -= 1;
    }
    while power > 0 {
        match mantissa.checked_mul(10) {
            Some(next) => mantissa = next,
            None => return CEILING,
        }
        power -= 1;
    }
    while power < 0 && mantissa > 0 {
        dropped |= mantissa % 10 != 0;
        mantissa /= 10;
        power += 1;
    }
    mantissa.saturating_add(i128::from(dropped)).min(CEILING)
}

/// Whether upstream's fast path takes the text for canonical.
fn keeps_text(parts: &Split<'_>, format: Format, exponent: i32, magnitude: i128) -> bool {
    if magnitude == 0 {
        return false;
    }
    let (whole, fraction) = (parts.whole, parts.fraction);
    let first_zero = whole.is_empty();
    match format {
        Format::BinarySi => {
            let room = 15 - whole.len() as i32 - (exponent as f32 * 3.0 / 10.0) as i32 - 1;
            let odd = whole
                .bytes()
                .rev()
                .take(3)
                .zip([1, 10, 100])
                .map(|(b, m)| u32::from(b - b'0') * m)
                .sum::<u32>();
            fraction.is_empty() && room >= 0 && odd % 8 != 0
        }
        Format::DecimalSi | Format::DecimalExponent => {
            let room = 18 - (whole.len().max(1) + fraction.len()) as i32;
            let scale = exponent - fraction.len() as i32;
            let thousands = if fraction.len() >= 3 {
                fraction.ends_with("000")
            } else {
                let shifted = [if first_zero { "0" } else { whole }, fraction].concat();
                shifted.ends_with("000")
            };
            room >= 0 && scale >= -9 && scale % 3 == 0 && !thousands && !first_zero
        }
    }
}
