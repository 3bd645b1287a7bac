//! `bc`: a calculator: expressions, variables, `scale`, `ibase` and `obase`. It has no statements (`if`, `while`, `for`,
//! `define`) and no functions of `-l` but `sqrt`; it says so.

mod num;

use std::collections::BTreeMap;

use num::{MAX_DIGITS, Num};
use os::Proc;

use super::open_sources;
use crate::opts::Spec;

/// How deep brackets may be.
const MAX_DEPTH: usize = 100;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "lqsiw",
        &[
            ("mathlib", 'l'),
            ("quiet", 'q'),
            ("standard", 's'),
            ("interactive", 'i'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut machine = Machine {
        scale: if opts.has('l') { 20 } else { 0 },
        ..Machine::default()
    };
    let mut names = opts.rest.clone();
    names.push("-".into());
    let (sources, _) = open_sources(&proc, "bc", &names).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        let mut number = 0;
        let mut text = String::new();
        while let Ok(Some(line)) = lines.next_line().await {
            number += 1;
            text.push_str(&String::from_utf8_lossy(&line));
            if text.ends_with("\\\n") {
                text.truncate(text.len() - 2);
                continue;
            }
            let place = if source.name == "-" {
                "(standard_in)"
            } else {
                &source.name
            };
            let outcome = machine.line(&std::mem::take(&mut text));
            proc.cpu(std::time::Duration::from_micros(20)).await;
            proc.print(std::mem::take(&mut machine.out)).await;
            match outcome {
                Ok(()) => {}
                Err(Stop::Quit) => return 0,
                Err(Stop::Syntax) => {
                    // What is missing at a line's end is missed on the next.
                    let line = number + usize::from(machine.at >= machine.tokens.len());
                    proc.eprint(format!("{place} {line}: syntax error\n")).await;
                }
                Err(Stop::Runtime(why)) => {
                    proc.eprint(format!("Runtime error (func=(main), adr=3): {why}\n"))
                        .await;
                }
                Err(Stop::Missing(what)) => {
                    proc.eprint(format!("bc: {what} is not in this playground\n"))
                        .await;
                }
            }
        }
    }
    0
}

