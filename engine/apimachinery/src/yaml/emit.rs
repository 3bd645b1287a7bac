//! Writing YAML as go-yaml does: block style, sequences not indented, keys in natural order, lines folded at eighty.

use super::quoting::{self, Style, is_break, is_printable};
use super::resolve::{self, Scalar};
use crate::{Value, sort};

const WIDTH: usize = 80;
const INDENT: usize = 2;

/// The value as YAML, ending in a newline: what `kubectl -o yaml` prints.
pub fn to_yaml(value: &Value) -> String {
    let mut emitter = Emitter {
        out: String::new(),
        column: 0,
        indent: 0,
        whitespace: true,
        indention: true,
    };
    emitter.node(value, Place::Root);
    if emitter.column > 0 {
        emitter.line_break();
    }
    emitter.out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    Value,
}

struct Emitter {
    out: String,
    column: usize,
    indent: usize,
    /// Whether the last thing written was a blank, so that none is needed.
    whitespace: bool,
    /// Whether only blanks and indicators were written on this line.
    indention: bool,
}

impl Emitter {
    fn put(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// A line break of the text itself.
    fn text_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
    }

    fn indicator(&mut self, text: &str, need_blank: bool, is_indention: bool) {
        if need_blank && !self.whitespace {
            self.put(' ');
        }
        self.out.push_str(text);
        self.column += text.chars().count();
        self.whitespace = false;
        self.indention &= is_indention;
    }

    fn start_line(&mut self) {
        if !self.indention
            || self.column > self.indent
            || (self.column == self.indent && !self.whitespace)
        {
            self.line_break();
        }
        while self.column < self.indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn node(&mut self, value: &Value, place: Place) {
        match value {
            Value::Null => self.plain("null", false),
            Value::Bool(value) => self.plain(if *value { "true" } else { "false" }, false),
            Value::Number(number) => self.plain(&number_text(number), false),
            Value::String(text) => self.string(text, false),
            Value::Array(items) if items.is_empty() => self.indicator("[]", true, false),
            Value::Array(items) => self.sequence(items, place),
            Value::Object(map) if map.is_empty() => self.indicator("{}", true, false),
            Value::Object(map) => self.mapping(map, place),
        }
    }

    fn sequence(&mut self, items: &[Value], place: Place) {
        let outer = self.indent;
        // A sequence that is a map's value starts in the map's own column.
        let indentless = place == Place::Root || (place == Place::Value && !self.indention);
        if !indentless {
            self.indent += INDENT;
        }
        for item in items {
            self.start_line();
            self.indicator("-", true, true);
            self.node(item, Place::Item);
        }
        self.indent = outer;
    }

    fn mapping(&mut self, map: &serde_json::Map<String, Value>, place: Place) {
        let outer = self.indent;
        if place != Place::Root {
            self.indent += INDENT;
        }
        let entries: Vec<_> = map.iter().collect();
        // The order of go-yaml is none among three: `a0b`, `a00`, …
        let order = sort::order(entries.len(), &mut |a, b| {
            natural(entries[a].0, entries[b].0).is_lt()
        });
        for (key, value) in order.into_iter().map(|place| entries[place]) {
            self.start_line();
            if quoting::is_simple_key(key) {
                self.string(key, true);
                self.indicator(":", false, false);
            } else {
                self.indicator("?", true, true);
                self.string(key, false);
                self.start_line();
                self.indicator(":", true, true);
            }
            self.node(value, Place::Value);
        }
        self.indent = outer;
    }

    fn string(&mut self, text: &str, simple_key: bool) {
        let outer = self.indent;
        // A scalar's further lines are indented deeper than its parent.
        match quoting::style(text, simple_key) {
            Style::Plain => self.scalar_indent(|this| this.plain(text, !simple_key)),
            Style::SingleQuoted => self.scalar_indent(|this| this.single_quoted(text, !simple_key)),
            Style::DoubleQuoted => self.scalar_indent(|this| this.double_quoted(text, !simple_key)),
            Style::Literal => self.scalar_indent(|this| this.literal(text)),
        }
        self.indent = outer;
    }

    fn scalar_indent(&mut self, write: impl FnOnce(&mut Self)) {
        self.indent += INDENT;
        write(self);
    }

    fn plain(&mut self, text: &str, fold: bool) {
        if !self.whitespace {
            self.put(' ');
        }
        self.folded(text, fold, |_, _| false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn single_quoted(&mut self, text: &str, fold: bool) {
        self.indicator("'", true, false);
        let double = |this: &mut Self, c| {
            if c == '\'' {
                this.put('\'');
            }
            false
        };
        self.folded(text, fold, double, true);
        self.indicator("'", false, false);
    }

    /// Writes text, breaking lines at single blanks beyond the width. `before` may write something in front of a mark.
    fn folded(
        &mut self,
        text: &str,
        fold: bool,
        before: fn(&mut Self, char) -> bool,
        keep_edges: bool,
    ) {
        let (mut spaces, mut breaks) = (false, false);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, c)| *c);
            if c == ' ' {
                let edge = keep_edges && (at == 0 || next.is_none());
                if fold && !spaces && self.column > WIDTH && !edge && next != Some(' ') {
                    self.start_line();
                } else {
                    self.put(c);
                }
                spaces = true;
            } else if is_break(c) {
                if !breaks && c == '\n' {
                    self.line_break();
                }
                self.text_break(c);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.start_line();
                }
                before(self, c);
                self.put(c);
                self.indention = false;
                spaces = false;
                breaks = false;
            }
        }
    }

    fn double_quoted(&mut self, text: &str, fold: bool) {
        self.indicator("\"", true, false);
        let mut spaces = false;
        // A byte order mark at the start makes go-yaml take every character for one.
        let escape_all = text.starts_with('\u{feff}');
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, c)| *c);
            if escape_all || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                spaces = false;
            } else if c == ' ' {
                if fold && !spaces && self.column > WIDTH && at > 0 && next.is_some() {
                    self.start_line();
                    if next == Some(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                spaces = true;
            } else {
                self.put(c);
                spaces = false;
            }
        }
        self.indicator("\"", false, false);
    }

    fn escape(&mut self, c: char) {
        let code = c as u32;
        let text = match c {
            '\0' => "\\0".into(),
            '\x07' => "\\a".into(),
            '\x08' => "\\b".into(),
            '\t' => "\\t".into(),
            '\n' => "\\n".into(),
            '\x0b' => "\\v".into(),
            '\x0c' => "\\f".into(),
            '\r' => "\\r".into(),
            '\x1b' => "\\e".into(),
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '\u{85}' => "\\N".into(),
            '\u{a0}' => "\\_".into(),
            '\u{2028}' => "\\L".into(),
            '\u{2029}' => "\\P".into(),
            _ if code <= 0xff => format!("\\x{code:02X}"),
            _ if code <= 0xffff => format!("\\u{code:04X}"),
            _ => format!("\\U{code:08X}"),
        };
        for c in text.chars() {
            self.put(c);
        }
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false);
        if text.starts_with(|c: char| c == ' ' || is_break(c)) {
            self.indicator("2", false, false);
        }
        let trailing = text.chars().rev().take_while(|c| is_break(*c)).count();
        let keep = trailing > 1 || trailing == text.chars().count();
        match trailing {
            0 => self.indicator("-", false, false),
            _ if keep => self.indicator("+", false, false),
            _ => {}
        }
        self.line_break();
        self.indention = true;
        self.whitespace = true;
        let mut breaks = true;
        for c in text.chars() {
            if is_break(c) {
                self.text_break(c);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.start_line();
                }
                self.put(c);
                self.indention = false;
                breaks = false;
            }
        }
    }
}

