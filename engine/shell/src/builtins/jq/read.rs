//! JSON texts, one behind the other, with jq's messages for what is none.

use std::rc::Rc;

use super::fuel::MAX_DEPTH;
use super::value::{Obj, V};

/// Reads values from the front of a text.
pub(super) struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, String>;

/// A number as JSON writes it, and what JavaScript's relatives add.
pub(super) fn number(text: &str) -> Option<V> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(V::Int(number));
    }
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if !plain {
        return matches!(text, "nan" | "NaN").then_some(V::Float(f64::NAN));
    }
    let number: f64 = text.parse().ok()?;
    Some(V::Float(number.clamp(f64::MIN, f64::MAX)))
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        let bom = text.starts_with(b"\xef\xbb\xbf");
        Reader {
            text,
            at: if bom { 3 } else { 0 },
        }
    }

    /// The line that the last value ended in, counted as jq counts: by the ends of lines that were read with it.
    pub(super) fn line(&self) -> usize {
        let ends = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
        let (read, rest) = self.text.split_at(self.at.min(self.text.len()));
        ends(read) + usize::from(rest.contains(&b'\n'))
    }

    /// The next value; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Read<V>> {
        self.space();
        (self.at < self.text.len()).then(|| self.value(1))
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// What is wrong, at the last byte that was looked at.
    fn wrong<T>(&self, what: &str) -> Read<T> {
        let end = self.at >= self.text.len();
        let seen = self.text.get(..=self.at).unwrap_or(self.text);
        let line = seen.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = seen.iter().rev().take_while(|byte| **byte != b'\n').count();
        let eof = if end { " at EOF" } else { "" };
        Err(format!("{what}{eof} at line {line}, column {column}"))
    }

    fn value(&mut self, depth: u32) -> Read<V> {
        match self.peek() {
            None => self.wrong("Unfinished JSON term"),
            Some(b'"') => self.string().map(V::text),
            Some(b'[' | b'{') if depth > MAX_DEPTH => self.wrong("Exceeds depth limit for parsing"),
            Some(b'[') => self.array(depth),
            Some(b'{') => self.object(depth),
            Some(b']' | b'}') => self.wrong("Unmatched ']' or '}'"),
            Some(b',') => self.wrong("Expected value before ','"),
            Some(b':') => self.wrong("':' not as part of an object"),
            Some(_) => self.word(),
        }
    }

    fn word(&mut self) -> Read<V> {
        let start = self.at;
        let ends = |byte: u8| byte.is_ascii_whitespace() || b"[]{},:\"".contains(&byte);
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        let word = std::str::from_utf8(self.text.get(start..self.at).unwrap_or_default());
        match word.unwrap_or_default() {
            "null" => Ok(V::Null),
            "true" => Ok(V::Bool(true)),
            "false" => Ok(V::Bool(false)),
            word => match number(word) {
                Some(value) => Ok(value),
                None if word.starts_with(['n', 't', 'f']) && word.len() <= 5 => {
                    self.wrong("Invalid literal")
                }
                None => self.wrong("Invalid numeric literal"),
            },
        }
    }

    fn array(&mut self, depth: u32) -> Read<V> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(V::array(items));
        }
        loop {
            self.space();
            if self.peek() == Some(b']') {
                return self.wrong("Expected another array element");
            }
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(V::array(items));
                }
                None => return self.wrong("Unfinished JSON term"),
                _ => return self.wrong("Expected separator between values"),
            }
        }
    }

    fn object(&mut self, depth: u32) -> Read<V> {
        let mut object = Obj::default();
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(V::Obj(Rc::new(object)));
        }
        loop {
            self.space();
            match self.peek() {
                Some(b'"') => {}
                None => return self.wrong("Unfinished JSON term"),
                Some(b'}') => return self.wrong("Objects must consist of key:value pairs"),
                Some(_) => return self.wrong("Object keys must be strings"),
            }
            let key = self.string()?;
            self.space();
            match self.peek() {
                Some(b':') => self.at += 1,
                None => return self.wrong("Unfinished JSON term"),
                _ => return self.wrong("Objects must consist of key:value pairs"),
            }
            self.space();
            let value = self.value(depth + 1)?;
            object.insert(Rc::from(key), value);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(V::Obj(Rc::new(object)));
                }
                None => return self.wrong("Unfinished JSON term"),
                _ => return self.wrong("Expected separator between values"),
            }
        }
    }

    fn string(&mut self) -> Read<String> {
        let mut out = Vec::new();
        self.at += 1;
        loop {
            let Some(byte) = self.peek() else {
                return self.wrong("Unfinished string");
            };
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => self.escape(&mut out)?,
                byte => out.push(byte),
            }
        }
        Ok(String::from_utf8(out)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Read<()> {
        let Some(byte) = self.peek() else {
            return self.wrong("Unfinished string");
        };
        self.at += 1;
        out.push(match byte {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'"' | b'\\' | b'/' => byte,
            b'u' => {
                let mut units = vec![self.unit()?];
                let more = self.text.get(self.at..self.at + 2) == Some(br"\u");
                if units
                    .first()
                    .is_some_and(|unit| (0xd800..0xdc00).contains(unit))
                    && more
                {
                    self.at += 2;
                    units.push(self.unit()?);
                }
                out.extend(String::from_utf16_lossy(&units).bytes());
                return Ok(());
            }
            _ => return self.wrong("Invalid escape"),
        });
        Ok(())
    }

    fn unit(&mut self) -> Read<u16> {
        let digits = self.text.get(self.at..self.at + 4);
        let unit = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u16::from_str_radix(digits, 16).ok());
        match unit {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None => self.wrong("Invalid escape"),
        }
    }
}
