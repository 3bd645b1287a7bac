//! From the text of a jsonpath template to its pieces.

/// Text between actions, or the steps of one action.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Text(String),
    Action(Vec<Step>),
}

/// One step of an action: each maps the values so far to new ones.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Identifier(String),
    Field(String),
    Wildcard,
    Recursive,
    Slice(Slice),
    Union(Vec<Vec<Step>>),
    Filter {
        left: Vec<Step>,
        right: Vec<Step>,
        operator: String,
    },
}

/// `[first:last:step]`
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slice {
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
    /// The end was not written: `[n]` is the one element.
    pub(super) single: bool,
    pub(super) step: Option<i64>,
}

/// Filters and unions hold expressions of their own; this deep at most.
const MAX_DEPTH: usize = 32;

/// Parses a template.
pub(super) fn parse(text: &str, depth: usize) -> Result<Vec<Piece>, String> {
    if depth > MAX_DEPTH {
        return Err("expression is nested too deeply".to_owned());
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        let mut scanner = Scanner {
            text: &rest[at + 1..],
            pos: 0,
            depth,
        };
        pieces.push(Piece::Action(scanner.action()?));
        rest = &rest[at + 1 + scanner.pos..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// Parses what stands inside one pair of braces.
fn parse_action(text: &str, depth: usize) -> Result<Vec<Step>, String> {
    let pieces = parse(&format!("{{{text}}}"), depth + 1)?;
    match pieces.into_iter().next() {
        Some(Piece::Action(steps)) => Ok(steps),
        _ => Ok(Vec::new()),
    }
}

struct Scanner<'a> {
    text: &'a str,
    pos: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    /// The steps up to and with the closing brace.
    fn action(&mut self) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with('}') {
                self.pos += 1;
                return Ok(steps);
            }
            if rest.starts_with("[?(") {
                self.pos += 3;
                steps.push(self.filter()?);
                continue;
            }
            if rest.starts_with("..") {
                if matches!(steps.last(), Some(Step::Recursive)) {
                    return Err("invalid multiple recursive descent".to_owned());
                }
                self.pos += 2;
                steps.push(Step::Recursive);
                if self.rest().chars().next().is_some_and(is_word) {
                    steps.push(self.field());
                }
                continue;
            }
            match self.next() {
                None | Some('\r' | '\n') => return Err("unclosed action".to_owned()),
                Some(' ' | '@' | '$') => {}
                Some('[') => self.array(&mut steps)?,
                Some(quote @ ('"' | '\'')) => steps.push(self.quoted(quote)?),
                Some('.') => steps.push(self.field()),
                Some(c) if c == '+' || c == '-' || c.is_numeric() => {
                    self.pos -= c.len_utf8();
                    steps.push(self.number()?);
                }
                Some(c) if is_word(c) => {
                    self.pos -= c.len_utf8();
                    steps.push(self.identifier());
                }
                Some(c) => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{c}'",
                        c as u32
                    ));
                }
            }
        }
    }

    fn field(&mut self) -> Step {
        let mut name = String::new();
        while let Some(c) = self.rest().chars().next() {
            if c == '\\' {
                self.pos += 1;
                if let Some(escaped) = self.next().filter(|c| *c != '\\') {
                    name.push(escaped);
                }
                continue;
            }
            if is_terminator(c) {
                break;
            }
            name.push(c);
            self.pos += c.len_utf8();
        }
        if name == "*" {
            Step::Wildcard
        } else {
            Step::Field(name)
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(is_terminator).unwrap_or(rest.len());
        self.pos += end;
        &rest[..end]
    }

    fn identifier(&mut self) -> Step {
        match self.word() {
            "true" => Step::Bool(true),
            "false" => Step::Bool(false),
            word => Step::Identifier(word.to_owned()),
        }
    }

    fn number(&mut self) -> Result<Step, String> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with(['+', '-']));
        let digits = rest[sign..].find(|c: char| c != '.' && !c.is_numeric());
        let end = digits.map_or(rest.len(), |at| at + sign);
        self.pos += end;
        let text = &rest[..end];
        if let Ok(n) = text.parse::<i64>() {
            return Ok(Step::Int(n));
        }
        match text.parse::<f64>() {
            Ok(f) if f.is_finite() => Ok(Step::Float(f)),
            _ => Err(format!("cannot parse number {text}")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Step, String> {
        let start = self.pos - 1;
        let mut escaped = false;
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated quoted string".to_owned()),
                Some(c) if c == quote && !escaped => break,
                Some(c) => escaped = c == '\\',
            }
        }
        let text = &self.text[start..self.pos];
        match unquote(&text[1..text.len() - 1], quote) {
            Some(value) => Ok(Step::Text(value)),
            None => Err(format!("unquote string {text} error invalid syntax")),
        }
    }

    fn array(&mut self, steps: &mut Vec<Step>) -> Result<(), String> {
        let rest = self.rest();
        let end = match rest.find([']', '\n']) {
            Some(at) if rest[at..].starts_with(']') => at,
            _ => return Err("unterminated array".to_owned()),
        };
        self.pos += end + 1;
        let text = match &rest[..end] {
            "*" => ":",
            text => text,
        };
        if text.contains(',') {
            let branch =
                |part: &str| parse_action(&format!("[{}]", part.trim_matches(' ')), self.depth);
            steps.push(Step::Union(
                text.split(',').map(branch).collect::<Result<_, _>>()?,
            ));
            return Ok(());
        }
        if text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'') {
            let key = &text[1..text.len() - 1];
            if !key.contains('\'') {
                steps.extend(parse_action(&format!(".{key}"), self.depth)?);
                return Ok(());
            }
        }
        steps.push(Step::Slice(slice(text)?));
        Ok(())
    }

    fn filter(&mut self) -> Result<Step, String> {
        let start = self.pos;
        let (mut begun, mut ended, mut pair, mut previous) = (false, false, ' ', ' ');
        loop {
            let Some(c) = self.next().filter(|c| *c != '\n') else {
                return Err("unterminated filter".to_owned());
            };
            match c {
                '"' | '\'' if !begun => {
                    begun = true;
                    pair = c;
                }
                '"' | '\'' if previous != '\\' && c == pair => ended = true,
                ')' if begun == ended => break,
                _ => {}
            }
            previous = c;
        }
        let text = &self.text[start..self.pos - 1];
        if self.next() != Some(']') {
            return Err("unclosed array expect ]".to_owned());
        }
        let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
        if let Some(at) = text.find(is_operator).filter(|at| *at > 0) {
            let after = &text[at..];
            let mut len = after.find(|c| !is_operator(c)).unwrap_or(after.len());
            // Something must be left to compare with, even if it looks like an operator.
            if len == after.len() {
                len -= 1;
            }
            if len > 0 {
                return Ok(Step::Filter {
                    left: parse_action(&text[..at], self.depth)?,
                    right: parse_action(&after[len..], self.depth)?,
                    operator: after[..len].to_owned(),
                });
            }
        }
        Ok(Step::Filter {
            left: parse_action(text, self.depth)?,
            right: Vec::new(),
            operator: "exists".to_owned(),
        })
    }
}

