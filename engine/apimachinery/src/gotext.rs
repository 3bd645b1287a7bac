//! Go's way to write strings and floats, which shows in nearly every error text.

use std::fmt::Write as _;

use crate::Str;

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
