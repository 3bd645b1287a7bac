//! Lists, pipelines, simple commands and redirections.

use std::cell::OnceCell;
use std::rc::Rc;

use super::ast::{
    AndOr, Assign, AssignValue, Command, CommandKind, Connector, Item, List, Part, Pipeline,
    Redirect, RedirectKind, Word,
};
use super::error::{SyntaxError, SyntaxErrorKind};
use super::lexer::{Lexeme, Parser, PendingHereDoc, Token};
use super::word::{assignment_prefix, literal_word};

/// Words that mean something where a command begins, and end a list there.
const CLOSERS: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];
/// Builtins whose arguments may be assignments of arrays.
const DECLARERS: [&str; 5] = ["declare", "typeset", "local", "export", "readonly"];

impl Parser<'_> {
    /// The next complete command: everything up to the end of a line. None at the end of the text.
    pub fn next_command(&mut self) -> Result<Option<List>, SyntaxError> {
        loop {
            match self.peek()?.token {
                Token::Newline => {
                    self.next()?;
                }
                Token::Eof => {
                    self.next()?;
                    return Ok(None);
                }
                _ => break,
            }
        }
        self.command_start = self.pos;
        self.expanded = 0;
        let mut list = List::default();
        loop {
            let and_or = self.parse_and_or()?;
            let lexeme = self.next()?;
            let background = lexeme.token == Token::Op("&");
            list.0.push(Item {
                and_or: Rc::new(and_or),
                background,
            });
            match &lexeme.token {
                Token::Op("&" | ";") => match self.peek()?.token {
                    Token::Newline | Token::Eof => {
                        self.next()?;
                    }
                    _ => continue,
                },
                Token::Newline | Token::Eof => {}
                _ => return Err(self.unexpected(&lexeme)),
            }
            // A here-document announced on the last line has no body.
            self.read_heredocs()?;
            return Ok(Some(list));
        }
    }

    /// Commands up to something that ends a list: a closing word or operator (which is not taken).
    pub(super) fn parse_list(&mut self, ends: &[&str]) -> Result<List, SyntaxError> {
        let mut list = List::default();
        loop {
            self.skip_newlines()?;
            let lexeme = self.peek()?.clone();
            match &lexeme.token {
                Token::Eof | Token::Op(")" | ";;" | ";&" | ";;&") => return Ok(list),
                Token::Word(word)
                    if word
                        .literal()
                        .is_some_and(|text| ends.contains(&text) || CLOSERS.contains(&text)) =>
                {
                    return Ok(list);
                }
                _ => {}
            }
            let and_or = Rc::new(self.parse_and_or()?);
            let lexeme = self.peek()?.clone();
            let background = lexeme.token == Token::Op("&");
            list.0.push(Item { and_or, background });
            match lexeme.token {
                Token::Op("&" | ";") | Token::Newline => {
                    self.next()?;
                }
                _ => return Ok(list),
            }
        }
    }

    pub(super) fn skip_newlines(&mut self) -> Result<(), SyntaxError> {
        while self.peek()?.token == Token::Newline {
            self.next()?;
        }
        Ok(())
    }

    fn parse_and_or(&mut self) -> Result<AndOr, SyntaxError> {
        self.enter()?;
        let first = self.parse_pipeline()?;
        let mut rest = Vec::new();
        loop {
            let connector = match self.peek()?.token {
                Token::Op("&&") => Connector::And,
                Token::Op("||") => Connector::Or,
                _ => break,
            };
            self.next()?;
            self.skip_newlines()?;
            rest.push((connector, self.parse_pipeline()?));
        }
        self.leave();
        Ok(AndOr { first, rest })
    }

    fn parse_pipeline(&mut self) -> Result<Pipeline, SyntaxError> {
        let mut pipeline = Pipeline {
            negated: false,
            timed: None,
            commands: Vec::new(),
        };
        loop {
            self.expand_alias()?;
            if self.at_word("!")? {
                self.next()?;
                pipeline.negated = !pipeline.negated;
            } else if pipeline.timed.is_none() && self.at_word("time")? {
                self.next()?;
                let posix = self.at_word("-p")?;
                if posix {
                    self.next()?;
                }
                pipeline.timed = Some(posix);
            } else {
                break;
            }
        }
        let bare = pipeline.negated || pipeline.timed.is_some();
        if bare
            && matches!(
                self.peek()?.token,
                Token::Newline | Token::Eof | Token::Op(";")
            )
        {
            return Ok(pipeline);
        }
        loop {
            let mut command = self.parse_command()?;
            match self.peek()?.token {
                Token::Op("|") => {
                    pipeline.commands.push(Rc::new(command));
                }
                Token::Op("|&") => {
                    command.redirects.push(Redirect {
                        fd: Some(2),
                        kind: RedirectKind::DupOut(literal_word("1")),
                    });
                    pipeline.commands.push(Rc::new(command));
                }
                _ => {
                    pipeline.commands.push(Rc::new(command));
                    return Ok(pipeline);
                }
            }
            self.next()?;
            self.skip_newlines()?;
            self.expand_alias()?;
        }
    }

    pub(super) fn parse_command(&mut self) -> Result<Command, SyntaxError> {
        self.enter()?;
        self.expand_alias()?;
        let lexeme = self.peek()?.clone();
        let compound = self.parse_compound(&lexeme)?;
        let mut redirects = Vec::new();
        let kind = match compound {
            Some(kind) => {
                if !matches!(kind, CommandKind::Function { .. }) {
                    while let Some(redirect) = self.parse_redirect()? {
                        redirects.push(redirect);
                    }
                }
                kind
            }
            None => self.parse_simple(&lexeme, &mut redirects)?,
        };
        self.leave();
        Ok(Command {
            line: lexeme.line,
            kind,
            redirects,
        })
    }

    fn parse_simple(
        &mut self,
        first: &Lexeme,
        redirects: &mut Vec<Redirect>,
    ) -> Result<CommandKind, SyntaxError> {
        let mut assigns = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        loop {
            if let Some(redirect) = self.parse_redirect()? {
                redirects.push(redirect);
                continue;
            }
            let mut lexeme = self.peek()?.clone();
            if !words.is_empty() && self.alias_blank_end.is_some_and(|end| lexeme.start >= end) {
                self.alias_blank_end = None;
                self.expand_alias()?;
                lexeme = self.peek()?.clone();
            }
            let Token::Word(word) = &lexeme.token else {
                // `name()` defines a function.
                if lexeme.token == Token::Op("(") {
                    if let ([word], true, true) =
                        (words.as_slice(), assigns.is_empty(), redirects.is_empty())
                    {
                        let name = word.source.clone();
                        return self.parse_function_body(&name);
                    }
                    if words.is_empty()
                        && let Some(Assign { .. }) = assigns.last()
                    {
                        return Err(self.unexpected(&lexeme));
                    }
                }
                break;
            };
            if words.is_empty() {
                if literal_start(word).is_some_and(|text| assignment_prefix(text).is_some()) {
                    let lexeme = self.next_assignable()?;
                    if let Token::Word(word) = lexeme.token
                        && let Some(assign) = to_assign(word)
                    {
                        assigns.push(assign);
                    }
                    continue;
                }
                if !assigns.is_empty() || !redirects.is_empty() {
                    self.expand_alias()?;
                }
            }
            let declares = words
                .first()
                .and_then(Word::literal)
                .is_some_and(|name| DECLARERS.contains(&name));
            let lexeme = if declares {
                self.next_assignable()?
            } else {
                self.next()?
            };
            match lexeme.token {
                Token::Word(word) => words.push(word),
                // An alias stood for nothing, or for an operator.
                _ => return Err(self.unexpected(&lexeme)),
            }
        }
        if assigns.is_empty() && words.is_empty() && redirects.is_empty() {
            let lexeme = if first.start == self.peek()?.start {
                first.clone()
            } else {
                self.peek()?.clone()
            };
            return Err(self.unexpected(&lexeme));
        }
        Ok(CommandKind::Simple { assigns, words })
    }

    pub(super) fn parse_redirect(&mut self) -> Result<Option<Redirect>, SyntaxError> {
        let mut fd = None;
        if let Token::Number(number) = self.peek()?.token {
            self.next()?;
            fd = Some(number);
        }
        let op = match self.peek()?.token {
            Token::Op(op) if op.starts_with(['<', '>']) || op.starts_with("&>") => op,
            _ => return Ok(None),
        };
        self.next()?;
        let lexeme = self.next()?;
        let Token::Word(word) = lexeme.token else {
            return Err(self.unexpected(&lexeme));
        };
        let kind = match op {
            "<" => RedirectKind::Read(word),
            ">" => RedirectKind::Write(word, false),
            ">|" => RedirectKind::Write(word, true),
            ">>" => RedirectKind::Append(word),
            "<>" => RedirectKind::ReadWrite(word),
            "<&" => RedirectKind::DupIn(word),
            ">&" => RedirectKind::DupOut(word),
            "&>" => RedirectKind::Both(word, false),
            "&>>" => RedirectKind::Both(word, true),
            "<<<" => RedirectKind::HereString(word),
            _ => self.announce_heredoc(&word, op == "<<-", lexeme.line),
        };
        Ok(Some(Redirect { fd, kind }))
    }

    fn announce_heredoc(&mut self, word: &Word, strip_tabs: bool, line: u32) -> RedirectKind {
        let body = Rc::new(OnceCell::new());
        let quoted = word
            .parts
            .iter()
            .any(|part| matches!(part, Part::Quoted(_) | Part::Double(_)));
        self.heredocs.push(PendingHereDoc {
            body: body.clone(),
            delimiter: unquoted(&word.parts, &word.source),
            quoted,
            strip_tabs,
            line,
        });
        let mark = if strip_tabs { "<<-" } else { "<<" };
        RedirectKind::HereDoc(body, format!("{mark}{}", word.source).into())
    }

    pub(super) fn parse_function_body(&mut self, name: &str) -> Result<CommandKind, SyntaxError> {
        if self.at_op("(")? {
            self.next()?;
            let lexeme = self.next()?;
            if lexeme.token != Token::Op(")") {
                return Err(self.unexpected(&lexeme));
            }
        }
        self.skip_newlines()?;
        let lexeme = self.peek()?.clone();
        let Some(kind) = self.parse_compound(&lexeme)? else {
            return Err(self.unexpected(&lexeme));
        };
        let mut redirects = Vec::new();
        while let Some(redirect) = self.parse_redirect()? {
            redirects.push(redirect);
        }
        let body = Command {
            line: lexeme.line,
            kind,
            redirects,
        };
        Ok(CommandKind::Function {
            name: name.into(),
            body: Rc::new(body),
        })
    }

    /// Takes this reserved word, or says what stands there instead.
    pub(super) fn expect_word(&mut self, text: &str) -> Result<(), SyntaxError> {
        if self.at_word(text)? {
            self.next()?;
            return Ok(());
        }
        let lexeme = self.peek()?.clone();
        Err(self.unexpected(&lexeme))
    }

    /// Whether everything announced on earlier lines was there: an interactive shell goes on asking otherwise.
    pub fn wants_more(&self) -> bool {
        self.open_heredoc
    }

    /// Takes the warnings collected so far.
    pub fn take_warnings(&mut self) -> Vec<(u32, String)> {
        std::mem::take(&mut self.warnings)
    }

    pub(super) fn conditional_error(&self, text: String, line: u32) -> SyntaxError {
        SyntaxError {
            kind: SyntaxErrorKind::Conditional(text),
            line,
            source: String::new(),
        }
    }
}

