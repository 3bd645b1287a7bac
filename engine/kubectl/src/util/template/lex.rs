//! Cuts a template into text and the words of its actions.

/// A word and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) pos: usize,
    pub(super) kind: Kind,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Open,
    Close,
    Identifier,
    Field,
    Variable,
    Dot,
    Number,
    Char,
    String,
    RawString,
    Space,
    Pipe,
    Declare,
    Assign,
    LeftParen,
    RightParen,
    /// Any other single character.
    Char1,
    Error,
    Eof,
}

/// The words of `text`; the last one is the end or an error.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        pos: 0,
        tokens: Vec::new(),
        parens: 0,
    };
    lexer.run();
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    pos: usize,
    tokens: Vec<Token>,
    parens: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    fn push(&mut self, kind: Kind, len: usize) {
        let text = self.rest()[..len].to_owned();
        self.tokens.push(Token {
            pos: self.pos,
            kind,
            text,
        });
        self.pos += len;
    }

    fn error(&mut self, message: impl Into<String>) {
        self.tokens.push(Token {
            pos: self.pos,
            kind: Kind::Error,
            text: message.into(),
        });
    }

    fn run(&mut self) {
        let mut trim_left = false;
        loop {
            let rest = self.rest();
            let open = rest.find("{{");
            let text = &rest[..open.unwrap_or(rest.len())];
            let skipped = if trim_left {
                text.len() - text.trim_start_matches(is_space).len()
            } else {
                0
            };
            let trim_right = open.is_some_and(|at| {
                let after = &rest.as_bytes()[at + 2..];
                after.first() == Some(&b'-') && after.get(1).is_some_and(|b| is_space(*b as char))
            });
            let kept = &text[skipped..];
            let kept = if trim_right {
                kept.trim_end_matches(is_space)
            } else {
                kept
            };
            if !kept.is_empty() {
                let token = Token {
                    pos: self.pos + skipped,
                    kind: Kind::Text,
                    text: kept.to_owned(),
                };
                self.tokens.push(token);
            }
            self.pos += text.len();
            if open.is_none() {
                self.tokens.push(Token {
                    pos: self.pos,
                    kind: Kind::Eof,
                    text: String::new(),
                });
                return;
            }
            let start = self.pos;
            self.pos += 2 + usize::from(trim_right);
            let inner = self.rest();
            let blank = inner.len() - inner.trim_start_matches(is_space).len();
            let comment_at = if trim_right { blank } else { 0 };
            if inner[comment_at..].starts_with("/*") {
                match self.comment(comment_at) {
                    Some(trim) => trim_left = trim,
                    None => return,
                }
                continue;
            }
            self.tokens.push(Token {
                pos: start,
                kind: Kind::Open,
                text: "{{".to_owned(),
            });
            self.parens = 0;
            match self.action() {
                Some(trim) => trim_left = trim,
                None => return,
            }
        }
    }

    /// Skips a comment; says whether blanks after it go, too.
    fn comment(&mut self, at: usize) -> Option<bool> {
        let rest = self.rest();
        let Some(end) = rest[at..].find("*/") else {
            self.error("unclosed comment");
            return None;
        };
        self.pos += at + end + 2;
        match self.close_len() {
            Some((len, trim)) => {
                self.pos += len;
                Some(trim)
            }
            None => {
                self.error("comment ends before closing delimiter");
                None
            }
        }
    }

    /// Length of the closing delimiter here, and whether it trims.
    fn close_len(&self) -> Option<(usize, bool)> {
        let rest = self.rest();
        if rest.starts_with("}}") {
            return Some((2, false));
        }
        let trimmed = rest.strip_prefix(is_space)?;
        trimmed
            .starts_with("-}}")
            .then_some((rest.len() - trimmed.len() + 3, true))
    }

    /// The words up to the closing delimiter; says whether blanks after it go, too.
    fn action(&mut self) -> Option<bool> {
        loop {
            if let Some((len, trim)) = self.close_len() {
                if self.parens > 0 {
                    self.error("unclosed left paren");
                    return None;
                }
                self.push(Kind::Close, len);
                return Some(trim);
            }
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                self.error("unclosed action");
                return None;
            };
            let next = rest[c.len_utf8()..].chars().next();
            match c {
                c if is_space(c) => {
                    let mut len = rest.len() - rest.trim_start_matches(is_space).len();
                    // The blank before a trimming delimiter belongs to it.
                    if len > 1 && rest[len..].starts_with("-}}") {
                        len -= 1;
                    }
                    self.push(Kind::Space, len);
                }
                ':' if next == Some('=') => self.push(Kind::Declare, 2),
                ':' => {
                    self.error("expected :=");
                    return None;
                }
                '=' => self.push(Kind::Assign, 1),
                '|' => self.push(Kind::Pipe, 1),
                '"' => self.quoted('"', Kind::String, "unterminated quoted string")?,
                '\'' => self.quoted('\'', Kind::Char, "unterminated character constant")?,
                '`' => match rest[1..].find('`') {
                    Some(end) => self.push(Kind::RawString, end + 2),
                    None => {
                        self.error("unterminated raw quoted string");
                        return None;
                    }
                },
                '$' => self.word(Kind::Variable, 1)?,
                '.' if !next.is_some_and(|n| n.is_ascii_digit()) => {
                    if next.is_some_and(is_word) {
                        self.word(Kind::Field, 1)?
                    } else {
                        self.push(Kind::Dot, 1)
                    }
                }
                '.' | '+' | '-' | '0'..='9' => self.number()?,
                '(' => {
                    self.parens += 1;
                    self.push(Kind::LeftParen, 1);
                }
                ')' => {
                    if self.parens == 0 {
                        self.error("unexpected right paren");
                        return None;
                    }
                    self.parens -= 1;
                    self.push(Kind::RightParen, 1);
                }
                c if is_word(c) => self.word(Kind::Identifier, 0)?,
                c if c.is_ascii_graphic() => self.push(Kind::Char1, 1),
                c => {
                    self.error(format!(
                        "unrecognized character in action: U+{:04X} '{c}'",
                        c as u32
                    ));
                    return None;
                }
            }
        }
    }

    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Option<()> {
        let mut escaped = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                '\n' => break,
                c if c == quote && !escaped => {
                    self.push(kind, at + 1);
                    return Some(());
                }
                c => escaped = c == '\\' && !escaped,
            }
        }
        self.error(unterminated);
        None
    }

    fn word(&mut self, kind: Kind, prefix: usize) -> Option<()> {
        let rest = &self.rest()[prefix..];
        let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let after = &rest[len..];
        if !self.ends_here(after) {
            let c = after.chars().next().unwrap_or(' ');
            self.error(format!("bad character U+{:04X} '{c}'", c as u32));
            return None;
        }
        self.push(kind, prefix + len);
        Some(())
    }

    fn ends_here(&self, after: &str) -> bool {
        match after.chars().next() {
            None => true,
            Some('}') => after.starts_with("}}"),
            Some(c) => is_space(c) || matches!(c, '.' | ',' | '|' | ':' | ')' | '(' | '='),
        }
    }

    fn number(&mut self) -> Option<()> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let radix = match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'0'), Some(b'x' | b'X')) => 16,
            (Some(b'0'), Some(b'o' | b'O')) => 8,
            (Some(b'0'), Some(b'b' | b'B')) => 2,
            _ => 10,
        };
        at += if radix == 10 { 0 } else { 2 };
        let run = |mut at: usize, radix: u32| {
            while bytes
                .get(at)
                .is_some_and(|b| *b == b'_' || (*b as char).is_digit(radix))
            {
                at += 1;
            }
            at
        };
        at = run(at, radix);
        if bytes.get(at) == Some(&b'.') {
            at = run(at + 1, radix);
        }
        if radix == 10 && matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            at = run(at, 10);
        }
        if let Some(c) = rest[at..].chars().next().filter(|c| is_word(*c)) {
            self.error(format!(
                "bad number syntax: {}",
                crate::util::go::quote(&rest[..at + c.len_utf8()])
            ));
            return None;
        }
        self.push(Kind::Number, at);
        Some(())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}
