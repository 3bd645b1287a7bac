//! `${…}`.

use super::ast::{Index, Param, ParamOp, Part, Word};
use super::error::SyntaxError;
use super::lexer::Parser;

/// `$name`.
pub(super) fn plain(name: &str) -> Part {
    Part::Param(Box::new(Param {
        name: name.into(),
        index: None,
        indirect: false,
        op: ParamOp::Plain,
        source: format!("${name}").into(),
    }))
}

impl Parser<'_> {
    /// `${…}`; the position is at the `$`. What means nothing becomes [`Part::Bad`], as bash finds out only when it
    /// gets there.
    pub(super) fn read_braced_param(&mut self, in_double: bool) -> Result<Part, SyntaxError> {
        self.enter()?;
        let (start, line) = (self.pos, self.line);
        self.pos += 2;
        let parsed = self.braced_body(in_double, line)?;
        let closed = self.byte() == Some(b'}');
        let part = match parsed {
            Some(mut param) if closed => {
                self.pos += 1;
                param.source = self.src[start..self.pos].into();
                Part::Param(Box::new(param))
            }
            _ => {
                // Skips to the closing brace, whatever stands there.
                let mut parts = Vec::new();
                while self.byte() != Some(b'}') {
                    if self.byte().is_none() {
                        return Err(self.unmatched('}', line));
                    }
                    parts.push(self.next_char());
                }
                self.pos += 1;
                Part::Bad(self.src[start..self.pos].to_owned())
            }
        };
        self.leave();
        Ok(part)
    }

    fn param_name(&mut self) -> Option<String> {
        let byte = self.byte()?;
        let len = if byte.is_ascii_alphabetic() || byte == b'_' {
            self.src[self.pos..]
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                .count()
        } else if byte.is_ascii_digit() {
            self.src[self.pos..]
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count()
        } else if b"@*#?-$!".contains(&byte) {
            1
        } else {
            return None;
        };
        let name = self.src[self.pos..self.pos + len].to_owned();
        self.pos += len;
        Some(name)
    }

    fn braced_body(&mut self, in_double: bool, line: u32) -> Result<Option<Param>, SyntaxError> {
        let mut length = false;
        let mut indirect = false;
        if self.byte() == Some(b'#')
            && self.byte_at(1).is_some_and(|b| {
                b != b'}' && (b.is_ascii_alphanumeric() || b"_@*?-$!#".contains(&b))
            })
        {
            // `${#-x}` and the like are expansions of `$#`; `${#-}` is the length of `$-`.
            let special = self.byte_at(1).is_some_and(|b| b"?-#$!".contains(&b));
            if !special || self.byte_at(2) == Some(b'}') {
                length = true;
                self.pos += 1;
            }
        } else if self.byte() == Some(b'!')
            && self.byte_at(1).is_some_and(|b| {
                b.is_ascii_alphanumeric()
                    || b == b'_'
                    || (b"#@*".contains(&b) && self.byte_at(2) == Some(b'}'))
            })
        {
            indirect = true;
            self.pos += 1;
        }
        let Some(name) = self.param_name() else {
            return Ok(None);
        };
        let index = if self.byte() == Some(b'[') {
            Some(self.param_index(line)?)
        } else {
            None
        };
        let mut param = Param {
            name: name.into(),
            index,
            indirect,
            op: if length {
                ParamOp::Length
            } else {
                ParamOp::Plain
            },
            source: "".into(),
        };
        if self.byte() == Some(b'}') {
            if indirect && matches!(param.index, Some(Index::At | Index::Star)) {
                param.indirect = false;
                param.op = ParamOp::Keys;
            }
            return Ok(Some(param));
        }
        if length {
            return Ok(None);
        }
        if indirect
            && let Some(byte @ (b'*' | b'@')) = self.byte()
            && self.byte_at(1) == Some(b'}')
        {
            self.pos += 1;
            param.indirect = false;
            param.op = ParamOp::Names(byte == b'@');
            return Ok(Some(param));
        }
        match self.param_op(in_double, line)? {
            Some(op) => {
                param.op = op;
                Ok(Some(param))
            }
            None => Ok(None),
        }
    }

    fn param_index(&mut self, line: u32) -> Result<Index, SyntaxError> {
        self.pos += 1;
        for (text, index) in [("@]", Index::At), ("*]", Index::Star)] {
            if self.starts_with(text) {
                self.pos += 2;
                return Ok(index);
            }
        }
        let word = self.read_word_until(false, &|byte| byte == b']')?;
        if self.byte().is_none() {
            return Err(self.unmatched('}', line));
        }
        self.pos += 1;
        Ok(Index::Word(word))
    }

    fn param_op(&mut self, in_double: bool, line: u32) -> Result<Option<ParamOp>, SyntaxError> {
        let Some(byte) = self.byte() else {
            return Err(self.unmatched('}', line));
        };
        let doubled = self.byte_at(1) == Some(byte);
        let op = match byte {
            b':' if self.byte_at(1).is_some_and(|b| b"-=?+".contains(&b)) => {
                let kind = char::from(self.byte_at(1).unwrap_or(b'-'));
                self.pos += 2;
                ParamOp::Alternative(kind, true, self.param_word(in_double, line)?)
            }
            b'-' | b'=' | b'?' | b'+' => {
                self.pos += 1;
                ParamOp::Alternative(char::from(byte), false, self.param_word(in_double, line)?)
            }
            b':' => {
                self.pos += 1;
                let offset = self.arith_until(b":}", line)?;
                let length = if self.byte() == Some(b':') {
                    self.pos += 1;
                    Some(self.arith_until(b"}", line)?)
                } else {
                    None
                };
                ParamOp::Substring(offset, length)
            }
            b'#' | b'%' => {
                self.pos += 1 + usize::from(doubled);
                let pattern = self.pattern_until(b"}", line)?;
                if byte == b'#' {
                    ParamOp::TrimStart(pattern, doubled)
                } else {
                    ParamOp::TrimEnd(pattern, doubled)
                }
            }
            b'/' => {
                self.pos += 1;
                let mode = match self.byte() {
                    Some(mode @ (b'/' | b'#' | b'%')) => {
                        self.pos += 1;
                        char::from(mode)
                    }
                    _ => ' ',
                };
                // `${x////-}`: the pattern may begin with the slash that would end it.
                let slash = mode == '/' && self.byte() == Some(b'/');
                self.pos += usize::from(slash);
                let mut pattern = self.pattern_until(b"/}", line)?;
                if slash {
                    pattern.parts.insert(0, Part::Quoted("/".into()));
                }
                let with = if self.byte() == Some(b'/') {
                    self.pos += 1;
                    self.pattern_until(b"}", line)?
                } else {
                    Word::default()
                };
                ParamOp::Replace(mode, pattern, with)
            }
            b'^' | b',' | b'~' => {
                self.pos += 1 + usize::from(doubled);
                let pattern = self.pattern_until(b"}", line)?;
                ParamOp::Case(char::from(byte), doubled, pattern)
            }
            b'@' => {
                self.pos += 1;
                match self.next_char() {
                    Some(kind) if "QEPAaUuLKk".contains(kind) => ParamOp::Transform(kind),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(op))
    }

    /// The word after `:-` and its kin. Within double quotes, single quotes in it are plain characters.
    fn param_word(&mut self, in_double: bool, line: u32) -> Result<Word, SyntaxError> {
        if !in_double {
            return self.pattern_until(b"}", line);
        }
        let start = self.pos;
        let mut depth = 0_usize;
        // Finds the end first, then reads what is within as double-quoted text.
        while let Some(byte) = self.byte() {
            match byte {
                b'}' if depth == 0 => break,
                b'}' => depth -= 1,
                b'\\' => {
                    self.next_char();
                }
                b'$' if self.byte_at(1) == Some(b'{') => {
                    depth += 1;
                    self.pos += 1;
                }
                b'$' | b'`' | b'"' => {
                    let mut scratch = super::word::Parts::default();
                    match byte {
                        b'"' => drop(self.read_double_quoted()?),
                        b'$' => self.read_dollar(&mut scratch, true)?,
                        _ => {
                            self.next_char();
                        }
                    }
                    continue;
                }
                _ => {}
            }
            self.next_char();
        }
        if self.byte().is_none() {
            return Err(self.unmatched('}', line));
        }
        let text = self.src[start..self.pos].to_owned();
        self.arith_word(&text)
    }

    fn pattern_until(&mut self, ends: &'static [u8], line: u32) -> Result<Word, SyntaxError> {
        let word = self.read_word_until(false, &|byte| ends.contains(&byte))?;
        if self.byte().is_none() {
            return Err(self.unmatched('}', line));
        }
        Ok(word)
    }

    fn arith_until(&mut self, ends: &[u8], line: u32) -> Result<Word, SyntaxError> {
        let start = self.pos;
        let mut open = 0_usize;
        loop {
            match self.byte() {
                None => return Err(self.unmatched('}', line)),
                Some(b'(' | b'{') => open += 1,
                Some(b')' | b'}') if open > 0 => open -= 1,
                Some(byte) if open == 0 && ends.contains(&byte) => break,
                // The `:` of a `? :`.
                Some(b'?') if ends.contains(&b':') => open += 1,
                Some(b':') if open > 0 => open -= 1,
                _ => {}
            }
            self.next_char();
        }
        let text = self.src[start..self.pos].to_owned();
        self.arith_word(&text)
    }
}
