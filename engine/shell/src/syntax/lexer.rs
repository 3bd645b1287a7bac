//! The lexer's core: source, position, tokens, blanks and comments, here-documents, aliases.

use std::cell::OnceCell;
use std::rc::Rc;

use super::ast::{Part, Word};
use super::error::{SyntaxError, SyntaxErrorKind};

/// Nesting of commands, substitutions and expansions that is taken.
const MAX_DEPTH: usize = 60;
/// Aliases expanded in one command line.
const MAX_ALIASES: usize = 100;

/// Where aliases are looked up.
pub trait Aliases {
    /// The text that an alias stands for.
    fn alias(&self, name: &str) -> Option<String>;
}

/// No aliases: scripts and `-c`.
impl Aliases for () {
    fn alias(&self, _name: &str) -> Option<String> {
        None
    }
}

/// A token of the command grammar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A word.
    Word(Word),
    /// An operator.
    Op(&'static str),
    /// The number before a redirection.
    Number(u32),
    /// The end of a line.
    Newline,
    /// The end of the text.
    Eof,
}

/// A token with its place.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Line before and after it.
    pub(super) line: u32,
    end_line: u32,
}

pub(super) struct PendingHereDoc {
    pub(super) body: Rc<OnceCell<Word>>,
    pub(super) delimiter: String,
    pub(super) quoted: bool,
    pub(super) strip_tabs: bool,
    pub(super) line: u32,
}

/// Operators, longest first. (`((` is told from two parentheses by the parser.)
const OPERATORS: [&str; 23] = [
    "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "|&", "<<", ">>", "<&", ">&", "<>", ">|",
    "&>", "|", "&", ";", "<", ">", "(", ")",
];

/// Parses shell text, one complete command at a time.
pub struct Parser<'a> {
    pub(super) src: String,
    pub(super) pos: usize,
    pub(super) line: u32,
    pub(super) depth: usize,
    pub(super) heredocs: Vec<PendingHereDoc>,
    aliases: &'a dyn Aliases,
    /// Aliases being expanded, each until the position its text ends at.
    active: Vec<(String, usize)>,
    pub(super) expanded: usize,
    /// Where the text of an alias ends that ends in a blank: the word after it is looked up too.
    pub(super) alias_blank_end: Option<usize>,
    peeked: Option<Lexeme>,
    /// Where the latest complete command began.
    pub(super) command_start: usize,
    /// Warnings of the parse so far (line and text), as for here-documents that never end.
    pub(crate) warnings: Vec<(u32, String)>,
    /// Input ended within a here-document.
    pub(crate) open_heredoc: bool,
    /// `@(a|b)` and its kin are part of a word: `shopt -s extglob`.
    pub(crate) groups: bool,
}

impl<'a> Parser<'a> {
    /// Parses `src`, whose first line has the number `line`.
    pub fn new(src: &str, line: u32, aliases: &'a dyn Aliases) -> Self {
        Parser {
            src: src.to_owned(),
            pos: 0,
            line,
            depth: 0,
            heredocs: Vec::new(),
            aliases,
            active: Vec::new(),
            expanded: 0,
            alias_blank_end: None,
            peeked: None,
            command_start: 0,
            warnings: Vec::new(),
            open_heredoc: false,
            groups: false,
        }
    }

