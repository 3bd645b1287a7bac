//! What a plain scalar means in YAML 1.1, as go-yaml reads it.

use super::Error;

/// The meaning of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
    /// Looks like a timestamp: text when read, but quoted when written.
    Timestamp(String),
}

impl Scalar {
    fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Uint(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Text(_) => "!!str",
            Self::Timestamp(_) => "!!timestamp",
        }
    }
}

/// Resolves a plain scalar without a tag.
pub(super) fn plain(text: &str) -> Scalar {
    word(text)
        .or_else(|| number(text))
        .unwrap_or_else(|| Scalar::Text(text.to_owned()))
}

/// Resolves a scalar with an explicit tag (in its short form).
pub(super) fn tagged(tag: &str, text: &str) -> Result<Scalar, Error> {
    let found = match tag {
        "!!str" => return Ok(Scalar::Text(text.to_owned())),
        "!!binary" => {
            let decoded = crate::Bytes::from_base64(text)
                .map_err(|_| Error::new("!!binary value contains invalid base64 data"))?;
            return Ok(Scalar::Text(String::from_utf8_lossy(&decoded).into_owned()));
        }
        "!!bool" | "!!int" | "!!float" | "!!null" | "!!timestamp" => plain(text),
        // Tags of one's own leave the text alone.
        _ => return Ok(Scalar::Text(text.to_owned())),
    };
    match found {
        Scalar::Int(number) if tag == "!!float" => Ok(Scalar::Float(number as f64)),
        found if found.tag() == tag => Ok(found),
        found => Err(Error::new(format_args!(
            "cannot decode {} `{text}` as a {tag}",
            found.tag()
        ))),
    }
}

fn word(text: &str) -> Option<Scalar> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Scalar> {
    match text.as_bytes().first()? {
        b'.' => float(&separated(text)?).map(Scalar::Float),
        b'+' | b'-' | b'0'..=b'9' => {
            if is_timestamp(text) {
                return Some(Scalar::Timestamp(text.to_owned()));
            }
            let digits = text.replace('_', "");
            integer(&digits).or_else(|| {
                yaml_float(&digits)
                    .then(|| float(&digits).map(Scalar::Float))
                    .flatten()
            })
        }
        _ => None,
    }
}

/// Go's `ParseInt` with base 0: a sign, then `0x`, `0o`, `0b`, `0` (octal) or decimal digits.
fn integer(text: &str) -> Option<Scalar> {
    let (negative, magnitude) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = magnitude.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let value = u64::from_str_radix(digits, base).ok()?;
    match (negative, i64::try_from(value)) {
        (false, Ok(value)) => Some(Scalar::Int(value)),
        // ParseUint takes no sign at all.
        (false, Err(_)) if !text.starts_with('+') => Some(Scalar::Uint(value)),
        (true, Ok(value)) => Some(Scalar::Int(-value)),
        (true, Err(_)) if value == i64::MIN.unsigned_abs() => Some(Scalar::Int(i64::MIN)),
        _ => None,
    }
}

/// Digits with an optional point and exponent; no hexadecimal, no words.
fn yaml_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

fn float(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    // Too large a number is an error in Go, and then text.
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Text without its underscores, which Go allows between digits only.
fn separated(text: &str) -> Option<String> {
    let between = |at: usize| {
        let digit = |at: Option<usize>| {
            at.and_then(|at| text.as_bytes().get(at))
                .is_some_and(u8::is_ascii_digit)
        };
        digit(at.checked_sub(1)) && digit(at.checked_add(1))
    };
    text.match_indices('_')
        .all(|(at, _)| between(at))
        .then(|| text.replace('_', ""))
}

/// One of the four layouts go-yaml takes for a timestamp.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    date_and_rest(text).is_some_and(|rest| match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => clock(&rest[1..]).is_some_and(zone),
        Some(b' ') => clock(rest.trim_start_matches(' ')).is_some_and(str::is_empty),
        _ => false,
    })
}

/// One or two digits within bounds, and what follows them.
fn small(text: &str, low: u32, high: u32) -> Option<&str> {
    let len = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let value: u32 = text.get(..len)?.parse().ok()?;
    (low..=high).contains(&value).then(|| &text[len..])
}

fn date_and_rest(text: &str) -> Option<&str> {
    let year: i64 = text[..4].parse().ok()?;
    let month_text = &text[5..];
    let rest = small(month_text, 1, 12)?;
    let month: u32 = month_text[..month_text.len() - rest.len()].parse().ok()?;
    let day_text = rest.strip_prefix('-')?;
    let rest = small(day_text, 1, 31)?;
    let day: u32 = day_text[..day_text.len() - rest.len()].parse().ok()?;
    // A day that the month does not have would come back as another one.
    let civil = crate::time::Civil {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        weekday: 0,
    };
    let back = crate::time::civil_from_unix(crate::time::unix_from_civil(civil));
    (back.month == month && back.day == day).then_some(rest)
}

fn clock(text: &str) -> Option<&str> {
    let rest = small(text, 0, 23)?.strip_prefix(':')?;
    let rest = small(rest, 0, 59)?.strip_prefix(':')?;
    let rest = small(rest, 0, 59)?;
    Some(match rest.strip_prefix(['.', ',']) {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            fraction.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => rest,
    })
}

fn zone(text: &str) -> bool {
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// Whether text looks like a base-60 number, which other parsers would misread: it is quoted when written.
pub(super) fn is_base60(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = digits.split(':');
    let head = parts.next().unwrap_or_default();
    if !head.starts_with(|c: char| c.is_ascii_digit())
        || !head.bytes().all(|b| b.is_ascii_digit() || b == b'_')
    {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let sixty = |part: &str| match part.as_bytes() {
        [d] => d.is_ascii_digit(),
        [b'0'..=b'5', d] => d.is_ascii_digit(),
        _ => false,
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    middle.iter().all(|part| sixty(part))
        && sixty(last)
        && fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}
