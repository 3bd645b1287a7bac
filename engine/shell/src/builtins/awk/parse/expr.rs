//! Expressions, a function for each level of precedence.

use super::{Parsed, Parser};
use crate::builtins::awk::ast::{Compare, Expr, Place, Source, Var};
use crate::builtins::awk::lex::{BUILTINS, Token};

impl Parser {
    /// Expressions with commas between them, up to a closing word.
    pub(super) fn list(&mut self, close: &str) -> Parsed<Vec<Expr>> {
        let mut items = Vec::new();
        self.skip_newlines();
        if self.eat(close) {
            return Ok(items);
        }
        let outer = (
            std::mem::take(&mut self.no_in),
            std::mem::take(&mut self.no_greater),
        );
        loop {
            items.push(self.expr()?);
            self.skip_newlines();
            if !self.eat(",") {
                break;
            }
            self.skip_newlines();
        }
        (self.no_in, self.no_greater) = outer;
        self.expect(close)?;
        Ok(items)
    }

    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let expr = self.ternary();
        self.depth -= 1;
        expr
    }

    fn ternary(&mut self) -> Parsed<Expr> {
        let left = self.or()?;
        if self.eat("?") {
            self.skip_newlines();
            let then = self.expr()?;
            self.skip_newlines();
            self.expect(":")?;
            self.skip_newlines();
            let otherwise = self.expr()?;
            return Ok(Expr::Cond(left.into(), then.into(), otherwise.into()));
        }
        let op = match self.peek() {
            Token::Op("=") => 0,
            Token::Op("+=") => b'+',
            Token::Op("-=") => b'-',
            Token::Op("*=") => b'*',
            Token::Op("/=") => b'/',
            Token::Op("%=") => b'%',
            Token::Op("^=") => b'^',
            _ => return Ok(left),
        };
        match left {
            Expr::Get(place) => {
                self.at += 1;
                self.skip_newlines();
                Ok(Expr::Assign(place, op, self.expr()?.into()))
            }
            // `1 == x = 2`: not taken.
            _ => self.error(),
        }
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut left = self.and()?;
        while self.eat("||") {
            self.skip_newlines();
            left = Expr::Or(left.into(), self.and()?.into());
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut left = self.membership()?;
        while self.eat("&&") {
            self.skip_newlines();
            left = Expr::And(left.into(), self.membership()?.into());
        }
        Ok(left)
    }

    fn membership(&mut self) -> Parsed<Expr> {
        let mut left = self.matching()?;
        while !self.no_in && self.eat("in") {
            left = Expr::In(vec![left], self.array()?);
        }
        Ok(left)
    }

    fn array(&mut self) -> Parsed<Var> {
        match self.next() {
            Token::Name(name) => Ok(self.var(&name)),
            _ => {
                self.at -= 1;
                self.error()
            }
        }
    }

    fn matching(&mut self) -> Parsed<Expr> {
        let mut left = self.comparison()?;
        loop {
            let wanted = if self.eat("~") {
                true
            } else if self.eat("!~") {
                false
            } else {
                return Ok(left);
            };
            left = Expr::Match(left.into(), self.comparison()?.into(), wanted);
        }
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let left = self.concat(false)?;
        let compare = match self.peek() {
            Token::Op("<") => Compare::Less,
            Token::Op("<=") => Compare::LessEqual,
            Token::Op("==") => Compare::Equal,
            Token::Op("!=") => Compare::NotEqual,
            Token::Op(">") if !self.no_greater => Compare::Greater,
            Token::Op(">=") => Compare::GreaterEqual,
            _ => return Ok(left),
        };
        self.at += 1;
        let right = self.concat(false)?;
        Ok(Expr::Compare(compare, left.into(), right.into()))
    }

    fn begins_operand(&self) -> bool {
        match self.peek() {
            Token::Number(_)
            | Token::Text(_)
            | Token::Regex(_)
            | Token::Name(_)
            | Token::Call(_) => true,
            Token::Op(op) => matches!(*op, "$" | "!" | "(" | "-" | "+" | "++" | "--"),
            Token::Word(word) => BUILTINS.contains(word),
            _ => false,
        }
    }

    /// Values side by side; with `redirect` for the target of one, where no `|` or `-` goes on.
    pub(super) fn concat(&mut self, redirect: bool) -> Parsed<Expr> {
        let mut left = self.additive()?;
        loop {
            if !redirect
                && self.is("|")
                && matches!(
                    self.tokens.get(self.at + 1),
                    Some((Token::Word("getline"), _))
                )
            {
                self.at += 2;
                let to = self.getline_target()?;
                left = Expr::Getline(Source::Command(left.into()), to);
            } else if self.begins_operand() && !self.is("!") && !self.is("+") && !self.is("-") {
                left = Expr::Concat(left.into(), self.additive()?.into());
            } else {
                return Ok(left);
            }
        }
    }

    fn additive(&mut self) -> Parsed<Expr> {
        let mut left = self.term()?;
        loop {
            let op = if self.eat("+") {
                b'+'
            } else if self.eat("-") {
                b'-'
            } else {
                return Ok(left);
            };
            left = Expr::Arith(op, left.into(), self.term()?.into());
        }
    }

    fn term(&mut self) -> Parsed<Expr> {
        let mut left = self.unary()?;
        loop {
            let op = if self.eat("*") {
                b'*'
            } else if self.eat("/") {
                b'/'
            } else if self.eat("%") {
                b'%'
            } else {
                return Ok(left);
            };
            left = Expr::Arith(op, left.into(), self.unary()?.into());
        }
    }

    fn unary(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let expr = if self.eat("!") {
            self.unary().map(|inner| Expr::Not(inner.into()))
        } else if self.eat("-") {
            self.unary().map(|inner| Expr::Minus(inner.into()))
        } else if self.eat("+") {
            self.unary().map(|inner| Expr::Plus(inner.into()))
        } else {
            self.power()
        };
        self.depth -= 1;
        expr
    }

    fn power(&mut self) -> Parsed<Expr> {
        let left = self.postfix()?;
        if !self.eat("^") {
            return Ok(left);
        }
        // To the right, and `-` may stand there.
        let right = self.unary()?;
        Ok(Expr::Arith(b'^', left.into(), right.into()))
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        for (op, by) in [("++", 1.0), ("--", -1.0)] {
            if self.eat(op) {
                return match self.primary()? {
                    Expr::Get(place) => Ok(Expr::Step(place, by, false)),
                    _ => self.error(),
                };
            }
        }
        let left = self.primary()?;
        match left {
            Expr::Get(place) if self.eat("++") => Ok(Expr::Step(place, 1.0, true)),
            Expr::Get(place) if self.eat("--") => Ok(Expr::Step(place, -1.0, true)),
            left => Ok(left),
        }
    }

    fn getline_target(&mut self) -> Parsed<Option<Box<Place>>> {
        if !matches!(self.peek(), Token::Name(_)) && !self.is("$") {
            return Ok(None);
        }
        match self.primary()? {
            Expr::Get(place) => Ok(Some(place.into())),
            _ => self.error(),
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        match self.next() {
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Text(text) => Ok(Expr::Text(text)),
            Token::Regex(text) => Ok(Expr::Regex(text)),
            Token::Op("$") => {
                self.enter()?;
                let step = if self.eat("++") {
                    1.0
                } else if self.eat("--") {
                    -1.0
                } else {
                    0.0
                };
                let inner = if self.is("-") {
                    self.unary()?
                } else {
                    self.primary()?
                };
                self.depth -= 1;
                let inner = match inner {
                    Expr::Get(place) if step != 0.0 => Expr::Step(place, step, false),
                    inner => inner,
                };
                Ok(Expr::Get(Place::Field(inner.into())))
            }
            Token::Op("(") => {
                let mut items = self.list(")")?;
                if self.is("in") && (items.len() > 1 || !self.no_in) {
                    self.at += 1;
                    return Ok(Expr::In(items, self.array()?));
                }
                match (items.pop(), items.is_empty()) {
                    (Some(inner), true) => Ok(Expr::Group(inner.into())),
                    _ => {
                        self.at -= 1;
                        self.error()
                    }
                }
            }
            Token::Name(name) => {
                let var = self.var(&name);
                if self.eat("[") {
                    return Ok(Expr::Get(Place::Item(var, self.list("]")?)));
                }
                Ok(Expr::Get(Place::Var(var)))
            }
            Token::Call(name) => {
                self.at += 1;
                let number = self.function_number(&name);
                Ok(Expr::Call(number, self.list(")")?))
            }
            Token::Word("getline") => {
                let to = self.getline_target()?;
                if self.eat("<") {
                    let file = self.postfix()?;
                    return Ok(Expr::Getline(Source::File(file.into()), to));
                }
                Ok(Expr::Getline(Source::Main, to))
            }
            Token::Word(word) if BUILTINS.contains(&word) => {
                let args = if self.eat("(") {
                    self.list(")")?
                } else {
                    Vec::new()
                };
                if args.is_empty()
                    && !matches!(
                        word,
                        "length" | "rand" | "srand" | "fflush" | "systime" | "strftime"
                    )
                {
                    self.at -= 1;
                    return self.error();
                }
                Ok(Expr::Builtin(word, args))
            }
            _ => {
                self.at -= 1;
                self.error()
            }
        }
    }
}
