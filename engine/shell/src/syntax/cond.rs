//! The expression within `[[ … ]]`.

use super::ast::{Cond, Word};
use super::error::SyntaxError;
use super::lexer::{Parser, Token};

const BINARY: [&str; 14] = [
    "==", "=", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "<",
];
const UNARY: &str = "abcdefghknoprstuvwxzGLNORS";

fn is_unary(text: &str) -> bool {
    text.len() == 2 && text.starts_with('-') && UNARY.contains(&text[1..])
}

impl Parser<'_> {
    /// The expression and its `]]`.
    pub(super) fn parse_cond(&mut self) -> Result<Cond, SyntaxError> {
        let cond = self.cond_or()?;
        let lexeme = self.next()?;
        match &lexeme.token {
            Token::Word(word) if word.literal() == Some("]]") => Ok(cond),
            Token::Eof => {
                let mut error = self.unmatched_cond();
                error.line = lexeme.line;
                Err(error)
            }
            _ => Err(self
                .conditional_error("syntax error in conditional expression".into(), lexeme.line)),
        }
    }

    fn unmatched_cond(&self) -> SyntaxError {
        self.end_of_file()
    }

    fn cond_or(&mut self) -> Result<Cond, SyntaxError> {
        self.enter()?;
        let mut left = self.cond_and()?;
        while self.at_op("||")? {
            self.next()?;
            let right = self.cond_and()?;
            left = Cond::Or(Box::new(left), Box::new(right));
        }
        self.leave();
        Ok(left)
    }

    fn cond_and(&mut self) -> Result<Cond, SyntaxError> {
        let mut left = self.cond_not()?;
        while self.at_op("&&")? {
            self.next()?;
            let right = self.cond_not()?;
            left = Cond::And(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn cond_not(&mut self) -> Result<Cond, SyntaxError> {
        self.skip_newlines()?;
        self.enter()?;
        let cond = if self.at_word("!")? {
            self.next()?;
            Cond::Not(Box::new(self.cond_not()?))
        } else {
            self.cond_primary()?
        };
        self.skip_newlines()?;
        self.leave();
        Ok(cond)
    }

    fn cond_primary(&mut self) -> Result<Cond, SyntaxError> {
        let lexeme = self.next()?;
        let first = match lexeme.token {
            Token::Op("(") => {
                let inner = self.cond_or()?;
                let lexeme = self.next()?;
                if lexeme.token != Token::Op(")") {
                    return Err(self.conditional_error("expected `)'".into(), lexeme.line));
                }
                return Ok(inner);
            }
            Token::Word(word) => word,
            Token::Eof => return Err(self.end_of_file()),
            _ => {
                let token = &self.src[lexeme.start..lexeme.end];
                let text = format!("unexpected token `{token}' in conditional command");
                return Err(self.conditional_error(text, lexeme.line));
            }
        };
        let op = first.literal().filter(|text| is_unary(text));
        if let Some(op) = op {
            let next_is_binary = {
                let next = self.peek()?;
                matches!(&next.token, Token::Word(word) if word.literal().is_some_and(|w| BINARY.contains(&w)))
            };
            if !next_is_binary {
                let op = op.to_owned();
                let operand = self.cond_operand("unary")?;
                return Ok(Cond::Unary(op.as_str().into(), operand));
            }
        }
        if first.literal() == Some("]]") {
            return Err(self.conditional_error("syntax error near `]]'".into(), lexeme.line));
        }
        let lexeme = self.peek()?.clone();
        let op = match &lexeme.token {
            Token::Op(op @ ("<" | ">")) => (*op).to_owned(),
            Token::Op("&&" | "||" | ")") => return Ok(Cond::Word(first)),
            Token::Word(word) => match word.literal() {
                Some("]]") => return Ok(Cond::Word(first)),
                Some(op) if BINARY.contains(&op) => op.to_owned(),
                _ => {
                    let text = "conditional binary operator expected".to_owned();
                    return Err(self.conditional_error(text, lexeme.line));
                }
            },
            Token::Eof => return Err(self.end_of_file()),
            _ => {
                let text = "unexpected token `newline', conditional binary operator expected";
                return Err(self.conditional_error(text.into(), lexeme.line));
            }
        };
        self.next()?;
        let right = if op == "=~" {
            self.regex_word()?
        } else {
            let before = self.groups;
            self.groups |= matches!(&*op, "==" | "=" | "!=");
            let operand = self.cond_operand("binary");
            self.groups = before;
            operand?
        };
        Ok(Cond::Binary(first, op.as_str().into(), right))
    }

    fn cond_operand(&mut self, kind: &str) -> Result<Word, SyntaxError> {
        let lexeme = self.next()?;
        match lexeme.token {
            Token::Word(word) if word.literal() != Some("]]") => Ok(word),
            Token::Eof => Err(self.end_of_file()),
            _ => {
                let token = match lexeme.token {
                    Token::Newline => "newline",
                    _ => &self.src[lexeme.start..lexeme.end],
                };
                let text = format!("unexpected argument `{token}' to conditional {kind} operator");
                Err(self.conditional_error(text, lexeme.line))
            }
        }
    }

    /// The pattern after `=~`: a word in which parentheses and bars are characters of the pattern.
    fn regex_word(&mut self) -> Result<Word, SyntaxError> {
        self.forget_peeked();
        self.skip_blanks();
        let open = std::cell::Cell::new(0_usize);
        // `?(` is a group that may be missing here, whatever `extglob` says.
        let groups = std::mem::take(&mut self.groups);
        let word = self.read_word_until(false, &|byte| match byte {
            b'(' => {
                open.set(open.get() + 1);
                false
            }
            b')' if open.get() > 0 => {
                open.set(open.get() - 1);
                false
            }
            b'|' | b' ' | b'\t' | b'<' | b'>' | b'&' | b';' if open.get() > 0 => false,
            b' ' | b'\t' | b'\n' | b')' => true,
            b'&' | b';' => true,
            _ => false,
        });
        self.groups = groups;
        let word = word?;
        if word.source.is_empty() {
            let line = self.line;
            let text = "unexpected argument to conditional binary operator".to_owned();
            return Err(self.conditional_error(text, line));
        }
        Ok(word)
    }
}
