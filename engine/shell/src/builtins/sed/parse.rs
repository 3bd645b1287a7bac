//! The script of `sed`.

use crate::regex::{Options, Regex};

/// Levels of `{`.
const MAX_DEPTH: usize = 50;

/// Commands in order; `{` and branches hold the place they go to.
pub(super) struct Program(pub(super) Vec<Command>);

pub(super) struct Command {
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    pub(super) negated: bool,
    pub(super) what: What,
}

pub(super) enum Address {
    Line(usize),
    Last,
    /// None: the pattern used last.
    Regex(Option<Regex>),
    /// `first~step`
    Step(usize, usize),
    /// `addr,+n`
    Plus(usize),
    /// `addr,~n`
    Multiple(usize),
}

/// A piece of a replacement.
pub(super) enum Piece {
    Text(String),
    Group(usize),
    /// `\U`, `\L`, `\u`, `\l`, `\E`
    Case(char),
}

pub(super) enum What {
    Substitute {
        regex: Option<Regex>,
        pieces: Vec<Piece>,
        global: bool,
        print: bool,
        nth: usize,
    },
    Translate(Vec<(char, char)>),
    Append(String),
    Insert(String),
    Change(String),
    /// Goes to the command at this place if its address does not match.
    Block(usize),
    End,
    Label,
    Branch(usize),
    BranchIf(usize),
    BranchUnless(usize),
    Quit(i32, bool),
    /// `d D g G h H n N p P x = l`
    Simple(char),
}

type Result<T> = std::result::Result<T, (usize, String)>;

struct Parser<'a> {
    chars: Vec<char>,
    at: usize,
    extended: bool,
    commands: Vec<Command>,
    open: Vec<usize>,
    labels: Vec<(String, usize)>,
    branches: Vec<(usize, String)>,
    text: &'a str,
}

