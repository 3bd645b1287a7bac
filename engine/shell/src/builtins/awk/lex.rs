//! awk's words.

use std::rc::Rc;

/// A word of an awk program.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(Rc<str>),
    Regex(Rc<str>),
    Name(String),
    /// A name with a `(` right behind it.
    Call(String),
    /// One of awk's own words.
    Word(&'static str),
    Op(&'static str),
    Newline,
    End,
}

/// Words that mean something.
const WORDS: [&str; 19] = [
    "BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue",
    "next", "nextfile", "exit", "return", "delete", "in", "getline", "print",
];
/// Functions that are there already.
pub(super) const BUILTINS: [&str; 25] = [
    "length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "sin", "cos", "atan2",
    "exp", "log", "sqrt", "int", "rand", "srand", "tolower", "toupper", "system", "close",
    "fflush", "systime", "strftime", "gensub",
];
const OPS: [&str; 43] = [
    "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", ">>", "!~",
    "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?",
    ":", "~", "$", "=", "&", "@", "#", ".",
];

/// Splits a program into words, each with its line.
pub(super) fn split(text: &str) -> Result<Vec<(Token, u32)>, String> {
    let mut tokens: Vec<(Token, u32)> = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(c) = rest.chars().next() {
        if c == '\n' {
            tokens.push((Token::Newline, line));
            line += 1;
            rest = &rest[1..];
        } else if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if let Some(after) = rest
            .strip_prefix("\\\n")
            .or_else(|| rest.strip_prefix("\\\r\n"))
        {
            line += 1;
            rest = after;
        } else if c == '#' {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if c == '"' {
            let (text, after) = until(&rest[1..], '"').ok_or_else(|| {
                format!(
                    "line {line}: runaway string constant \"{} ...",
                    head(&rest[1..])
                )
            })?;
            tokens.push((Token::Text(unescape(text).into()), line));
            rest = after;
        } else if c == '/' && !operand_before(&tokens) {
            let (text, after) = until(&rest[1..], '/').ok_or_else(|| {
                format!(
                    "line {line}: regular expression compile failed (missing '/')\n/{}",
                    head(&rest[1..])
                )
            })?;
            tokens.push((Token::Regex(text.replace("\\/", "/").into()), line));
            rest = after;
        } else if c.is_ascii_digit()
            || (c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let len = super::value::number_length(rest);
            tokens.push((Token::Number(rest[..len].parse().unwrap_or(0.0)), line));
            rest = &rest[len..];
        } else if c.is_ascii_alphabetic() || c == '_' {
            let len = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let name = &rest[..len];
            rest = &rest[len..];
            let known = WORDS
                .iter()
                .chain(&BUILTINS)
                .chain(&["printf"])
                .find(|word| **word == name);
            tokens.push((
                match known {
                    Some(word) => Token::Word(word),
                    None if rest.starts_with('(') => Token::Call(name.to_owned()),
                    None => Token::Name(name.to_owned()),
                },
                line,
            ));
        } else {
            let Some(op) = OPS.iter().find(|op| rest.starts_with(**op)) else {
                return Err(format!("line {line}: unexpected character '{c}'"));
            };
            tokens.push((Token::Op(op), line));
            rest = &rest[op.len()..];
        }
    }
    tokens.push((Token::End, line));
    Ok(tokens)
}

fn head(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(20)
        .collect()
}

/// Whether a `/` divides.
fn operand_before(tokens: &[(Token, u32)]) -> bool {
    match tokens.last() {
        Some((Token::Number(_) | Token::Text(_) | Token::Regex(_) | Token::Name(_), _)) => true,
        Some((Token::Op(op), _)) => matches!(*op, ")" | "]" | "$" | "++" | "--"),
        Some((Token::Word(word), _)) => *word == "length",
        _ => false,
    }
}

/// The text up to an end that has no backslash before it, and what follows.
fn until(text: &str, end: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    let mut class = false;
    for (at, c) in text.char_indices() {
        match c {
            '\n' if !escaped => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if end == '/' => class = true,
            ']' if end == '/' => class = false,
            _ if c == end && !class => return Some((&text[..at], &text[at + c.len_utf8()..])),
            _ => {}
        }
    }
    None
}

/// `\n`, `\t`, `\"`, … of a string.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('v') => out.push('\x0b'),
            Some(c @ ('\\' | '"' | '/')) => out.push(c),
            Some('\n') => {}
            Some(digit @ '0'..='7') => {
                let mut code = digit.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(next) = chars.peek().and_then(|c| c.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + next;
                    chars.next();
                }
                out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    out
}
