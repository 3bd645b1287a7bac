//! Reading JSON text with the error texts of Go's scanner, and with an eye for repeated fields.

use std::fmt;

use ecow::eco_format;

use crate::gotext::quote;
use crate::{Str, Value};

/// How deep values may nest.
const MAX_DEPTH: usize = 500;

/// Where and why text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Go's text, such as `invalid character '}' looking for beginning of value`.
    pub message: Str,
    /// How many bytes were read, the offending one included.
    pub offset: usize,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// A value and the fields that were there more than once.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The value; of repeated fields the last one counts.
    pub value: Value,
    /// `duplicate field "metadata.name"` for each.
    pub duplicates: Vec<Str>,
}

/// Reads a text that is one value.
///
/// # Errors
/// Go's text.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    parse_strict(text).map(|parsed| parsed.value)
}

/// Reads a text that is one value, and lists repeated fields.
///
/// # Errors
/// Go's text.
pub fn parse_strict(text: &str) -> Result<Parsed, SyntaxError> {
    let mut parser = Parser::new(text);
    let value = parser.value(0)?;
    parser.blanks();
    match parser.peek() {
        None => Ok(Parsed {
            value,
            duplicates: parser.duplicates,
        }),
        Some(_) => Err(parser.invalid("after top-level value")),
    }
}

/// Reads a value at the start of a text, and says how many bytes it took.
///
/// # Errors
/// Go's text.
pub fn parse_prefix(text: &str) -> Result<(Value, usize), SyntaxError> {
    let mut parser = Parser::new(text);
    let value = parser.value(0).map_err(|mut error| {
        if error.message == END {
            // A decoder of streams has another word for it.
            error.message = "unexpected EOF".into();
        }
        error
    })?;
    Ok((value, parser.at))
}

const END: &str = "unexpected end of JSON input";

struct Parser<'a> {
    text: &'a str,
    at: usize,
    path: Vec<Str>,
    duplicates: Vec<Str>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            path: Vec::new(),
            duplicates: Vec::new(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    /// The error of the byte that comes next.
    fn invalid(&self, context: &str) -> SyntaxError {
        let Some(byte) = self.peek() else {
            return SyntaxError {
                message: END.into(),
                offset: self.at,
            };
        };
        let shown: Str = match byte {
            b'\'' => r"'\''".into(),
            b'"' => "'\"'".into(),
            byte => {
                // Go takes the byte for a character of its own.
                let quoted = quote((byte as char).encode_utf8(&mut [0; 4]));
                eco_format!("'{}'", &quoted[1..quoted.len() - 1])
            }
        };
        SyntaxError {
            message: eco_format!("invalid character {shown} {context}"),
            offset: self.at + 1,
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(SyntaxError {
                message: "exceeded max depth".into(),
                offset: self.at,
            });
        }
        self.blanks();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(self.invalid("looking for beginning of value")),
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, SyntaxError> {
        self.at += 1;
        for (i, letter) in word.char_indices().skip(1) {
            if self.peek() != word.as_bytes().get(i).copied() {
                return Err(self.invalid(&eco_format!("in literal {word} (expecting '{letter}')")));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.at += 1;
        let mut map = serde_json::Map::new();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(map));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(self.invalid("looking for beginning of object key string"));
            }
            let key = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.invalid("after object key"));
            }
            self.at += 1;
            self.path.push(key.as_str().into());
            let value = self.value(depth + 1)?;
            if map.insert(key, value).is_some() {
                self.duplicate();
            }
            self.path.pop();
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(map));
                }
                _ => return Err(self.invalid("after object key:value pair")),
            }
        }
    }

    fn duplicate(&mut self) {
        // Indices are glued to the field before them.
        let mut path = String::new();
        for step in &self.path {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        let text = eco_format!("duplicate field {}", quote(&path));
        if self.duplicates.len() < 100 && !self.duplicates.contains(&text) {
            self.duplicates.push(text);
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.path.push(eco_format!("[{}]", items.len()));
            items.push(self.value(depth + 1)?);
            self.path.pop();
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                _ => return Err(self.invalid("after array element")),
            }
        }
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain = rest
                .iter()
                .take_while(|b| !matches!(b, b'"' | b'\\' | 0..0x20))
                .count();
            out.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return Err(self.invalid("in string literal")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let c = match self.peek() {
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b @ (b'"' | b'\\' | b'/')) => b as char,
            Some(b'u') => {
                self.at += 1;
                let first = self.hex()?;
                // Two halves of a pair make one character; a lone half makes none.
                if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
                    let back = self.at;
                    self.at += 2;
                    let second = self.hex()?;
                    if (0xdc00..0xe000).contains(&second) {
                        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
                    }
                    self.at = back;
                }
                return Ok(char::from_u32(first).unwrap_or('\u{fffd}'));
            }
            _ => return Err(self.invalid("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    fn hex(&mut self) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| (b as char).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.invalid("in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn digits(&mut self, context: &str) -> Result<(), SyntaxError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.invalid(context));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, SyntaxError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = &self.text[start..self.at];
        if let Ok(number) = text.parse::<i64>() {
            return Ok(number.into());
        }
        // Untyped objects hold what is no `int64` as a float.
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number.into()),
            _ => Err(SyntaxError {
                message: eco_format!(
                    "json: cannot unmarshal number {text} into Go value of type float64"
                ),
                offset: self.at,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads() {
        let parsed =
            parse_strict(r#" {"a": [1, -2.5e1, "x\u00e9\ud83d\ude00"], "a": {"b": 1, "b": 2}} "#)
                .unwrap();
        assert_eq!(parsed.value, json!({"a": {"b": 2}}));
        assert_eq!(
            parsed.duplicates,
            [r#"duplicate field "a.b""#, r#"duplicate field "a""#]
        );
        assert_eq!(
            parse(r#"["x\u00e9\ud83d\ude00"]"#).unwrap(),
            json!(["xé😀"])
        );
    }

    #[test]
    fn refuses_as_go() {
        for (text, message) in [
            ("", "unexpected end of JSON input"),
            (
                "{\"a\":}",
                "invalid character '}' looking for beginning of value",
            ),
            (
                "{a:1}",
                "invalid character 'a' looking for beginning of object key string",
            ),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\":1 \"b\"}",
                "invalid character '\"' after object key:value pair",
            ),
            ("[1 2]", "invalid character '2' after array element"),
            (
                "nul1",
                "invalid character '1' in literal null (expecting 'l')",
            ),
            ("1 2", "invalid character '2' after top-level value"),
            ("\"a\n\"", "invalid character '\\n' in string literal"),
            (
                "1.x",
                "invalid character 'x' after decimal point in numeric literal",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().message, message, "{text}");
        }
    }
}