fn slice(text: &str) -> Result<Slice, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let fits = |part: &str| {
        let digits = part.strip_prefix('-').unwrap_or(part);
        digits.bytes().all(|b| b.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(|part| fits(part)) {
        return Err(format!("invalid array index {text}"));
    }
    let number = |i: usize| -> Result<Option<i64>, String> {
        match parts.get(i) {
            None | Some(&"") => Ok(None),
            Some(part) => part
                .parse()
                .map(Some)
                .map_err(|_| format!("array index {part} is not a number")),
        }
    };
    let (first, last, step) = (number(0)?, number(1)?, number(2)?);
    let single = parts.len() == 1;
    let last = if single {
        Some(first.unwrap_or(0).saturating_add(1))
    } else {
        last
    };
    Ok(Slice {
        first,
        last,
        single,
        step,
    })
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

fn is_terminator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}

/// Go's escapes in a string between `quote`s.
fn unquote(text: &str, quote: char) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == quote {
            return None;
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        let (digits, radix) = match chars.next()? {
            'a' => {
                out.push('\u{7}');
                continue;
            }
            'b' => {
                out.push('\u{8}');
                continue;
            }
            'f' => {
                out.push('\u{c}');
                continue;
            }
            'n' => {
                out.push('\n');
                continue;
            }
            'r' => {
                out.push('\r');
                continue;
            }
            't' => {
                out.push('\t');
                continue;
            }
            'v' => {
                out.push('\u{b}');
                continue;
            }
            '\\' => {
                out.push('\\');
                continue;
            }
            c if c == quote => {
                out.push(c);
                continue;
            }
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            c @ '0'..='7' => {
                let rest: String = chars.by_ref().take(2).collect();
                let code = u32::from_str_radix(&format!("{c}{rest}"), 8)
                    .ok()
                    .filter(|n| *n < 256 && rest.len() == 2)?;
                out.push(char::from_u32(code)?);
                continue;
            }
            _ => return None,
        };
        let code: String = chars.by_ref().take(digits).collect();
        if code.len() != digits {
            return None;
        }
        out.push(char::from_u32(u32::from_str_radix(&code, radix).ok()?)?);
    }
    Some(out)
}