    /// The text of the command parsed last, with its line feed.
    pub fn command_source(&self) -> String {
        let mut text = self.src[self.command_start.min(self.pos)..self.pos].to_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    /// The number of the line it has come to.
    pub fn line(&self) -> u32 {
        self.line
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.src.as_bytes().get(self.pos).copied()
    }

    pub(super) fn byte_at(&self, offset: usize) -> Option<u8> {
        self.src.as_bytes().get(self.pos + offset).copied()
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.src.as_bytes()[self.pos..].starts_with(text.as_bytes())
    }

    /// Takes one character.
    pub(super) fn next_char(&mut self) -> Option<char> {
        let c = self.src[self.pos..].chars().next()?;
        self.pos += c.len_utf8();
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    pub(super) fn enter(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(SyntaxErrorKind::TooDeep));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn error(&self, kind: SyntaxErrorKind) -> SyntaxError {
        SyntaxError {
            kind,
            line: self.line,
            source: String::new(),
        }
    }

    /// The text ended too early. bash counts the line after the last one.
    pub(super) fn end_of_file(&self) -> SyntaxError {
        let mut error = self.error(SyntaxErrorKind::EndOfFile);
        if !self.src.ends_with('\n') {
            error.line += 1;
        }
        error
    }

    pub(super) fn unmatched(&self, quote: char, line: u32) -> SyntaxError {
        SyntaxError {
            kind: SyntaxErrorKind::Unmatched(quote),
            line,
            source: String::new(),
        }
    }

    /// The token cannot stand where it does.
    pub(super) fn unexpected(&self, lexeme: &Lexeme) -> SyntaxError {
        let text = match &lexeme.token {
            Token::Eof => return self.end_of_file(),
            Token::Newline => "newline".to_owned(),
            Token::Word(_) | Token::Op(_) | Token::Number(_) => {
                self.src[lexeme.start..lexeme.end].to_owned()
            }
        };
        let begin = self.src[..lexeme.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.src[lexeme.start..]
            .find('\n')
            .map_or(self.src.len(), |at| lexeme.start + at);
        SyntaxError {
            kind: SyntaxErrorKind::Unexpected(text),
            line: lexeme.line,
            source: self.src[begin..end.max(begin)].to_owned(),
        }
    }

    /// Blanks, joined lines and a comment.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.byte() {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'\\') if self.byte_at(1) == Some(b'\n') => {
                    self.pos += 2;
                    self.line += 1;
                }
                Some(b'#') => {
                    while self.byte().is_some_and(|byte| byte != b'\n') {
                        self.pos += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Looks at the next token without taking it.
    pub(super) fn peek(&mut self) -> Result<&Lexeme, SyntaxError> {
        if self.peeked.is_none() {
            let lexeme = self.lex(false)?;
            self.peeked = Some(lexeme);
        }
        match &self.peeked {
            Some(lexeme) => Ok(lexeme),
            None => Err(self.end_of_file()),
        }
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Result<Lexeme, SyntaxError> {
        let lexeme = match self.peeked.take() {
            Some(lexeme) => lexeme,
            None => self.lex(false)?,
        };
        self.pos = lexeme.end;
        self.line = lexeme.end_line;
        if lexeme.token == Token::Newline {
            self.read_heredocs()?;
        }
        Ok(lexeme)
    }

    /// Takes the next token; a word may be an assignment of an array.
    ///
    /// Only what looks like `name=(` is read again, so that nested substitutions are never read twice.
    pub(super) fn next_assignable(&mut self) -> Result<Lexeme, SyntaxError> {
        let lexeme = self.peek()?.clone();
        let opens = self.src.as_bytes().get(lexeme.end) == Some(&b'(');
        let literal = matches!(&lexeme.token, Token::Word(word) if word.literal().is_some());
        if !opens || !literal {
            return self.next();
        }
        self.forget_peeked();
        let lexeme = self.lex(true)?;
        self.pos = lexeme.end;
        self.line = lexeme.end_line;
        Ok(lexeme)
    }

    /// Goes back before a token that was only looked at, to read it in another way.
    pub(super) fn forget_peeked(&mut self) {
        self.peeked = None;
    }

    /// Whether the next token is this operator.
    pub(super) fn at_op(&mut self, op: &str) -> Result<bool, SyntaxError> {
        Ok(matches!(&self.peek()?.token, Token::Op(found) if *found == op))
    }

    /// Whether the next token is this reserved word.
    pub(super) fn at_word(&mut self, text: &str) -> Result<bool, SyntaxError> {
        Ok(matches!(&self.peek()?.token, Token::Word(word) if word.literal() == Some(text)))
    }

    /// Reads a token from the position. Afterwards the position is where it was: `next` takes it.
    fn lex(&mut self, assignable: bool) -> Result<Lexeme, SyntaxError> {
        let (begin, begin_line) = (self.pos, self.line);
        self.skip_blanks();
        let (start, line) = (self.pos, self.line);
        let token = self.lex_token(assignable)?;
        let lexeme = Lexeme {
            token,
            start,
            end: self.pos,
            line,
            end_line: self.line,
        };
        self.pos = begin;
        self.line = begin_line;
        Ok(lexeme)
    }

    fn lex_token(&mut self, assignable: bool) -> Result<Token, SyntaxError> {
        let Some(byte) = self.byte() else {
            return Ok(Token::Eof);
        };
        if byte == b'\n' {
            self.next_char();
            return Ok(Token::Newline);
        }
        let process = (byte == b'<' || byte == b'>') && self.byte_at(1) == Some(b'(');
        if b"&|;<>()".contains(&byte) && !process {
            for op in OPERATORS {
                if self.starts_with(op) {
                    self.pos += op.len();
                    return Ok(Token::Op(op));
                }
            }
        }
        let digits = self.src[self.pos..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        if digits > 0
            && matches!(self.byte_at(digits), Some(b'<' | b'>'))
            && let Ok(number) = self.src[self.pos..self.pos + digits].parse()
        {
            self.pos += digits;
            return Ok(Token::Number(number));
        }
        self.read_word(assignable).map(Token::Word)
    }

    /// If the next token is a word that is an alias, puts the alias's text in its place.
    pub(super) fn expand_alias(&mut self) -> Result<(), SyntaxError> {
        loop {
            let lexeme = self.peek()?.clone();
            let Token::Word(word) = &lexeme.token else {
                return Ok(());
            };
            let Some(name) = word.literal() else {
                return Ok(());
            };
            let at = lexeme.start;
            self.active.retain(|(_, end)| at < *end);
            if self.active.iter().any(|(active, _)| active == name) {
                return Ok(());
            }
            let Some(text) = self.aliases.alias(name) else {
                return Ok(());
            };
            self.expanded += 1;
            if self.expanded > MAX_ALIASES {
                return Err(self.error(SyntaxErrorKind::TooDeep));
            }
            let name = name.to_owned();
            let grown = text.len() as isize - (lexeme.end - lexeme.start) as isize;
            for (_, end) in &mut self.active {
                *end = end.saturating_add_signed(grown);
            }
            self.active.push((name, at + text.len()));
            self.src.replace_range(lexeme.start..lexeme.end, &text);
            self.forget_peeked();
            if text.ends_with([' ', '\t']) {
                self.alias_blank_end = Some(at + text.len());
            }
        }
    }

    /// Reads the bodies of the here-documents announced on the line that has just ended.
    pub(super) fn read_heredocs(&mut self) -> Result<(), SyntaxError> {
        for doc in std::mem::take(&mut self.heredocs) {
            let mut body = String::new();
            let mut found = false;
            while self.pos < self.src.len() {
                let end = self.src[self.pos..]
                    .find('\n')
                    .map_or(self.src.len(), |at| self.pos + at);
                let mut text = &self.src[self.pos..end];
                if doc.strip_tabs {
                    text = text.trim_start_matches('\t');
                }
                found = text == doc.delimiter;
                if !found {
                    body.push_str(text);
                    if end < self.src.len() {
                        body.push('\n');
                    }
                }
                self.pos = (end + 1).min(self.src.len());
                self.line += u32::from(end < self.src.len());
                if found {
                    break;
                }
            }
            if !found {
                self.open_heredoc = true;
                let text = format!(
                    "warning: here-document at line {} delimited by end-of-file (wanted `{}')",
                    doc.line, doc.delimiter
                );
                self.warnings.push((self.line, text));
                if !body.is_empty() && !body.ends_with('\n') {
                    body.push('\n');
                }
            }
            let word = if doc.quoted {
                Word {
                    source: body.as_str().into(),
                    parts: vec![Part::Quoted(body)],
                }
            } else {
                let mut inner = Parser::new(&body, doc.line + 1, &());
                inner.depth = self.depth;
                inner.groups = self.groups;
                Word {
                    parts: inner.read_heredoc_parts()?,
                    source: body.into(),
                }
            };
            let _ = doc.body.set(word);
        }
        Ok(())
    }
}