pub(super) fn parse(text: &str, extended: bool) -> Result<Program> {
    let mut parser = Parser {
        chars: text.chars().collect(),
        at: 0,
        extended,
        commands: Vec::new(),
        open: Vec::new(),
        labels: Vec::new(),
        branches: Vec::new(),
        text,
    };
    while parser.command()? {}
    if !parser.open.is_empty() {
        return Err((0, "unmatched `{'".into()));
    }
    let end = parser.commands.len();
    for (at, label) in std::mem::take(&mut parser.branches) {
        let to = match parser.labels.iter().find(|(known, _)| *known == label) {
            Some((_, place)) => *place,
            None if label.is_empty() => end,
            None => {
                return Err((
                    parser.text.chars().count(),
                    format!("can't find label for jump to `{label}'"),
                ));
            }
        };
        match &mut parser.commands[at].what {
            What::Branch(place) | What::BranchIf(place) | What::BranchUnless(place) => *place = to,
            _ => {}
        }
    }
    Ok(Program(parser.commands))
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err((self.at, message.into()))
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
    }

    fn number(&mut self) -> usize {
        let mut value = 0usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit as usize);
            self.at += 1;
        }
        value
    }

    fn command(&mut self) -> Result<bool> {
        while self.peek().is_some_and(|c| c.is_whitespace() || c == ';') {
            self.at += 1;
        }
        if self.peek().is_none() {
            return Ok(false);
        }
        if self.peek() == Some('#') {
            while self.next().is_some_and(|c| c != '\n') {}
            return Ok(true);
        }
        let from = self.address()?;
        let mut to = None;
        self.blanks();
        if from.is_some() && self.peek() == Some(',') {
            self.at += 1;
            self.blanks();
            to = self.address()?;
            if to.is_none() {
                return self.error("unexpected `,'");
            }
            self.blanks();
        }
        let mut negated = false;
        while self.peek() == Some('!') {
            negated = true;
            self.at += 1;
            self.blanks();
        }
        let Some(letter) = self.next() else {
            return self.error("missing command");
        };
        let place = self.commands.len();
        let what = match letter {
            '{' => {
                if self.open.len() >= MAX_DEPTH {
                    return self.error("too many `{'");
                }
                self.open.push(place);
                What::Block(0)
            }
            '}' => {
                if from.is_some() {
                    return self.error("} doesn't want any addresses");
                }
                let Some(start) = self.open.pop() else {
                    return self.error("unexpected `}'");
                };
                self.commands[start].what = What::Block(place + 1);
                What::End
            }
            's' => self.substitute()?,
            'y' => self.translate()?,
            'a' => What::Append(self.text_argument()?),
            'i' => What::Insert(self.text_argument()?),
            'c' => What::Change(self.text_argument()?),
            ':' => {
                let label = self.label();
                if label.is_empty() {
                    return self.error("\":\" lacks a label");
                }
                self.labels.push((label, place));
                What::Label
            }
            'b' | 't' | 'T' => {
                let label = self.label();
                self.branches.push((place, label));
                match letter {
                    'b' => What::Branch(0),
                    't' => What::BranchIf(0),
                    _ => What::BranchUnless(0),
                }
            }
            'q' | 'Q' => {
                self.blanks();
                let code = i32::try_from(self.number()).unwrap_or(0) & 0xff;
                What::Quit(code, letter == 'q')
            }
            'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | '=' | 'l' => {
                What::Simple(letter)
            }
            other => return self.error(format!("unknown command: `{other}'")),
        };
        if !matches!(
            what,
            What::Block(_) | What::Append(_) | What::Insert(_) | What::Change(_)
        ) {
            self.blanks();
            match self.peek() {
                None | Some('\n' | ';' | '}' | '#') => {}
                Some(_) if matches!(what, What::Substitute { .. }) => {
                    return self.error("unknown option to `s'");
                }
                Some(_) => {
                    self.at += 1;
                    return self.error("extra characters after command");
                }
            }
        }
        self.commands.push(Command {
            from,
            to,
            negated,
            what,
        });
        Ok(true)
    }

    fn address(&mut self) -> Result<Option<Address>> {
        Ok(Some(match self.peek() {
            Some(c) if c.is_ascii_digit() => {
                let line = self.number();
                if self.peek() == Some('~') {
                    self.at += 1;
                    Address::Step(line, self.number())
                } else {
                    Address::Line(line)
                }
            }
            Some('$') => {
                self.at += 1;
                Address::Last
            }
            Some('+') => {
                self.at += 1;
                Address::Plus(self.number())
            }
            Some('~') => {
                self.at += 1;
                Address::Multiple(self.number())
            }
            Some('/' | '\\') => {
                if self.next() == Some('\\') {
                    self.at += 1;
                }
                let end = self.chars.get(self.at - 1).copied().unwrap_or('/');
                let Some(pattern) = self.until(end, true) else {
                    return self.error("unterminated address regex");
                };
                let mut ignore_case = false;
                while let Some('I' | 'M') = self.peek() {
                    ignore_case |= self.next() == Some('I');
                }
                Address::Regex(self.regex(&pattern, ignore_case)?)
            }
            _ => return Ok(None),
        }))
    }

    fn regex(&self, pattern: &str, ignore_case: bool) -> Result<Option<Regex>> {
        if pattern.is_empty() {
            return Ok(None);
        }
        let options = Options {
            extended: self.extended,
            ignore_case,
            ..Options::default()
        };
        Regex::new(pattern, options)
            .map(Some)
            .or_else(|message| self.error(message))
    }

    /// Text up to a delimiter; `\` and the delimiter are the delimiter.
    fn until(&mut self, end: char, pattern: bool) -> Option<String> {
        let mut out = String::new();
        let mut in_set = false;
        loop {
            let c = self.next()?;
            match c {
                '\\' => {
                    let next = self.next()?;
                    match next {
                        next if next == end => out.push(end),
                        'n' if pattern => out.push_str("\\n"),
                        next => out.extend(['\\', next]),
                    }
                }
                '[' if pattern => {
                    in_set = true;
                    out.push(c);
                    if self.peek() == Some('^') {
                        out.extend(self.next());
                    }
                    if self.peek() == Some(']') {
                        out.extend(self.next());
                    }
                }
                ']' if in_set => {
                    in_set = false;
                    out.push(c);
                }
                c if c == end && !in_set => return Some(out),
                c => out.push(c),
            }
        }
    }

    fn substitute(&mut self) -> Result<What> {
        let Some(end) = self.next().filter(|c| *c != '\n' && *c != '\\') else {
            return self.error("unterminated `s' command");
        };
        let (Some(pattern), Some(replacement)) = (self.until(end, true), self.until(end, false))
        else {
            return self.error("unterminated `s' command");
        };
        let (mut global, mut print, mut nth, mut ignore_case) = (false, false, 1, false);
        loop {
            match self.peek() {
                Some('g') => global = true,
                Some('p') => print = true,
                Some('i' | 'I') => ignore_case = true,
                Some('m' | 'M') => {}
                Some(c) if c.is_ascii_digit() => {
                    nth = self.number();
                    if nth == 0 {
                        return self.error("number option to `s' command may not be zero");
                    }
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let regex = self.regex(&pattern, ignore_case)?;
        let pieces = pieces(&replacement);
        Ok(What::Substitute {
            regex,
            pieces,
            global,
            print,
            nth,
        })
    }

    fn translate(&mut self) -> Result<What> {
        let Some(end) = self.next() else {
            return self.error("unterminated `y' command");
        };
        let (Some(from), Some(to)) = (self.until(end, false), self.until(end, false)) else {
            return self.error("unterminated `y' command");
        };
        let (from, to) = (crate::escape::ansi_c(&from), crate::escape::ansi_c(&to));
        if from.chars().count() != to.chars().count() {
            return self.error("strings for `y' command are different lengths");
        }
        Ok(What::Translate(from.chars().zip(to.chars()).collect()))
    }

    /// The text of `a`, `i` and `c`: on the same line, or after `\` on the next ones.
    fn text_argument(&mut self) -> Result<String> {
        self.blanks();
        if self.peek() == Some('\\') {
            self.at += 1;
            // Blanks behind the backslash are part of the text, unless the line ends there.
            let behind = self.at;
            self.blanks();
            if self.peek() == Some('\n') {
                self.at += 1;
            } else {
                self.at = behind;
            }
        }
        if self.peek().is_none() {
            return self.error("expected \\ after `a', `c' or `i'");
        }
        let mut out = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => out.extend(self.next()),
                '\n' => break,
                c => out.push(c),
            }
        }
        out.push('\n');
        Ok(out)
    }

    fn label(&mut self) -> String {
        self.blanks();
        let mut out = String::new();
        while let Some(c) = self
            .peek()
            .filter(|c| !c.is_whitespace() && *c != ';' && *c != '}')
        {
            out.push(c);
            self.at += 1;
        }
        out
    }
}

/// A replacement's parts.
fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let piece = match c {
            '&' => Piece::Group(0),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    Piece::Group(digit.to_digit(10).unwrap_or(0) as usize)
                }
                Some(case @ ('U' | 'L' | 'u' | 'l' | 'E')) => Piece::Case(case),
                Some('n') => {
                    plain.push('\n');
                    continue;
                }
                Some('t') => {
                    plain.push('\t');
                    continue;
                }
                other => {
                    plain.extend(other);
                    continue;
                }
            },
            c => {
                plain.push(c);
                continue;
            }
        };
        if !plain.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut plain)));
        }
        out.push(piece);
    }
    if !plain.is_empty() {
        out.push(Piece::Text(plain));
    }
    out
}
