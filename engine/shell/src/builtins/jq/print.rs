//! Values as jq prints them.

use jaq_json::Val;

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
pub(super) fn text(value: &Val, style: &Style, raw: bool) -> String {
    if let (Val::TStr(bytes) | Val::BStr(bytes), true) = (value, raw) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut out = String::new();
    print(value, style, 0, &mut out);
    out
}

fn print(value: &Val, style: &Style, level: usize, out: &mut String) {
    match value {
        Val::Null => out.push_str("null"),
        Val::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Val::Num(number) => out.push_str(&number.to_string()),
        Val::TStr(bytes) | Val::BStr(bytes) => {
            quote(&String::from_utf8_lossy(bytes), style.ascii, out)
        }
        Val::Arr(items) => list(out, style, level, '[', ']', items.len(), |at, out| {
            if let Some(item) = items.get(at) {
                print(item, style, level + 1, out);
            }
        }),
        Val::Obj(entries) => {
            let mut entries: Vec<(&Val, &Val)> = entries.iter().collect();
            if style.sorted {
                entries.sort_by(|a, b| a.0.cmp(b.0));
            }
            list(out, style, level, '{', '}', entries.len(), |at, out| {
                if let Some((key, value)) = entries.get(at) {
                    print(key, style, level + 1, out);
                    out.push_str(if style.compact { ":" } else { ": " });
                    print(value, style, level + 1, out);
                }
            });
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
