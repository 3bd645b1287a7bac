//! Compound commands: groups, loops, `if`, `case`, functions, `[[`, `((`.

use std::rc::Rc;

use super::ast::{CaseClause, CaseEnd, CommandKind, List, Word};
use super::error::SyntaxError;
use super::lexer::{Lexeme, Parser, Token};

impl Parser<'_> {
    /// A compound command, if the token begins one.
    pub(super) fn parse_compound(
        &mut self,
        lexeme: &Lexeme,
    ) -> Result<Option<CommandKind>, SyntaxError> {
        let kind = match &lexeme.token {
            Token::Op("(") => self.parse_parenthesis(lexeme)?,
            Token::Word(word) => match word.literal() {
                Some("{") => {
                    self.next()?;
                    let list = self.body(&["}"])?;
                    self.expect_word("}")?;
                    CommandKind::Group(list)
                }
                Some("if") => self.parse_if()?,
                Some(word @ ("while" | "until")) => {
                    let until = word == "until";
                    self.next()?;
                    let condition = self.body(&["do"])?;
                    let body = self.do_group()?;
                    CommandKind::While {
                        until,
                        condition,
                        body,
                    }
                }
                Some("for") => self.parse_for(false)?,
                Some("select") => self.parse_for(true)?,
                Some("case") => self.parse_case()?,
                Some("function") => {
                    self.next()?;
                    let lexeme = self.next()?;
                    let Token::Word(name) = &lexeme.token else {
                        return Err(self.unexpected(&lexeme));
                    };
                    let name = name.source.clone();
                    self.parse_function_body(&name)?
                }
                Some("coproc") => self.parse_coproc()?,
                Some("[[") => {
                    self.next()?;
                    CommandKind::Cond(self.parse_cond()?)
                }
                Some("then" | "elif" | "else" | "fi" | "do" | "done" | "esac" | "}") => {
                    return Err(self.unexpected(lexeme));
                }
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    /// `coproc`; a name may stand before a compound command.
    fn parse_coproc(&mut self) -> Result<CommandKind, SyntaxError> {
        const COMPOUND: [&str; 8] = ["{", "if", "while", "until", "for", "select", "case", "[["];
        self.next()?;
        let mut name = Rc::from("COPROC");
        let (pos, line) = (self.pos, self.line);
        let lexeme = self.peek()?.clone();
        if let Token::Word(word) = &lexeme.token
            && let Some(text) = word.literal()
            && super::word::is_name(text)
            && !COMPOUND.contains(&text)
        {
            self.next()?;
            let named = match &self.peek()?.token {
                Token::Op("(") => true,
                Token::Word(word) => word.literal().is_some_and(|text| COMPOUND.contains(&text)),
                _ => false,
            };
            if named {
                name = Rc::from(text);
            } else {
                self.forget_peeked();
                (self.pos, self.line) = (pos, line);
            }
        }
        let command = Rc::new(self.parse_command()?);
        Ok(CommandKind::Coproc { name, command })
    }

    /// A list that must not be empty.
    fn body(&mut self, ends: &[&str]) -> Result<Rc<List>, SyntaxError> {
        let list = self.parse_list(ends)?;
        if list.0.is_empty() {
            let lexeme = self.peek()?.clone();
            return Err(self.unexpected(&lexeme));
        }
        Ok(Rc::new(list))
    }

    fn do_group(&mut self) -> Result<Rc<List>, SyntaxError> {
        self.skip_newlines()?;
        // `for … { …; }` is taken too.
        if self.at_word("{")? {
            self.next()?;
            let body = self.body(&["}"])?;
            self.expect_word("}")?;
            return Ok(body);
        }
        self.expect_word("do")?;
        let body = self.body(&["done"])?;
        self.expect_word("done")?;
        Ok(body)
    }

    fn parse_parenthesis(&mut self, lexeme: &Lexeme) -> Result<CommandKind, SyntaxError> {
        // `((` is arithmetic if it closes with `))`.
        let line = lexeme.line;
        if self.src[lexeme.start..].starts_with("((") {
            let (pos, at_line) = (self.pos, self.line);
            self.forget_peeked();
            self.pos = lexeme.start + 2;
            self.line = line;
            if let Some(word) = self.read_arith_text(line)? {
                return Ok(CommandKind::Arith(word));
            }
            self.pos = pos;
            self.line = at_line;
        }
        self.next()?;
        let list = self.body(&[])?;
        let lexeme = self.next()?;
        if lexeme.token != Token::Op(")") {
            return Err(self.unexpected(&lexeme));
        }
        Ok(CommandKind::Subshell(list))
    }

    fn parse_if(&mut self) -> Result<CommandKind, SyntaxError> {
        self.next()?;
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.body(&["then"])?;
            self.expect_word("then")?;
            let body = self.body(&["elif", "else", "fi"])?;
            branches.push((condition, body));
            if self.at_word("elif")? {
                self.next()?;
                continue;
            }
            if self.at_word("else")? {
                self.next()?;
                otherwise = Some(self.body(&["fi"])?);
            }
            self.expect_word("fi")?;
            return Ok(CommandKind::If {
                branches,
                otherwise,
            });
        }
    }

    fn parse_for(&mut self, select: bool) -> Result<CommandKind, SyntaxError> {
        self.next()?;
        let lexeme = self.next()?;
        if lexeme.token == Token::Op("(") && self.byte() == Some(b'(') && !select {
            return self.parse_for_arith(lexeme.line);
        }
        let Token::Word(name) = &lexeme.token else {
            return Err(self.unexpected(&lexeme));
        };
        let name = name.source.clone();
        let mut words = None;
        self.skip_newlines()?;
        if self.at_word("in")? {
            self.next()?;
            let mut list = Vec::new();
            loop {
                let lexeme = self.next()?;
                match lexeme.token {
                    Token::Word(word) => list.push(word),
                    Token::Op(";") | Token::Newline => break,
                    _ => return Err(self.unexpected(&lexeme)),
                }
            }
            words = Some(list);
        } else if self.at_op(";")? {
            self.next()?;
        }
        let body = self.do_group()?;
        Ok(CommandKind::For {
            name,
            words,
            body,
            select,
        })
    }

    fn parse_for_arith(&mut self, line: u32) -> Result<CommandKind, SyntaxError> {
        self.pos += 1;
        let text_start = self.pos;
        if self.read_arith_text(line)?.is_none() {
            return Err(self.unmatched(')', line));
        }
        let text = self.src[text_start..self.pos - 2].to_owned();
        let pieces: Vec<&str> = text.split(';').collect();
        let [first, second, third] = pieces.as_slice() else {
            return Err(
                self.conditional_error("syntax error: arithmetic expression required".into(), line)
            );
        };
        let parts: [Word; 3] = [
            self.arith_word(first)?,
            self.arith_word(second)?,
            self.arith_word(third)?,
        ];
        if self.at_op(";")? {
            self.next()?;
        }
        let body = self.do_group()?;
        Ok(CommandKind::ForArith { parts, body })
    }

    fn parse_case(&mut self) -> Result<CommandKind, SyntaxError> {
        self.next()?;
        let lexeme = self.next()?;
        let Token::Word(word) = lexeme.token else {
            return Err(self.unexpected(&lexeme));
        };
        self.skip_newlines()?;
        self.expect_word("in")?;
        let mut clauses = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.at_word("esac")? {
                self.next()?;
                return Ok(CommandKind::Case { word, clauses });
            }
            if self.at_op("(")? {
                self.next()?;
            }
            let mut patterns = Vec::new();
            loop {
                let lexeme = self.next()?;
                let Token::Word(pattern) = lexeme.token else {
                    return Err(self.unexpected(&lexeme));
                };
                patterns.push(pattern);
                let lexeme = self.next()?;
                match lexeme.token {
                    Token::Op("|") => {}
                    Token::Op(")") => break,
                    _ => return Err(self.unexpected(&lexeme)),
                }
            }
            let body = Rc::new(self.parse_list(&["esac"])?);
            let lexeme = self.peek()?.clone();
            let end = match &lexeme.token {
                Token::Op(";;") => CaseEnd::Break,
                Token::Op(";&") => CaseEnd::FallThrough,
                Token::Op(";;&") => CaseEnd::Continue,
                Token::Word(word) if word.literal() == Some("esac") => CaseEnd::Break,
                _ => return Err(self.unexpected(&lexeme)),
            };
            if matches!(lexeme.token, Token::Op(_)) {
                self.next()?;
            }
            clauses.push(CaseClause {
                patterns,
                body,
                end,
            });
        }
    }
}
