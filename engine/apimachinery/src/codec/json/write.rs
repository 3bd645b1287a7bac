//! Writing JSON text as Go does.

use crate::Value;

/// Writes JSON text piece by piece, compactly or indented.
pub struct Writer {
    out: String,
    indent: Option<usize>,
    depth: usize,
    /// Whether something was already written at this level.
    filled: bool,
}

impl Writer {
    /// No blanks at all.
    pub fn compact() -> Self {
        Self {
            out: String::new(),
            indent: None,
            depth: 0,
            filled: false,
        }
    }

    /// One entry a line, indented.
    pub fn pretty(indent: usize) -> Self {
        Self {
            indent: Some(indent),
            ..Self::compact()
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// Opens an object or array.
    pub fn begin(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
        self.filled = false;
    }

    /// Closes it.
    pub fn end(&mut self, bracket: char) {
        self.depth -= 1;
        if self.filled {
            self.line();
        }
        self.out.push(bracket);
        self.filled = true;
    }

    fn line(&mut self) {
        if let Some(indent) = self.indent {
            self.out.push('\n');
            self.out
                .extend(std::iter::repeat_n(' ', indent * self.depth));
        }
    }

    /// Starts an array element.
    pub fn element(&mut self) {
        if self.filled {
            self.out.push(',');
        }
        self.filled = true;
        self.line();
    }

    /// Starts an object entry.
    pub fn key(&mut self, key: &str) {
        self.element();
        self.string(key);
        self.out
            .push_str(if self.indent.is_some() { ": " } else { ":" });
    }

    /// Writes a token as it is.
    pub fn raw(&mut self, token: &str) {
        self.out.push_str(token);
    }

    /// Writes a string, escaped as Go does: HTML's special characters too.
    pub fn string(&mut self, text: &str) {
        self.out.push('"');
        // What needs no escape is copied as it is, most texts at once.
        let plain =
            |b: &u8| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\' | b'<' | b'>' | b'&');
        let run = text.bytes().take_while(plain).count();
        let (start, rest) = text.split_at(run);
        self.out.push_str(start);
        for c in rest.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\x08' => self.out.push_str("\\b"),
                '\x0c' => self.out.push_str("\\f"),
                '<' | '>' | '&' | '\0'..'\x20' | '\u{2028}' | '\u{2029}' => {
                    use std::fmt::Write as _;
                    let _ = write!(self.out, "\\u{:04x}", c as u32);
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// Writes a value.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.raw("null"),
            Value::Bool(value) => self.raw(if *value { "true" } else { "false" }),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), _, _) => self.raw(&number.to_string()),
                (_, Some(number), _) => self.raw(&number.to_string()),
                (_, _, number) => self.raw(&crate::gotext::float(number.unwrap_or_default())),
            },
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                self.begin('[');
                for item in items {
                    self.element();
                    self.value(item);
                }
                self.end(']');
            }
            Value::Object(map) => {
                self.begin('{');
                for (key, value) in map {
                    self.key(key);
                    self.value(value);
                }
                self.end('}');
            }
        }
    }
}

/// Compact text, as Go's `json.Marshal`.
pub fn compact(value: &Value) -> String {
    let mut writer = Writer::compact();
    writer.value(value);
    writer.finish()
}

/// Text indented by four spaces, as `kubectl -o json` (without the newline at the end).
pub fn pretty(value: &Value) -> String {
    let mut writer = Writer::pretty(4);
    writer.value(value);
    writer.finish()
}

/// Text indented by two spaces, as the API server gives it to who reads it ([`is_read_by_people`]).
pub fn indented(value: &Value) -> String {
    let mut writer = Writer::pretty(2);
    writer.value(value);
    writer.finish()
}

/// Whether the API server indents its answer: when the query says `pretty`, else for clients that people use to look
/// (`isPrettyPrint` in `k8s.io/apiserver/pkg/endpoints/handlers/negotiation`).
pub fn is_read_by_people(query: &[(String, String)], user_agent: &str) -> bool {
    match query.iter().find(|(name, _)| name == "pretty") {
        // What is no boolean counts as yes.
        Some((_, value)) => !matches!(
            value.as_str(),
            "0" | "f" | "F" | "false" | "False" | "FALSE"
        ),
        None => ["curl", "Wget", "Mozilla/5.0"]
            .iter()
            .any(|client| user_agent.starts_with(client)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_as_go() {
        let value = serde_json::json!({"b": [1, 2.5, {}], "a": "<x>\u{8}\n", "c": [], "d": 1.0});
        assert_eq!(
            compact(&value),
            r#"{"a":"\u003cx\u003e\b\n","b":[1,2.5,{}],"c":[],"d":1}"#
        );
        assert_eq!(
            pretty(&serde_json::json!({"a": {"b": [1]}, "c": {}})),
            "{\n    \"a\": {\n        \"b\": [\n            1\n        ]\n    },\n    \"c\": {}\n}"
        );
    }
}
