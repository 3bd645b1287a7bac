//! Go's way to write strings and floats, which shows in nearly every error text.

use std::fmt::Write as _;

use crate::{Str, Value};

/// `%q`: the string in double quotes with Go's escapes.
pub fn quote(text: &str) -> Str {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c if is_print(c) => out.push(c),
            c if (c as u32) < 0x80 => drop(write!(out, "\\x{:02x}", c as u32)),
            c if (c as u32) < 0x1_0000 => drop(write!(out, "\\u{:04x}", c as u32)),
            c => drop(write!(out, "\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
    out.into()
}

/// Roughly `strconv.IsPrint`: no control characters, no blanks but the ordinary one, no invisible marks.
fn is_print(c: char) -> bool {
    let code = c as u32;
    match code {
        0x20..0x7f => true,
        0..0xa1 | 0xad => false,
        0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000 | 0xfeff | 0xfff0..=0xfffb => {
            false
        }
        0xe000..=0xf8ff | 0xf_0000.. => false,
        _ => !c.is_control() && !c.is_whitespace(),
    }
}

/// A float as Go's JSON encoder writes it: shortest form, exponent only below 1e-6 and from 1e21.
pub fn float(value: f64) -> Str {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        // Go writes a sign and, for small exponents, no leading zero: 1e+21, 1e-7.
        return match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                ecow::eco_format!("{mantissa}e+{exponent}")
            }
            _ => text.into(),
        };
    }
    ecow::eco_format!("{value}")
}

/// A float as `%g` in its shortest form: with an exponent below 1e-4 and from 1e6 on.
pub fn shortest(value: f64) -> Str {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        }
        .into();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value == 0.0 || (-4..6).contains(&exponent) {
        return ecow::eco_format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    ecow::eco_format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// A value as Go's `%v` prints it: `map[a:1 b:[x y]]`.
pub fn display(value: &Value) -> Str {
    match value {
        Value::Null => "<nil>".into(),
        Value::Bool(value) => if *value { "true" } else { "false" }.into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(value), _) => ecow::eco_format!("{value}"),
            (_, value) => shortest_wide(value.unwrap_or_default()),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => display_list(items),
        Value::Object(map) => display_map(map),
    }
}

/// A list as Go's `%v` prints it.
pub fn display_list(items: &[Value]) -> Str {
    let items: Vec<Str> = items.iter().map(display).collect();
    ecow::eco_format!("[{}]", items.join(" "))
}

/// A map as Go's `%v` prints it, in key order.
pub fn display_map(map: &serde_json::Map<String, Value>) -> Str {
    let entries: Vec<Str> = map
        .iter()
        .map(|(key, value)| ecow::eco_format!("{key}:{}", display(value)))
        .collect();
    ecow::eco_format!("map[{}]", entries.join(" "))
}

/// `%v` of a float has its exponent from 1e21 on only.
fn shortest_wide(value: f64) -> Str {
    if (1e-4..1e21).contains(&value.abs()) {
        ecow::eco_format!("{value}")
    } else {
        shortest(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go() {
        assert_eq!(quote("a\"b\n\u{1}é\u{200b}"), r#""a\"b\n\x01é\u200b""#);
    }

    #[test]
    fn floats_as_go() {
        for (value, text) in [
            (1.0, "1"),
            (0.5, "0.5"),
            (1e21, "1e+21"),
            (1e-7, "1e-7"),
            (-2.5, "-2.5"),
            (0.0, "0"),
        ] {
            assert_eq!(float(value), text);
        }
    }
}