/// Integers in full, floats as Go's shortest `%g`: with an exponent from 1e6 on. Which it is shows in the JSON text.
fn number_text(number: &serde_json::Number) -> String {
    let text = match (number.as_i64(), number.as_f64()) {
        (Some(value), _) => return value.to_string(),
        (_, value) => crate::gotext::float(value.unwrap_or_default()),
    };
    match resolve::plain(&text) {
        Scalar::Float(value) => crate::gotext::shortest(value).into(),
        _ => text.into(),
    }
}

/// go-yaml's order of keys: numbers inside them count as numbers, letters come after everything else.
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let number = |text: &[char], from: usize, start: i64| {
        let digits = text[from..].iter().take_while(|c| c.is_ascii_digit());
        digits.fold((start, from), |(n, at), c| {
            let digit = i64::from(*c as u32 - '0' as u32);
            (n.saturating_mul(10).saturating_add(digit), at + 1)
        })
    };
    let Some(i) = (0..a.len().min(b.len())).find(|i| a[*i] != b[*i]) else {
        return a.len().cmp(&b.len());
    };
    match (a[i].is_alphabetic(), b[i].is_alphabetic()) {
        (true, true) => return a[i].cmp(&b[i]),
        (true, false) => return std::cmp::Ordering::Greater,
        (false, true) => return std::cmp::Ordering::Less,
        (false, false) => {}
    }
    // Zeros behind other digits are part of a number, not leading.
    let within = a[..i]
        .iter()
        .rev()
        .take_while(|c| c.is_ascii_digit())
        .any(|c| *c != '0');
    let start = i64::from((a[i] == '0' || b[i] == '0') && within);
    let ((a_number, a_end), (b_number, b_end)) = (number(&a, i, start), number(&b, i, start));
    a_number
        .cmp(&b_number)
        .then(a_end.cmp(&b_end))
        .then(a[i].cmp(&b[i]))
}
