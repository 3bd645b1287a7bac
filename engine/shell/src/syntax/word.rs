//! Words: quotes, substitutions, and what a `$` begins.

use std::rc::Rc;

use super::ast::{Assign, AssignValue, Part, Word};
use super::error::{SyntaxError, SyntaxErrorKind};
use super::lexer::{Parser, Token};

/// Collects parts, joining neighbouring text.
#[derive(Default)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    fn literal(&mut self, c: char) {
        match self.0.last_mut() {
            Some(Part::Literal(text)) => text.push(c),
            _ => self.0.push(Part::Literal(c.to_string())),
        }
    }

    fn quoted(&mut self, c: char) {
        match self.0.last_mut() {
            Some(Part::Quoted(text)) => text.push(c),
            _ => self.0.push(Part::Quoted(c.to_string())),
        }
    }

    fn push(&mut self, part: Part) {
        self.0.push(part);
    }
}

fn is_meta(byte: u8) -> bool {
    b" \t\n;&|<>()".contains(&byte)
}

pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The variable of `name=`, `name+=` or `name[…]=` at the start of a word's text: name, subscript, append, length.
pub(super) fn assignment_prefix(text: &str) -> Option<(&str, Option<&str>, bool, usize)> {
    let name_len = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    let name = &text[..name_len];
    if !is_name(name) {
        return None;
    }
    let mut rest = &text[name_len..];
    let mut index = None;
    if let Some(inner) = rest.strip_prefix('[') {
        let end = inner.find(']')?;
        index = Some(&inner[..end]);
        rest = &inner[end + 1..];
    }
    let append = rest.starts_with("+=");
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    rest.starts_with('=')
        .then(|| (name, index, append, text.len() - rest.len() + 1))
}