/// Why a line is not worked out.
enum Stop {
    Quit,
    Syntax,
    Runtime(&'static str),
    Missing(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(String),
    Name(String),
    Text(String),
    Op(&'static str),
}

const OPS: [&str; 31] = [
    "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "&&", "||", "++", "--", "+", "-",
    "*", "/", "%", "^", "=", "<", ">", "!", "(", ")", ";", ",", "{", "}", "\n",
];

fn tokens(text: &str) -> Result<Vec<Token>, Stop> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |is_part: &dyn Fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let end = if c == ' ' || c == '\t' || c == '\r' {
            1
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if c == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if c == '"' {
            let end = rest[1..].find('"').ok_or(Stop::Syntax)? + 1;
            out.push(Token::Text(rest[1..end].to_owned()));
            end + 1
        } else if c.is_ascii_digit() || c == '.' || c.is_ascii_uppercase() {
            let end = run(&|c| c.is_ascii_digit() || c == '.' || ('A'..='F').contains(&c));
            if end == 0 || rest[..end].matches('.').count() > 1 {
                return Err(Stop::Syntax);
            }
            out.push(Token::Number(rest[..end].to_owned()));
            end
        } else if c.is_ascii_lowercase() {
            let end = run(&|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            out.push(Token::Name(rest[..end].to_owned()));
            end
        } else {
            let op = OPS
                .iter()
                .find(|op| rest.starts_with(**op))
                .ok_or(Stop::Syntax)?;
            out.push(Token::Op(op));
            op.len()
        };
        rest = &rest[end..];
    }
    Ok(out)
}

/// What it remembers, and the line it is at.
#[derive(Default)]
struct Machine {
    names: BTreeMap<String, Num>,
    scale: usize,
    /// 0 stands for 10.
    input: i64,
    output: i64,
    last: Num,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    out: String,
}

type Value = Result<Num, Stop>;

impl Machine {
    fn line(&mut self, text: &str) -> Result<(), Stop> {
        self.tokens = tokens(text)?;
        (self.at, self.depth) = (0, 0);
        while self.at < self.tokens.len() {
            if self.takes(";") || self.takes("\n") {
                continue;
            }
            self.statement()?;
            let over = self.at == self.tokens.len() || self.takes(";") || self.takes("\n");
            if !over {
                return Err(Stop::Syntax);
            }
        }
        Ok(())
    }

    fn takes(&mut self, op: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Op(found)) if *found == op);
        self.at += usize::from(found);
        found
    }

    fn one_of(&mut self, ops: &[&'static str]) -> Option<&'static str> {
        let found = ops.iter().find(|op| self.takes(op))?;
        Some(found)
    }

    fn statement(&mut self) -> Result<(), Stop> {
        match self.tokens.get(self.at).cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                self.out.push_str(&text);
                Ok(())
            }
            Some(Token::Name(name)) if matches!(name.as_str(), "quit" | "halt") => Err(Stop::Quit),
            Some(Token::Name(name)) if name == "print" => {
                self.at += 1;
                loop {
                    if let Some(Token::Text(text)) = self.tokens.get(self.at).cloned() {
                        self.at += 1;
                        let text = text
                            .replace("\\n", "\n")
                            .replace("\\t", "\t")
                            .replace("\\q", "\"");
                        self.out.push_str(&text);
                    } else {
                        let value = self.expression()?;
                        self.out.push_str(&value.text(self.output_base()));
                        self.last = value;
                    }
                    if !self.takes(",") {
                        return Ok(());
                    }
                }
            }
            Some(Token::Name(name))
                if matches!(
                    name.as_str(),
                    "if" | "while" | "for" | "define" | "break" | "auto"
                ) =>
            {
                Err(Stop::Missing("a statement (if, while, for, define)"))
            }
            Some(Token::Op("{")) => Err(Stop::Missing("a statement ({ })")),
            first => {
                let assigns = matches!(first, Some(Token::Name(_)))
                    && matches!(
                        self.tokens.get(self.at + 1),
                        Some(Token::Op("=" | "+=" | "-=" | "*=" | "/=" | "%=" | "^="))
                    );
                let value = self.expression()?;
                if !assigns {
                    let text = value.text(self.output_base());
                    // Long numbers are cut into lines.
                    let mut rest = text.as_str();
                    while rest.len() > 69 {
                        self.out.push_str(&rest[..68]);
                        self.out.push_str("\\\n");
                        rest = &rest[68..];
                    }
                    self.out.push_str(rest);
                    self.out.push('\n');
                    self.last = value;
                }
                Ok(())
            }
        }
    }

    fn output_base(&self) -> i64 {
        if self.output == 0 { 10 } else { self.output }
    }

    fn expression(&mut self) -> Value {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop::Syntax);
        }
        let value = self.assignment();
        self.depth -= 1;
        let value = value?;
        if value.is_too_long() {
            return Err(Stop::Runtime("the number is too long for this playground"));
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Value {
        if let Some(Token::Name(name)) = self.tokens.get(self.at).cloned() {
            let before = self.at;
            self.at += 1;
            if let Some(op) = self.one_of(&["=", "+=", "-=", "*=", "/=", "%=", "^="]) {
                let value = self.expression()?;
                let value = match op.strip_suffix('=').filter(|op| !op.is_empty()) {
                    Some(op) => {
                        let old = self.variable(&name);
                        self.binary(op, &old, &value)?
                    }
                    None => value,
                };
                self.set(&name, value.clone())?;
                return Ok(value);
            }
            self.at = before;
        }
        self.either()
    }

    fn set(&mut self, name: &str, value: Num) -> Result<(), Stop> {
        let small = value.to_int().unwrap_or(i64::MAX);
        match name {
            "scale" => self.scale = usize::try_from(small).unwrap_or(0).min(MAX_DIGITS / 2),
            "ibase" => self.input = small.clamp(2, 16),
            "obase" => self.output = small.clamp(2, 1_000_000),
            _ => drop(self.names.insert(name.to_owned(), value)),
        }
        Ok(())
    }

    fn variable(&self, name: &str) -> Num {
        match name {
            "scale" => Num::from_int(self.scale as i64),
            "ibase" => Num::from_int(if self.input == 0 { 10 } else { self.input }),
            "obase" => Num::from_int(self.output_base()),
            "last" => self.last.clone(),
            name => self.names.get(name).cloned().unwrap_or_default(),
        }
    }

    fn either(&mut self) -> Value {
        let mut left = self.both()?;
        while self.takes("||") {
            let right = self.both()?;
            left = Num::from_int(i64::from(!left.is_zero() || !right.is_zero()));
        }
        Ok(left)
    }

    fn both(&mut self) -> Value {
        let mut left = self.not()?;
        while self.takes("&&") {
            let right = self.not()?;
            left = Num::from_int(i64::from(!left.is_zero() && !right.is_zero()));
        }
        Ok(left)
    }

    fn not(&mut self) -> Value {
        let mut flips = 0;
        while self.takes("!") {
            flips += 1;
        }
        let value = self.relation()?;
        Ok(match flips {
            0 => value,
            flips => Num::from_int(i64::from(value.is_zero() == (flips % 2 == 1))),
        })
    }

    fn relation(&mut self) -> Value {
        let mut left = self.sum()?;
        while let Some(op) = self.one_of(&["==", "<=", ">=", "!=", "<", ">"]) {
            let order = left.order(&self.sum()?);
            let holds = match op {
                "==" => order.is_eq(),
                "<=" => order.is_le(),
                ">=" => order.is_ge(),
                "!=" => order.is_ne(),
                "<" => order.is_lt(),
                _ => order.is_gt(),
            };
            left = Num::from_int(i64::from(holds));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Value {
        let mut left = self.term()?;
        while let Some(op) = self.one_of(&["+", "-"]) {
            let right = self.term()?;
            left = self.binary(op, &left, &right)?;
        }
        Ok(left)
    }

    fn term(&mut self) -> Value {
        let mut left = self.power()?;
        while let Some(op) = self.one_of(&["*", "/", "%"]) {
            let right = self.power()?;
            left = self.binary(op, &left, &right)?;
        }
        Ok(left)
    }

    fn power(&mut self) -> Value {
        let base = self.unary()?;
        if self.takes("^") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(Stop::Syntax);
            }
            let power = self.power();
            self.depth -= 1;
            return self.binary("^", &base, &power?);
        }
        Ok(base)
    }

    fn binary(&self, op: &str, a: &Num, b: &Num) -> Value {
        let by_zero = Stop::Runtime("Divide by zero");
        match op {
            "+" => Ok(a.add(b)),
            "-" => Ok(a.sub(b)),
            "*" => Ok(a.mul(b, self.scale)),
            "/" => a.div(b, self.scale).ok_or(by_zero),
            "%" => a.rem(b, self.scale).ok_or(by_zero),
            _ => {
                let power = b
                    .to_int()
                    .ok_or(Stop::Runtime("exponent too large in raise"))?;
                if a.is_zero() && power < 0 {
                    return Err(by_zero);
                }
                let long = Stop::Runtime("the number is too long for this playground");
                a.pow(power, self.scale).ok_or(long)
            }
        }
    }

    fn unary(&mut self) -> Value {
        let mut negative = false;
        while self.takes("-") {
            negative = !negative;
        }
        let value = self.primary()?;
        Ok(if negative { value.negated() } else { value })
    }

    fn primary(&mut self) -> Value {
        if self.takes("(") {
            let value = self.expression()?;
            return if self.takes(")") {
                Ok(value)
            } else {
                Err(Stop::Syntax)
            };
        }
        if let Some(op) = self.one_of(&["++", "--"]) {
            let Some(Token::Name(name)) = self.tokens.get(self.at).cloned() else {
                return Err(Stop::Syntax);
            };
            self.at += 1;
            let value = self.binary(&op[..1], &self.variable(&name), &Num::from_int(1))?;
            self.set(&name, value.clone())?;
            return Ok(value);
        }
        let token = self.tokens.get(self.at).cloned().ok_or(Stop::Syntax)?;
        self.at += 1;
        match token {
            Token::Number(text) => Ok(self.number(&text)),
            Token::Name(name) if self.takes("(") => {
                let value = self.expression()?;
                if !self.takes(")") {
                    return Err(Stop::Syntax);
                }
                match name.as_str() {
                    "sqrt" if value.negative && !value.is_zero() => {
                        Err(Stop::Runtime("Square root of a negative number"))
                    }
                    "sqrt" => Ok(value.sqrt(self.scale)),
                    "length" => Ok(Num::from_int(value.length() as i64)),
                    "scale" => Ok(Num::from_int(value.scale as i64)),
                    "s" | "c" | "a" | "l" | "e" | "j" => Err(Stop::Missing("a function of -l")),
                    _ => Err(Stop::Runtime("Function not defined.")),
                }
            }
            Token::Name(name) => {
                let value = self.variable(&name);
                if let Some(op) = self.one_of(&["++", "--"]) {
                    let next = self.binary(&op[..1], &value, &Num::from_int(1))?;
                    self.set(&name, next)?;
                }
                Ok(value)
            }
            _ => Err(Stop::Syntax),
        }
    }

    /// A number in the base of the input.
    fn number(&self, text: &str) -> Num {
        let base = if self.input == 0 { 10 } else { self.input };
        if base == 10 && !text.contains(|c: char| c.is_ascii_uppercase()) {
            return Num::parse(text);
        }
        let single = text.chars().filter(|c| *c != '.').count() == 1;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let by = Num::from_int(base);
        let digit = |c: char| {
            let digit = i64::from(c.to_digit(16).unwrap_or(0));
            // A digit that the base lacks counts as its highest, unless it stands alone.
            Num::from_int(if single { digit } else { digit.min(base - 1) })
        };
        let mut value = Num::default();
        for c in whole.chars() {
            value = value.mul(&by, 0).add(&digit(c));
        }
        let mut unit = Num::from_int(1);
        for c in part.chars() {
            unit = unit.div(&by, part.len()).unwrap_or_default();
            value = value.add(&digit(c).mul(&unit, part.len()));
        }
        value
    }
}
