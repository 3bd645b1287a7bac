//! awk's parser: by recursive descent, a function for each level of precedence.

mod expr;

use std::rc::Rc;

use super::ast::{Function, Program, Redirect, Rule, Stmt, Var, When};
use super::lex::{self, Token};

/// How deep expressions and blocks may be within each other.
const MAX_DEPTH: usize = 64;

/// The variables that are there from the start, in the order in which the interpreter knows them.
pub(super) const SPECIAL: [&str; 15] = [
    "NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH",
    "CONVFMT", "OFMT", "ENVIRON", "ARGC",
];

struct Parser {
    tokens: Vec<(Token, u32)>,
    at: usize,
    program: Program,
    /// Names of functions that are called, until all are known.
    functions: Vec<String>,
    locals: Vec<String>,
    depth: usize,
    no_in: bool,
    no_greater: bool,
}

type Parsed<T> = Result<T, String>;

/// Parses a program.
pub(super) fn parse(text: &str) -> Parsed<Program> {
    let mut parser = Parser {
        tokens: lex::split(text)?,
        at: 0,
        program: Program::default(),
        functions: Vec::new(),
        locals: Vec::new(),
        depth: 0,
        no_in: false,
        no_greater: false,
    };
    parser.program.globals = SPECIAL.iter().map(|name| (*name).to_owned()).collect();
    parser.items()?;
    let mut known = Vec::new();
    for name in &parser.functions {
        let at = parser
            .program
            .functions
            .iter()
            .position(|f| f.name == *name);
        known.push(at.ok_or_else(|| format!("function {name} never defined"))?);
    }
    // Calls hold the number of the name; functions are put into that order.
    let mut found = std::mem::take(&mut parser.program.functions);
    let mut rest: Vec<Option<Function>> = found.drain(..).map(Some).collect();
    parser.program.functions = known.into_iter().filter_map(|at| rest[at].take()).collect();
    Ok(parser.program)
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::End, |(token, _)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, op: &str) -> bool {
        matches!(self.peek(), Token::Op(found) | Token::Word(found) if *found == op)
    }

    fn eat(&mut self, op: &str) -> bool {
        let found = self.is(op);
        self.at += usize::from(found);
        found
    }

    fn error<T>(&self) -> Parsed<T> {
        let line = self
            .tokens
            .get(self.at)
            .or(self.tokens.last())
            .map_or(1, |(_, line)| *line);
        let near = match self.peek() {
            Token::Number(number) => super::value::number_text(*number, "%.6g"),
            Token::Text(text) => format!("\"{text}\""),
            Token::Regex(text) => format!("/{text}/"),
            Token::Name(name) | Token::Call(name) => name.clone(),
            Token::Word(word) => (*word).to_owned(),
            Token::Op(op) => (*op).to_owned(),
            Token::Newline => "end of line".into(),
            Token::End => "end of file".into(),
        };
        match self.peek() {
            Token::Newline => Err(format!("line {line}: syntax error at or near end of line")),
            Token::End => Err(format!(
                "line {}: syntax error at or near end of file",
                line + 1
            )),
            _ => Err(format!("line {line}: syntax error at or near {near}")),
        }
    }

    fn expect(&mut self, op: &str) -> Parsed<()> {
        if self.eat(op) { Ok(()) } else { self.error() }
    }

    fn skip_newlines(&mut self) {
        while *self.peek() == Token::Newline {
            self.at += 1;
        }
    }

    fn skip_ends(&mut self) {
        while *self.peek() == Token::Newline || self.is(";") {
            self.at += 1;
        }
    }

    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            Err("program is nested too deep".into())
        } else {
            Ok(())
        }
    }

    fn items(&mut self) -> Parsed<()> {
        self.skip_ends();
        while *self.peek() != Token::End {
            if self.eat("function") || self.eat("func") {
                self.function()?;
            } else {
                let when = if self.eat("BEGIN") {
                    When::Begin
                } else if self.eat("END") {
                    When::End
                } else if self.is("{") {
                    When::Always
                } else {
                    let first = self.expr()?;
                    if self.eat(",") {
                        self.skip_newlines();
                        When::Range(first, self.expr()?)
                    } else {
                        When::If(first)
                    }
                };
                let action = if self.is("{") {
                    Some(Rc::new(self.block()?))
                } else if matches!(when, When::Begin | When::End) {
                    return self.error();
                } else {
                    None
                };
                self.program.rules.push(Rule { when, action });
            }
            if !matches!(self.peek(), Token::End | Token::Newline) && !self.is(";") {
                // `BEGIN { } { }` needs nothing in between.
                let closed = matches!(
                    self.tokens.get(self.at.wrapping_sub(1)),
                    Some((Token::Op("}"), _))
                );
                if !closed {
                    return self.error();
                }
            }
            self.skip_ends();
        }
        Ok(())
    }

    fn function(&mut self) -> Parsed<()> {
        let (Token::Name(name) | Token::Call(name)) = self.next() else {
            self.at -= 1;
            return self.error();
        };
        self.expect("(")?;
        self.locals.clear();
        while !self.eat(")") {
            match self.next() {
                Token::Name(param) => self.locals.push(param),
                _ => {
                    self.at -= 1;
                    return self.error();
                }
            }
            if self.eat(",") {
                self.skip_newlines();
            } else if !self.is(")") {
                return self.error();
            }
        }
        self.skip_newlines();
        let params = self.locals.len();
        let body = Rc::new(self.block()?);
        self.locals.clear();
        if self
            .program
            .functions
            .iter()
            .any(|known| known.name == name)
        {
            return Err(format!("redefinition of {name}"));
        }
        self.function_number(&name);
        self.program.functions.push(Function { name, params, body });
        Ok(())
    }

    fn function_number(&mut self, name: &str) -> usize {
        if let Some(at) = self.functions.iter().position(|known| known == name) {
            return at;
        }
        self.functions.push(name.to_owned());
        self.functions.len() - 1
    }

    fn var(&mut self, name: &str) -> Var {
        if let Some(at) = self.locals.iter().position(|local| local == name) {
            return Var::Local(at);
        }
        let globals = &mut self.program.globals;
        if let Some(at) = globals.iter().position(|global| global == name) {
            return Var::Global(at);
        }
        globals.push(name.to_owned());
        Var::Global(globals.len() - 1)
    }

    fn block(&mut self) -> Parsed<Vec<Stmt>> {
        self.expect("{")?;
        self.enter()?;
        let mut body = Vec::new();
        loop {
            self.skip_ends();
            if self.eat("}") {
                break;
            }
            if *self.peek() == Token::End {
                return self.error();
            }
            body.push(self.statement()?);
        }
        self.depth -= 1;
        Ok(body)
    }

    /// A statement that may stand on the next line, as a body.
    fn body(&mut self) -> Parsed<Vec<Stmt>> {
        self.skip_newlines();
        if self.eat(";") {
            return Ok(Vec::new());
        }
        if self.is("{") {
            return self.block();
        }
        Ok(vec![self.statement()?])
    }

    fn end_of_statement(&mut self) -> Parsed<()> {
        if matches!(self.peek(), Token::Newline | Token::End) || self.is(";") {
            self.at += 1;
            return Ok(());
        }
        if self.is("}") { Ok(()) } else { self.error() }
    }

    fn statement(&mut self) -> Parsed<Stmt> {
        self.enter()?;
        let statement = self.statement_inner();
        self.depth -= 1;
        statement
    }

    fn statement_inner(&mut self) -> Parsed<Stmt> {
        if self.is("{") {
            return Ok(Stmt::Block(self.block()?));
        }
        if self.eat("if") {
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            let then = self.body()?;
            let before = self.at;
            self.skip_ends();
            if self.eat("else") {
                return Ok(Stmt::If(condition, then, self.body()?));
            }
            self.at = before;
            return Ok(Stmt::If(condition, then, Vec::new()));
        }
        if self.eat("while") {
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            return Ok(Stmt::While(
                Some(condition),
                self.body()?,
                Vec::new(),
                false,
            ));
        }
        if self.eat("do") {
            let body = self.body()?;
            self.skip_ends();
            self.expect("while")?;
            self.expect("(")?;
            let condition = self.expr()?;
            self.expect(")")?;
            self.end_of_statement()?;
            return Ok(Stmt::While(Some(condition), body, Vec::new(), true));
        }
        if self.eat("for") {
            return self.for_statement();
        }
        let statement = self.simple()?;
        self.end_of_statement()?;
        Ok(statement)
    }

    fn for_statement(&mut self) -> Parsed<Stmt> {
        self.expect("(")?;
        if let [
            (Token::Name(name), _),
            (Token::Word("in"), _),
            (Token::Name(array), _),
            (Token::Op(")"), _),
            ..,
        ] = &self.tokens[self.at.min(self.tokens.len())..]
        {
            let (name, array) = (name.clone(), array.clone());
            self.at += 4;
            let (name, array) = (self.var(&name), self.var(&array));
            return Ok(Stmt::ForIn(name, array, self.body()?));
        }
        let start = if self.is(";") {
            None
        } else {
            Some(self.simple()?)
        };
        self.expect(";")?;
        self.skip_newlines();
        let condition = if self.is(";") {
            None
        } else {
            Some(self.expr()?)
        };
        self.expect(";")?;
        self.skip_newlines();
        let step = if self.is(")") {
            Vec::new()
        } else {
            vec![self.simple()?]
        };
        self.expect(")")?;
        let looped = Stmt::While(condition, self.body()?, step, false);
        Ok(match start {
            Some(start) => Stmt::Block(vec![start, looped]),
            None => looped,
        })
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), Token::Newline | Token::End) || self.is(";") || self.is("}")
    }

    fn simple(&mut self) -> Parsed<Stmt> {
        let Token::Word(word) = *self.peek() else {
            return Ok(Stmt::Expr(self.expr()?));
        };
        let optional = |parser: &mut Self| {
            if parser.at_end() {
                Ok(None)
            } else {
                parser.expr().map(Some)
            }
        };
        self.at += 1;
        Ok(match word {
            "print" | "printf" => return self.print(word == "printf"),
            "next" => Stmt::Next,
            "nextfile" => Stmt::NextFile,
            "break" => Stmt::Break,
            "continue" => Stmt::Continue,
            "exit" => Stmt::Exit(optional(self)?),
            "return" => Stmt::Return(optional(self)?),
            "delete" => {
                let Token::Name(name) = self.next() else {
                    self.at -= 1;
                    return self.error();
                };
                let var = self.var(&name);
                if self.eat("[") {
                    let index = self.list("]")?;
                    Stmt::Delete(var, Some(index))
                } else {
                    Stmt::Delete(var, None)
                }
            }
            _ => {
                self.at -= 1;
                Stmt::Expr(self.expr()?)
            }
        })
    }

    fn print(&mut self, formatted: bool) -> Parsed<Stmt> {
        let outer = std::mem::replace(&mut self.no_greater, true);
        let mut args = Vec::new();
        if !self.at_end() && !self.is(">") && !self.is(">>") && !self.is("|") {
            let before = self.at;
            // `print (a, b) > "file"`: a list in parentheses, if nothing but a redirection follows it.
            let grouped = self.eat("(") && {
                self.no_greater = false;
                let list = self.list(")");
                self.no_greater = true;
                let ends = self.at_end() || self.is(">") || self.is(">>") || self.is("|");
                match list {
                    Ok(list) if ends => {
                        args = list;
                        true
                    }
                    _ => false,
                }
            };
            if !grouped {
                self.at = before;
                loop {
                    args.push(self.expr()?);
                    if !self.eat(",") {
                        break;
                    }
                    self.skip_newlines();
                }
            }
        }
        self.no_greater = outer;
        let redirect = match self.peek() {
            Token::Op(">") => Some(Redirect::Write),
            Token::Op(">>") => Some(Redirect::Append),
            Token::Op("|") => Some(Redirect::Pipe),
            _ => None,
        };
        let to = match redirect {
            Some(redirect) => {
                self.at += 1;
                Some((redirect, self.concat(true)?))
            }
            None => None,
        };
        if formatted && args.is_empty() {
            return self.error();
        }
        Ok(if formatted {
            Stmt::Printf(args, to)
        } else {
            Stmt::Print(args, to)
        })
    }
}