fn literal_start(word: &Word) -> Option<&str> {
    match word.parts.first() {
        Some(Part::Literal(_)) => Some(&word.source),
        _ => None,
    }
}

/// Turns a word that begins like an assignment into one.
fn to_assign(word: Word) -> Option<Assign> {
    if let [Part::Array(assign)] = word.parts.as_slice() {
        return Some((**assign).clone());
    }
    let (name, index, append, len) = assignment_prefix(&word.source)?;
    let (name, index) = (name.into(), index.map(literal_word));
    let mut parts = word.parts.clone();
    match parts.first_mut() {
        Some(Part::Literal(text)) if text.len() >= len => {
            text.drain(..len);
            if text.is_empty() {
                parts.remove(0);
            }
        }
        // The subscript held an expansion: `a[$i]=x`.
        _ => return index_with_parts(&word),
    }
    let source = word.source[len..].into();
    Some(Assign {
        name,
        index,
        append,
        value: AssignValue::Scalar(Word { parts, source }),
    })
}

fn index_with_parts(word: &Word) -> Option<Assign> {
    let Part::Literal(first) = word.parts.first()? else {
        return None;
    };
    let (name, key_start) = first.split_once('[')?;
    let mut key = vec![Part::Literal(key_start.to_owned())];
    let mut rest = word.parts[1..].iter();
    while let Some(part) = rest.next() {
        if let Part::Literal(text) = part
            && let Some((key_end, value)) = text.split_once(']')
        {
            key.push(Part::Literal(key_end.to_owned()));
            let append = value.starts_with('+');
            let value = value.trim_start_matches('+').strip_prefix('=')?;
            let mut parts = vec![Part::Literal(value.to_owned())];
            parts.extend(rest.cloned());
            let index = Word {
                parts: key,
                source: "".into(),
            };
            return Some(Assign {
                name: name.into(),
                index: Some(index),
                append,
                value: AssignValue::Scalar(Word {
                    parts,
                    source: word.source.clone(),
                }),
            });
        }
        key.push(part.clone());
    }
    None
}

/// The text of a here-document's delimiter with its quotes taken off.
fn unquoted(parts: &[Part], source: &str) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Literal(text) | Part::Quoted(text) => out.push_str(text),
            Part::Double(inner) => out.push_str(&unquoted(inner, "")),
            // Expansions are not made here: `<<$x` ends at the line `$x`.
            Part::Param(param) => out.push_str(&param.source),
            _ => return source.to_owned(),
        }
    }
    out
}
