//! Reading label selectors: a scanner and a descent over its tokens.

use ecow::eco_format;

use super::{Operator, Requirement, label_key_error};
use crate::Str;
use crate::field::Path;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Error,
    End,
    Close,
    Comma,
    Not,
    DoubleEquals,
    Equals,
    Greater,
    Identifier,
    In,
    Less,
    NotEquals,
    NotIn,
    Open,
}

fn symbol(text: &str) -> Option<Token> {
    Some(match text {
        ")" => Token::Close,
        "," => Token::Comma,
        "!" => Token::Not,
        "==" => Token::DoubleEquals,
        "=" => Token::Equals,
        ">" => Token::Greater,
        "<" => Token::Less,
        "!=" => Token::NotEquals,
        "(" => Token::Open,
        _ => return None,
    })
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_special(b: u8) -> bool {
    b"=!(),><".contains(&b)
}

fn scan(text: &str) -> Vec<(Token, Str)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if is_space(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        if is_special(bytes[at]) {
            // The longest known symbol: `=`, `==`, `!=`; the text between the marks is ASCII.
            at += 1;
            while at < bytes.len() && is_special(bytes[at]) && symbol(&text[start..=at]).is_some() {
                at += 1;
            }
            let literal = &text[start..at];
            tokens.push((symbol(literal).unwrap_or(Token::Error), literal.into()));
            continue;
        }
        while at < bytes.len() && !is_space(bytes[at]) && !is_special(bytes[at]) {
            at += 1;
        }
        let token = match &text[start..at] {
            "in" => Token::In,
            "notin" => Token::NotIn,
            _ => Token::Identifier,
        };
        tokens.push((token, text[start..at].into()));
    }
    tokens.push((Token::End, Str::new()));
    tokens
}

struct Parser {
    tokens: Vec<(Token, Str)>,
    at: usize,
}

impl Parser {
    /// The next token; among values `in` and `notin` are ordinary words.
    fn peek(&self) -> (Token, Str) {
        match self.tokens.get(self.at) {
            Some((Token::In | Token::NotIn, text)) => (Token::Identifier, text.clone()),
            Some((token, text)) => (*token, text.clone()),
            None => (Token::End, Str::new()),
        }
    }

    fn next(&mut self) -> (Token, Str) {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, Str> {
        let (mut token, mut text) = self.next();
        let negated = token == Token::Not;
        if negated {
            (token, text) = self.next();
        }
        if token != Token::Identifier {
            return Err(eco_format!("found '{text}', expected: identifier"));
        }
        if let Some(error) = label_key_error(&text, &Path::root()) {
            return Err(eco_format!("{error}"));
        }
        if negated {
            return Requirement::new(text, Operator::DoesNotExist, Vec::new());
        }
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Requirement::new(text, Operator::Exists, Vec::new());
        }
        let operator = self.operator()?;
        let mut values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => vec![self.exact_value()?],
        };
        values.sort();
        values.dedup();
        Requirement::new(text, operator, values)
    }

    fn operator(&mut self) -> Result<Operator, Str> {
        let (token, text) = self
            .tokens
            .get(self.at)
            .cloned()
            .unwrap_or((Token::End, Str::new()));
        self.at += 1;
        Ok(match token {
            Token::In => Operator::In,
            Token::NotIn => Operator::NotIn,
            Token::Equals => Operator::Equals,
            Token::DoubleEquals => Operator::DoubleEquals,
            Token::NotEquals => Operator::NotEquals,
            Token::Greater => Operator::GreaterThan,
            Token::Less => Operator::LessThan,
            _ => {
                return Err(eco_format!(
                    "found '{text}', expected: in, notin, =, ==, !=, gt, lt"
                ));
            }
        })
    }

    fn values(&mut self) -> Result<Vec<Str>, Str> {
        let (token, text) = self.next();
        if token != Token::Open {
            return Err(eco_format!("found '{text}' expected: '('"));
        }
        let mut values = Vec::new();
        match self.peek() {
            (Token::Close, _) => values.push(Str::new()),
            (Token::Identifier | Token::Comma, _) => self.list(&mut values)?,
            (_, text) => {
                return Err(eco_format!(
                    "found '{text}', expected: ',', ')' or identifier"
                ));
            }
        }
        self.at += 1; // the closing parenthesis
        Ok(values)
    }

    /// Up to the closing parenthesis, which is left. Nothing between commas is the empty value.
    fn list(&mut self, values: &mut Vec<Str>) -> Result<(), Str> {
        loop {
            match self.next() {
                (Token::Identifier, text) => {
                    values.push(text);
                    match self.peek() {
                        (Token::Comma, _) => {}
                        (Token::Close, _) => return Ok(()),
                        (_, text) => {
                            return Err(eco_format!("found '{text}', expected: ',' or ')'"));
                        }
                    }
                }
                (Token::Comma, _) => {
                    if values.is_empty() {
                        values.push(Str::new());
                    }
                    match self.peek().0 {
                        Token::Close => {
                            values.push(Str::new());
                            return Ok(());
                        }
                        Token::Comma => values.push(Str::new()),
                        _ => {}
                    }
                }
                (_, text) => {
                    return Err(eco_format!("found '{text}', expected: ',', or identifier"));
                }
            }
        }
    }

    fn exact_value(&mut self) -> Result<Str, Str> {
        if matches!(self.peek().0, Token::End | Token::Comma) {
            return Ok(Str::new());
        }
        match self.next() {
            (Token::Identifier, text) => Ok(text),
            (_, text) => Err(eco_format!("found '{text}', expected: identifier")),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, Str> {
    let mut parser = Parser {
        tokens: scan(text),
        at: 0,
    };
    let mut requirements = Vec::new();
    loop {
        match parser.peek() {
            (Token::End, _) => return Ok(requirements),
            (Token::Identifier | Token::Not, _) => {
                let requirement = parser.requirement();
                requirements.push(
                    requirement
                        .map_err(|text| eco_format!("unable to parse requirement: {text}"))?,
                );
                match parser.next() {
                    (Token::End, _) => return Ok(requirements),
                    (Token::Comma, _) => match parser.peek() {
                        (Token::Identifier | Token::Not, _) => {}
                        (_, text) => {
                            return Err(eco_format!(
                                "found '{text}', expected: identifier after ','"
                            ));
                        }
                    },
                    (_, text) => {
                        return Err(eco_format!(
                            "found '{text}', expected: ',' or 'end of string'"
                        ));
                    }
                }
            }
            (_, text) => {
                return Err(eco_format!(
                    "found '{text}', expected: !, identifier, or 'end of string'"
                ));
            }
        }
    }
}
