//! Values of flags: Go's rules for booleans, numbers, durations and comma-separated lists, with Go's errors.
//!
//! Everything here takes text a user typed and gives either a value or the sentence Go's `strconv`, `time` and
//! `encoding/csv` packages would say.

/// Type of a flag's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// Any text; the help shows its default in quotes.
    String,
    /// Any text; the help shows its default bare.
    Plain,
    /// A number of 64 bits.
    Int,
    /// A number of 32 bits.
    Int32,
    /// A Go duration such as `1m30s`.
    Duration,
    /// A list, split at commas.
    Slice,
    /// A list, one element a use.
    Array,
    /// `key=value` pairs, split at commas.
    Map,
    /// The same in the words of Kubernetes' own flag library.
    Pairs,
}

impl Kind {
    /// Whether a second use adds to the first.
    pub fn is_list(self) -> bool {
        matches!(self, Kind::Slice | Kind::Array | Kind::Map | Kind::Pairs)
    }
}

/// Checks and splits what one use of a flag gave.
pub(super) fn parse(kind: Kind, text: &str) -> Result<Vec<String>, String> {
    let one = |text: &str| Ok(vec![text.to_owned()]);
    match kind {
        Kind::String | Kind::Plain | Kind::Array => one(text),
        Kind::Bool => parse_bool(text).and_then(|_| one(text)),
        Kind::Int => parse_int(text, 64).and_then(|_| one(text)),
        Kind::Int32 => parse_int(text, 32).and_then(|_| one(text)),
        Kind::Duration => parse_duration(text).and_then(|_| one(text)),
        Kind::Slice => split_csv(text),
        Kind::Pairs => {
            let parts: Vec<String> = text
                .split(',')
                .filter(|p| !p.is_empty())
                .map(|p| p.trim().to_owned())
                .collect();
            match parts.iter().all(|part| part.contains('=')) {
                true => Ok(parts),
                false => Err("malformed pair, expect string=string".to_owned()),
            }
        }
        Kind::Map => {
            let parts = split_csv(text)?;
            match parts.iter().find(|part| !part.contains('=')) {
                Some(part) => Err(format!("{part} must be formatted as key=value")),
                None => Ok(parts),
            }
        }
    }
}

/// `strconv.ParseBool`.
pub fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(format!(
            "strconv.ParseBool: parsing {}: invalid syntax",
            crate::util::go::quote(text)
        )),
    }
}

/// `strconv.ParseInt(text, 0, bits)`: decimal, or with the prefixes `0x`, `0o`, `0b` and `0`.
pub fn parse_int(text: &str, bits: u32) -> Result<i64, String> {
    let fail = |what: &str| {
        Err(format!(
            "strconv.ParseInt: parsing {}: {what}",
            crate::util::go::quote(text)
        ))
    };
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, number) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    // Underscores may stand between digits.
    let number: String = match number.strip_prefix('_').unwrap_or(number) {
        inner if inner.ends_with('_') || inner.contains("__") => number.to_owned(),
        inner if inner.len() < number.len() && radix == 10 => number.to_owned(),
        inner => inner.replace('_', ""),
    };
    if number.is_empty() || !number.chars().all(|c| c.is_digit(radix)) {
        return fail("invalid syntax");
    }
    let limit = 1i128 << (bits - 1);
    let mut value: i128 = 0;
    for c in number.chars() {
        value = value * i128::from(radix) + i128::from(c.to_digit(radix).unwrap_or(0));
        if value > limit {
            return fail("value out of range");
        }
    }
    let value = if negative { -value } else { value };
    match i64::try_from(value) {
        Ok(n) if value < limit => Ok(n),
        _ => fail("value out of range"),
    }
}

/// `time.ParseDuration`, in microseconds (finer parts are cut off).
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let quoted = crate::util::go::quote(text);
    let invalid = || format!("time: invalid duration {quoted}");
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
    let mut nanos: f64 = 0.0;
    while !rest.is_empty() {
        let number_len = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(number_len);
        let Ok(number) = number.parse::<f64>() else {
            return Err(invalid());
        };
        let unit_len = tail
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_len);
        let scale = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            "" => return Err(format!("time: missing unit in duration {quoted}")),
            _ => {
                return Err(format!(
                    "time: unknown unit {} in duration {quoted}",
                    crate::util::go::quote(unit)
                ));
            }
        };
        nanos += number * scale;
        if nanos > 9.2e18 {
            return Err(invalid());
        }
        rest = tail;
    }
    let micros = (nanos / 1e3) as i64;
    Ok(if negative { -micros } else { micros })
}

/// One record of comma-separated values as Go's `encoding/csv` reads it.
pub fn split_csv(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let line = text.split('\n').next().unwrap_or("");
    if !line.contains('"') {
        return Ok(line.split(',').map(str::to_owned).collect());
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut field = String::new();
            let mut tail = quoted;
            loop {
                let Some(at) = tail.find('"') else {
                    return Err(format!(
                        "parse error on line 1, column {}: extraneous or missing \" in quoted-field",
                        line.len() + 1
                    ));
                };
                field.push_str(&tail[..at]);
                tail = &tail[at + 1..];
                match tail.strip_prefix('"') {
                    Some(more) => {
                        field.push('"');
                        tail = more;
                    }
                    None => break,
                }
            }
            fields.push(field);
            match tail.strip_prefix(',') {
                Some(more) => rest = more,
                None if tail.is_empty() => return Ok(fields),
                None => {
                    let column = line.len() - tail.len();
                    return Err(format!(
                        "parse error on line 1, column {column}: extraneous or missing \" in quoted-field"
                    ));
                }
            }
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            if let Some(at) = rest[..end].find('"') {
                let column = line.len() - rest.len() + at + 1;
                return Err(format!(
                    "parse error on line 1, column {column}: bare \" in non-quoted-field"
                ));
            }
            fields.push(rest[..end].to_owned());
            if end == rest.len() {
                return Ok(fields);
            }
            rest = &rest[end + 1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_strconv() {
        assert_eq!(parse_int("0x10", 64), Ok(16));
        assert_eq!(parse_int("-1", 32), Ok(-1));
        assert_eq!(parse_int("010", 64), Ok(8));
        assert_eq!(parse_int("0", 64), Ok(0));
        assert_eq!(
            parse_int("abc", 64).unwrap_err(),
            "strconv.ParseInt: parsing \"abc\": invalid syntax"
        );
        assert_eq!(
            parse_int("99999999999", 32).unwrap_err(),
            "strconv.ParseInt: parsing \"99999999999\": value out of range"
        );
    }

    #[test]
    fn durations_follow_time() {
        assert_eq!(parse_duration("1m30s"), Ok(90_000_000));
        assert_eq!(parse_duration("-1s"), Ok(-1_000_000));
        assert_eq!(parse_duration("1.5s"), Ok(1_500_000));
        assert_eq!(
            parse_duration("5").unwrap_err(),
            "time: missing unit in duration \"5\""
        );
        assert_eq!(
            parse_duration("5y").unwrap_err(),
            "time: unknown unit \"y\" in duration \"5y\""
        );
        assert_eq!(
            parse_duration("x").unwrap_err(),
            "time: invalid duration \"x\""
        );
    }

    #[test]
    fn lists_follow_csv() {
        assert_eq!(split_csv("a,b").unwrap(), ["a", "b"]);
        assert_eq!(split_csv("\"a,b\",c").unwrap(), ["a,b", "c"]);
        assert!(
            split_csv("a\"b")
                .unwrap_err()
                .starts_with("parse error on line 1, column 2: bare")
        );
    }
}
