//! Values as jq prints them.

use std::rc::Rc;

use super::value::V;

/// How values are printed.
pub(super) struct Style {
    pub(super) compact: bool,
    pub(super) sorted: bool,
    pub(super) ascii: bool,
    pub(super) indent: String,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            compact: false,
            sorted: false,
            ascii: false,
            indent: "  ".into(),
        }
    }
}

/// A value; with `raw`, a string is its text.
pub(super) fn text(value: &V, style: &Style, raw: bool) -> String {
    if let (V::Str(text), true) = (value, raw) {
        return text.as_str().to_owned();
    }
    let mut out = String::new();
    print(value, style, 0, &mut out);
    out
}

/// A value without spaces.
pub(super) fn compact(value: &V) -> String {
    let style = Style {
        compact: true,
        ..Style::default()
    };
    text(value, &style, false)
}

fn print(value: &V, style: &Style, level: usize, out: &mut String) {
    match value {
        V::Null => out.push_str("null"),
        V::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        V::Int(number) => out.push_str(&number.to_string()),
        V::Float(number) => float(*number, out),
        V::Str(text) => quote(text, style.ascii, out),
        V::Arr(array) => list(out, style, level, '[', ']', array.items.len(), |at, out| {
            if let Some(item) = array.items.get(at) {
                print(item, style, level + 1, out);
            }
        }),
        V::Obj(object) => {
            let entries: Vec<(&Rc<str>, &V)> = if style.sorted {
                object.sorted()
            } else {
                object.entries()
            };
            list(out, style, level, '{', '}', entries.len(), |at, out| {
                if let Some((key, value)) = entries.get(at) {
                    quote(key, style.ascii, out);
                    out.push_str(if style.compact { ":" } else { ": " });
                    print(value, style, level + 1, out);
                }
            });
        }
    }
}

/// A number with as few digits as tell it, as C's `%.17g` lays them out.
fn float(number: f64, out: &mut String) {
    if number.is_nan() {
        return out.push_str("null");
    }
    let number = number.clamp(f64::MIN, f64::MAX);
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>().unwrap_or(0) {
        exponent if (-5..17).contains(&exponent) => out.push_str(&number.to_string()),
        exponent => {
            let sign = if exponent < 0 { '-' } else { '+' };
            let size = exponent.unsigned_abs();
            out.push_str(&format!("{digits}e{sign}{size:02}"));
        }
    }
}

fn list(
    out: &mut String,
    style: &Style,
    level: usize,
    open: char,
    close: char,
    count: usize,
    item: impl Fn(usize, &mut String),
) {
    let feed = |out: &mut String, level: usize| {
        if !style.compact {
            out.push('\n');
            out.push_str(&style.indent.repeat(level));
        }
    };
    out.push(open);
    for at in 0..count {
        feed(out, level + 1);
        item(at, out);
        if at + 1 < count {
            out.push(',');
        }
    }
    if count > 0 {
        feed(out, level);
    }
    out.push(close);
}

fn quote(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            c if c < ' ' || c == '\x7f' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if ascii && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