impl Parser<'_> {
    /// Reads a word; the position is at its first character.
    pub(super) fn read_word(&mut self, assignable: bool) -> Result<Word, SyntaxError> {
        self.enter()?;
        let word = self.read_word_until(assignable, &|byte| is_meta(byte));
        self.leave();
        word
    }

    pub(super) fn read_word_until(
        &mut self,
        assignable: bool,
        ends: &dyn Fn(u8) -> bool,
    ) -> Result<Word, SyntaxError> {
        let start = self.pos;
        let mut parts = Parts::default();
        while let Some(byte) = self.byte() {
            match byte {
                b'(' if assignable => {
                    let text = &self.src[start..self.pos];
                    match assignment_prefix(text) {
                        Some((_, _, _, len)) if len == text.len() => {
                            let assign = self.read_array(start)?;
                            parts = Parts(vec![Part::Array(Box::new(assign))]);
                        }
                        _ => break,
                    }
                }
                b'<' | b'>' if self.byte_at(1) == Some(b'(') && ends(byte) => {
                    let line = self.line;
                    self.pos += 2;
                    let list = self.read_nested_list(line)?;
                    parts.push(Part::Process(byte == b'>', Rc::new(list)));
                }
                b'@' | b'?' | b'*' | b'+' | b'!'
                    if self.groups && self.byte_at(1) == Some(b'(') =>
                {
                    self.read_group(&mut parts)?;
                }
                b' ' if assignable && self.in_subscript(start) => {
                    self.pos += 1;
                    parts.literal(' ');
                }
                _ if ends(byte) => break,
                b'\\' => {
                    self.pos += 1;
                    match self.next_char() {
                        Some('\n') => {}
                        Some(c) => parts.push(Part::Quoted(c.to_string())),
                        None => parts.quoted('\\'),
                    }
                }
                b'\'' => {
                    let text = self.read_single_quoted()?;
                    parts.push(Part::Quoted(text));
                }
                b'"' => {
                    let inner = self.read_double_quoted()?;
                    parts.push(Part::Double(inner));
                }
                b'$' => self.read_dollar(&mut parts, false)?,
                b'`' => {
                    let part = self.read_backquoted(false)?;
                    parts.push(part);
                }
                _ => {
                    if let Some(c) = self.next_char() {
                        parts.literal(c);
                    }
                }
            }
        }
        Ok(Word {
            parts: parts.0,
            source: self.src[start..self.pos].into(),
        })
    }

    /// `@(a|b)` and its kin; the position is at the first character. What is within is read as words are, but blanks and
    /// operators mean nothing.
    fn read_group(&mut self, parts: &mut Parts) -> Result<(), SyntaxError> {
        let line = self.line;
        self.enter()?;
        for _ in 0..2 {
            if let Some(c) = self.next_char() {
                parts.literal(c);
            }
        }
        let mut open = 0_usize;
        loop {
            let inner = self.read_word_until(false, &|byte| b"()|".contains(&byte))?;
            for part in inner.parts {
                match part {
                    Part::Literal(text) => text.chars().for_each(|c| parts.literal(c)),
                    other => parts.push(other),
                }
            }
            let Some(c) = self.next_char() else {
                return Err(self.unmatched(')', line));
            };
            parts.literal(c);
            match c {
                '(' => open += 1,
                ')' if open == 0 => break,
                ')' => open -= 1,
                _ => {}
            }
        }
        self.leave();
        Ok(())
    }

    /// Whether the word so far is `name[…` of an assignment whose subscript has blanks in it: `m[a b]=c`.
    fn in_subscript(&self, start: usize) -> bool {
        let Some((name, key)) = self.src[start..self.pos].split_once('[') else {
            return false;
        };
        if !is_name(name) || key.contains(']') {
            return false;
        }
        let line = self.src[self.pos..].split('\n').next().unwrap_or_default();
        let Some((rest, value)) = line.split_once(']') else {
            return false;
        };
        let plain = rest
            .bytes()
            .all(|b| b == b' ' || b.is_ascii_alphanumeric() || b"._-/".contains(&b));
        plain && value.trim_start_matches('+').starts_with('=')
    }

    /// `(…)` after `name=`.
    fn read_array(&mut self, start: usize) -> Result<Assign, SyntaxError> {
        let text = self.src[start..self.pos].to_owned();
        let (name, _, append, _) =
            assignment_prefix(&text).ok_or_else(|| self.error(SyntaxErrorKind::EndOfFile))?;
        let line = self.line;
        self.enter()?;
        self.pos += 1;
        let mut elements = Vec::new();
        loop {
            self.forget_peeked();
            if let Some(element) = self.read_keyed_element()? {
                elements.push(element);
                continue;
            }
            let lexeme = self.next()?;
            match lexeme.token {
                Token::Newline => {}
                Token::Op(")") => break,
                Token::Eof => return Err(self.unmatched(')', line)),
                Token::Word(word) => elements.push(split_element(word)),
                _ => return Err(self.unexpected(&lexeme)),
            }
        }
        self.leave();
        Ok(Assign {
            name: name.into(),
            index: None,
            append,
            value: AssignValue::Array(elements),
        })
    }

    /// `[key]=value` of an array; the key may have blanks and quotes in it.
    fn read_keyed_element(&mut self) -> Result<Option<(Option<Word>, Word)>, SyntaxError> {
        while matches!(self.byte(), Some(b' ' | b'\t')) {
            self.pos += 1;
        }
        let (start, line) = (self.pos, self.line);
        if self.byte() != Some(b'[') {
            return Ok(None);
        }
        self.pos += 1;
        let key = self.read_word_until(false, &|byte| byte == b']' || byte == b'\n');
        if key.is_err() || !self.starts_with("]=") {
            (self.pos, self.line) = (start, line);
            return Ok(None);
        }
        self.pos += 2;
        let value = self.read_word_until(false, &is_meta)?;
        Ok(Some((Some(key?), value)))
    }

    fn read_single_quoted(&mut self) -> Result<String, SyntaxError> {
        let line = self.line;
        self.pos += 1;
        let end = self.src[self.pos..]
            .find('\'')
            .ok_or_else(|| self.unmatched('\'', line))?;
        let text = self.src[self.pos..self.pos + end].to_owned();
        self.line += text.bytes().filter(|byte| *byte == b'\n').count() as u32;
        self.pos += end + 1;
        Ok(text)
    }

    pub(super) fn read_double_quoted(&mut self) -> Result<Vec<Part>, SyntaxError> {
        let line = self.line;
        self.enter()?;
        self.pos += 1;
        let mut parts = Parts::default();
        loop {
            match self.byte() {
                None => return Err(self.unmatched('"', line)),
                Some(b'"') => {
                    self.pos += 1;
                    break;
                }
                Some(byte) => self.read_in_double(byte, b"$`\"\\", &mut parts)?,
            }
        }
        self.leave();
        Ok(parts.0)
    }

    /// The body of a here-document: expansions as in double quotes, but `"` is a character like any other.
    pub(super) fn read_heredoc_parts(&mut self) -> Result<Vec<Part>, SyntaxError> {
        let mut parts = Parts::default();
        while let Some(byte) = self.byte() {
            self.read_in_double(byte, b"$`\\", &mut parts)?;
        }
        Ok(parts.0)
    }

    fn read_in_double(
        &mut self,
        byte: u8,
        escapable: &[u8],
        parts: &mut Parts,
    ) -> Result<(), SyntaxError> {
        match byte {
            b'\\' => match self.byte_at(1) {
                Some(b'\n') => {
                    self.pos += 2;
                    self.line += 1;
                }
                Some(next) if escapable.contains(&next) => {
                    self.pos += 2;
                    parts.quoted(char::from(next));
                }
                _ => {
                    self.pos += 1;
                    parts.quoted('\\');
                }
            },
            b'$' => self.read_dollar(parts, true)?,
            b'`' => {
                let part = self.read_backquoted(true)?;
                parts.push(part);
            }
            _ => {
                if let Some(c) = self.next_char() {
                    parts.quoted(c);
                }
            }
        }
        Ok(())
    }

    /// What begins with `$`; the position is at it.
    pub(super) fn read_dollar(
        &mut self,
        parts: &mut Parts,
        in_double: bool,
    ) -> Result<(), SyntaxError> {
        let line = self.line;
        match self.byte_at(1) {
            Some(b'(') if self.byte_at(2) == Some(b'(') => {
                if let Some(part) = self.try_arith_substitution()? {
                    parts.push(part);
                } else {
                    self.pos += 2;
                    let list = self.read_nested_list(line)?;
                    parts.push(Part::Command(Rc::new(list)));
                }
            }
            Some(b'(') => {
                self.pos += 2;
                let list = self.read_nested_list(line)?;
                parts.push(Part::Command(Rc::new(list)));
            }
            Some(b'{') => {
                let part = self.read_braced_param(in_double)?;
                parts.push(part);
            }
            // `$[1+1]`, as it was written long ago.
            Some(b'[') if self.src[self.pos..].contains(']') => {
                let mut depth = 0_usize;
                let rest = &self.src[self.pos + 2..];
                let end = rest.bytes().position(|byte| {
                    depth += usize::from(byte == b'[');
                    let ends = byte == b']' && depth == 0;
                    depth -= usize::from(byte == b']' && depth > 0);
                    ends
                });
                match end {
                    Some(end) => {
                        let text = rest[..end].to_owned();
                        self.line += text.matches('\n').count() as u32;
                        self.pos += 2 + end + 1;
                        let word = self.arith_word(&text)?;
                        parts.push(Part::Arith(word));
                    }
                    None => {
                        self.pos += 1;
                        parts.literal('$');
                    }
                }
            }
            Some(b'\'') if !in_double => {
                self.pos += 1;
                let text = self.read_ansi_quoted()?;
                parts.push(Part::Quoted(text));
            }
            Some(b'"') if !in_double => {
                self.pos += 1;
                let inner = self.read_double_quoted()?;
                parts.push(Part::Double(inner));
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                self.pos += 1;
                let len = self.src[self.pos..]
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                    .count();
                let name = self.src[self.pos..self.pos + len].to_owned();
                self.pos += len;
                parts.push(super::param::plain(&name));
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?-$!".contains(&byte) => {
                self.pos += 2;
                parts.push(super::param::plain(&char::from(byte).to_string()));
            }
            _ => {
                self.pos += 1;
                if in_double {
                    parts.quoted('$');
                } else {
                    parts.literal('$');
                }
            }
        }
        Ok(())
    }

    /// A list up to `)`; the position is behind the opening.
    pub(super) fn read_nested_list(&mut self, line: u32) -> Result<super::ast::List, SyntaxError> {
        self.enter()?;
        self.forget_peeked();
        let list = self.parse_list(&[]);
        let list = match list {
            Err(error) if error.kind == SyntaxErrorKind::EndOfFile => {
                return Err(self.unclosed_substitution(line));
            }
            other => other?,
        };
        let lexeme = self.next()?;
        if lexeme.token != Token::Op(")") {
            return match lexeme.token {
                Token::Eof => Err(self.unclosed_substitution(line)),
                _ => Err(self.unexpected(&lexeme)),
            };
        }
        self.leave();
        Ok(list)
    }

    fn unclosed_substitution(&self, _line: u32) -> SyntaxError {
        let line = self.end_of_file().line;
        self.unmatched(')', line)
    }

    /// `$((…))`, if that is what it is; else the position is unchanged and it is `$( (…) … )`.
    fn try_arith_substitution(&mut self) -> Result<Option<Part>, SyntaxError> {
        let (start, line) = (self.pos, self.line);
        self.pos += 3;
        match self.read_arith_text(line) {
            Ok(Some(word)) => Ok(Some(Part::Arith(word))),
            Ok(None) => {
                self.pos = start;
                self.line = line;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Arithmetic up to `))`; the position is behind the opening. None if the parentheses do not close together.
    pub(super) fn read_arith_text(&mut self, line: u32) -> Result<Option<Word>, SyntaxError> {
        let start = self.pos;
        let mut open = 0_usize;
        loop {
            match self.byte() {
                None => return Err(self.unmatched(')', line)),
                Some(b'(') => open += 1,
                Some(b')') if open > 0 => open -= 1,
                Some(b')') if self.byte_at(1) == Some(b')') => break,
                Some(b')') => return Ok(None),
                Some(b'\\') => {
                    self.pos += 1;
                }
                _ => {}
            }
            self.next_char();
        }
        let text = self.src[start..self.pos].to_owned();
        self.pos += 2;
        self.arith_word(&text).map(Some)
    }

    /// The text of an arithmetic expression as a word to expand.
    pub(super) fn arith_word(&mut self, text: &str) -> Result<Word, SyntaxError> {
        let mut inner = Parser::new(text, self.line, &());
        inner.depth = self.depth;
        inner.groups = self.groups;
        inner.enter()?;
        let mut parts = Parts::default();
        while let Some(byte) = inner.byte() {
            match byte {
                b'"' => inner.pos += 1,
                _ => inner.read_in_double(byte, b"$`\"\\", &mut parts)?,
            }
        }
        Ok(Word {
            parts: vec![Part::Double(parts.0)],
            source: text.into(),
        })
    }

    /// Backquotes: the text within loses one level of backslashes and is a script of its own.
    fn read_backquoted(&mut self, in_double: bool) -> Result<Part, SyntaxError> {
        let line = self.line;
        self.pos += 1;
        let mut text = String::new();
        loop {
            match self.next_char() {
                None => return Err(self.unmatched('`', line)),
                Some('`') => break,
                Some('\\') => match self.byte() {
                    Some(next @ (b'`' | b'\\' | b'$')) => {
                        self.pos += 1;
                        text.push(char::from(next));
                    }
                    Some(b'"') if in_double => {
                        self.pos += 1;
                        text.push('"');
                    }
                    _ => text.push('\\'),
                },
                Some(c) => text.push(c),
            }
        }
        let mut inner = Parser::new(&text, line, &());
        inner.depth = self.depth;
        inner.groups = self.groups;
        inner.enter()?;
        let list = inner.parse_list(&[])?;
        let lexeme = inner.next()?;
        if lexeme.token != Token::Eof {
            return Err(inner.unexpected(&lexeme));
        }
        Ok(Part::Command(Rc::new(list)))
    }

    /// `$'…'`; the position is at the quote.
    fn read_ansi_quoted(&mut self) -> Result<String, SyntaxError> {
        let line = self.line;
        self.pos += 1;
        let mut raw = String::new();
        loop {
            match self.next_char() {
                None => return Err(self.unmatched('\'', line)),
                Some('\'') => break,
                Some('\\') => {
                    raw.push('\\');
                    if let Some(c) = self.next_char() {
                        raw.push(c);
                    }
                }
                Some(c) => raw.push(c),
            }
        }
        Ok(crate::escape::ansi_c(&raw))
    }
}

/// `[k]=v` within an array's parentheses.
fn split_element(word: Word) -> (Option<Word>, Word) {
    let Some(Part::Literal(text)) = word.parts.first() else {
        return (None, word);
    };
    let Some(rest) = text.strip_prefix('[') else {
        return (None, word);
    };
    // The subscript may hold quotes or expansions, so its end is looked for across the parts.
    if let Some(end) = rest.find("]=") {
        let key = literal_word(&rest[..end]);
        let mut parts = vec![Part::Literal(rest[end + 2..].to_owned())];
        parts.extend(word.parts.into_iter().skip(1));
        return (
            Some(key),
            Word {
                parts,
                source: word.source,
            },
        );
    }
    let mut key = vec![Part::Literal(rest.to_owned())];
    let mut parts = word.parts.iter().skip(1);
    while let Some(part) = parts.next() {
        if let Part::Literal(text) = part
            && let Some(value) = text.strip_prefix("]=")
        {
            let mut rest = vec![Part::Literal(value.to_owned())];
            rest.extend(parts.cloned());
            let key = Word {
                parts: key,
                source: word.source.clone(),
            };
            return (
                Some(key),
                Word {
                    parts: rest,
                    source: word.source,
                },
            );
        }
        key.push(part.clone());
    }
    (None, word)
}

pub(crate) fn literal_word(text: &str) -> Word {
    Word {
        parts: vec![Part::Literal(text.to_owned())],
        source: text.into(),
    }
}

impl Parser<'_> {
    /// The whole text as the body of a here-document: only `$`, backquotes and backslashes mean something.
    pub fn heredoc_word(&mut self) -> Result<Word, SyntaxError> {
        Ok(Word {
            parts: self.read_heredoc_parts()?,
            source: self.src.as_str().into(),
        })
    }
}
