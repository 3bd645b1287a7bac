//! ASN.1 in its distinguished encoding (X.690).

/// Tags of types.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 1;
    pub(crate) const INTEGER: u8 = 2;
    pub(crate) const BITS: u8 = 3;
    pub(crate) const OCTETS: u8 = 4;
    pub(crate) const NULL: u8 = 5;
    pub(crate) const ID: u8 = 6;
    pub(crate) const UTF8: u8 = 12;
    pub(crate) const PRINTABLE: u8 = 19;
    pub(crate) const SHORT_TIME: u8 = 23;
    pub(crate) const LONG_TIME: u8 = 24;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// Which type.
    pub tag: u8,
    /// What is in it.
    pub content: &'a [u8],
    /// All of it, with tag and length.
    pub whole: &'a [u8],
}

/// The first value of some bytes, and what comes after it.
pub fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count > 4 {
            return None;
        }
        let (digits, rest) = rest.split_at_checked(count)?;
        let fold = |sum: usize, digit: &u8| sum << 8 | usize::from(*digit);
        (digits.iter().fold(0, fold), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    let whole = &bytes[..bytes.len() - rest.len()];
    let element = Element {
        tag,
        content,
        whole,
    };
    Some((element, rest))
}

/// All values, up to what is none.
pub fn elements(mut bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        let (next, rest) = element(bytes)?;
        bytes = rest;
        Some(next)
    })
}

/// Writes a value.
pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let bytes: Vec<u8> = bytes.into_iter().skip_while(|b| *b == 0).collect();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(8));
            out.extend(bytes);
        }
    }
    out.extend(content);
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(tag::SEQUENCE, &parts.concat())
}

/// A number that is not negative, from its bytes.
pub(crate) fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = &bytes[zeros.min(bytes.len().saturating_sub(1))..];
    if bytes.first().is_some_and(|first| *first >= 0x80) {
        return value(tag::INTEGER, &[&[0], bytes].concat());
    }
    value(tag::INTEGER, bytes)
}

/// Whole bytes as a string of bits.
pub(crate) fn bits(content: &[u8]) -> Vec<u8> {
    value(tag::BITS, &[&[0], content].concat())
}

/// `YYMMDDhhmmssZ`, or `YYYYMMDDhhmmssZ` from 2050 on.
pub(crate) fn time(seconds: i64) -> Vec<u8> {
    let at = apimachinery::time::civil_from_unix(seconds);
    let rest = format!(
        "{:02}{:02}{:02}{:02}{:02}Z",
        at.month, at.day, at.hour, at.minute, at.second
    );
    if (1950..2050).contains(&at.year) {
        let text = format!("{:02}{rest}", at.year % 100);
        return value(tag::SHORT_TIME, text.as_bytes());
    }
    value(tag::LONG_TIME, format!("{:04}{rest}", at.year).as_bytes())
}

/// A time in seconds since the epoch.
pub(crate) fn read_time(from: Element<'_>) -> Option<i64> {
    let text = std::str::from_utf8(from.content).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match (from.tag, text.len()) {
        (tag::SHORT_TIME, 12) => (if text < "50" { 2000 } else { 1900 }, 2),
        (tag::LONG_TIME, 14) => (0, 4),
        _ => return None,
    };
    let part = |at: usize| text[at..at + 2].parse::<u32>().ok();
    let civil = apimachinery::time::Civil {
        year: year + text[..rest].parse::<i64>().ok()?,
        month: part(rest)?,
        day: part(rest + 2)?,
        hour: part(rest + 4)?,
        minute: part(rest + 6)?,
        second: part(rest + 8)?,
        weekday: 0,
    };
    let seconds = apimachinery::time::unix_from_civil(civil);
    // A 31st of February would come out as another day.
    let back = apimachinery::time::civil_from_unix(seconds);
    (back.month == civil.month && back.day == civil.day && back.hour == civil.hour)
        .then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back() {
        let check = |seconds: i64, text: &str| {
            let der = time(seconds);
            assert_eq!(std::str::from_utf8(&der[2..]), Ok(text));
            let (element, _) = element(&der).unwrap();
            assert_eq!(read_time(element), Some(seconds));
        };
        check(0, "700101000000Z");
        check(951_782_399, "000228235959Z");
        check(1_795_366_800, "261122170000Z");
        check(2_524_608_000, "20500101000000Z");
        for wrong in [
            "260231000000Z",
            "261300000000Z",
            "26112217000Z",
            "é61122170000Z",
        ] {
            let der = value(tag::SHORT_TIME, wrong.as_bytes());
            assert_eq!(read_time(element(&der).unwrap().0), None, "{wrong}");
        }
    }

    #[test]
    fn lengths() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let der = value(4, &content);
            let (element, rest) = element(&der).unwrap();
            assert_eq!((element.content, rest.len()), (&content[..], 0));
            assert_eq!(element.whole, der);
        }
        assert!(element(&[0x30, 5, 1]).is_none());
        assert!(element(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).is_none());
        assert!(element(&[]).is_none());
    }
}
