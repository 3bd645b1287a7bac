//! `test`, `[`

use os::Proc;

use crate::interp::{Flow, Shell, compare, file_compare, file_test};

/// Operators that take one operand.
const UNARY: &str = "abcdefghknoprstuvwxzGLNORS";
/// Operators that take two.
const BINARY: [&str; 14] = [
    "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
];

/// An expression on its way; what is wrong with it is the error.
struct Expression<'a> {
    args: &'a [String],
    at: usize,
    proc: &'a Proc,
    /// The tests that a shell answers.
    unary: &'a mut dyn FnMut(&str, &str) -> bool,
}

fn is_unary(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next() == Some('-')
        && chars.next().is_some_and(|c| UNARY.contains(c))
        && chars.next().is_none()
}

fn number(text: &str) -> Result<i64, String> {
    text.trim()
        .parse()
        .map_err(|_| format!("{text}: integer expression expected"))
}

impl Expression<'_> {
    fn evaluate(&mut self) -> Result<bool, String> {
        // POSIX decides short expressions by the number of arguments.
        let args = self.args;
        match args {
            [] => return Ok(false),
            [one] => return Ok(!one.is_empty()),
            [not, one] if not == "!" => return Ok(one.is_empty()),
            [op, text] if is_unary(op) => return Ok((self.unary)(op, text)),
            [op, _] => return Err(format!("{op}: unary operator expected")),
            [left, op, right] if BINARY.contains(&op.as_str()) => {
                return self.binary(left, op, right);
            }
            [left, op, right] if op == "-a" => return Ok(!left.is_empty() && !right.is_empty()),
            [left, op, right] if op == "-o" => return Ok(!left.is_empty() || !right.is_empty()),
            [not, op, text] if not == "!" && is_unary(op) => return Ok(!(self.unary)(op, text)),
            [not, op, _] if not == "!" => return Err(format!("{op}: unary operator expected")),
            [open, one, close] if open == "(" && close == ")" => return Ok(!one.is_empty()),
            [_, op, _] => return Err(format!("{op}: binary operator expected")),
            _ => {}
        }
        let value = self.or()?;
        if self.at < args.len() {
            return Err("too many arguments".into());
        }
        Ok(value)
    }

    fn or(&mut self) -> Result<bool, String> {
        let mut value = self.and()?;
        while self.args.get(self.at).is_some_and(|arg| arg == "-o") {
            self.at += 1;
            let right = self.and()?;
            value |= right;
        }
        Ok(value)
    }

    fn and(&mut self) -> Result<bool, String> {
        let mut value = self.primary()?;
        while self.args.get(self.at).is_some_and(|arg| arg == "-a") {
            self.at += 1;
            let right = self.primary()?;
            value &= right;
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<bool, String> {
        // Every `!` and `(` takes an argument, so this ends; deep nesting is refused.
        let mut negated = false;
        while self.args.get(self.at).is_some_and(|arg| arg == "!") {
            negated = !negated;
            self.at += 1;
        }
        let rest = &self.args[self.at..];
        let value = match rest {
            [] => return Err("argument expected".into()),
            [left, op, right, ..] if BINARY.contains(&op.as_str()) => {
                self.at += 3;
                self.binary(left, op, right)?
            }
            [open, ..] if open == "(" => {
                if self.at > 100 {
                    return Err("too many arguments".into());
                }
                self.at += 1;
                let value = self.or()?;
                if self.args.get(self.at).is_none_or(|arg| arg != ")") {
                    return Err("`)' expected".into());
                }
                self.at += 1;
                value
            }
            [op, text, ..] if is_unary(op) => {
                self.at += 2;
                (self.unary)(op, text)
            }
            [text, ..] => {
                self.at += 1;
                !text.is_empty()
            }
        };
        Ok(value != negated)
    }

    fn binary(&mut self, left: &str, op: &str, right: &str) -> Result<bool, String> {
        Ok(match op {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-nt" | "-ot" | "-ef" => file_compare(self.proc, op, left, right),
            _ => compare(op, number(left)?, number(right)?),
        })
    }
}

fn strip_bracket(args: &[String]) -> Result<&[String], String> {
    match args.split_last() {
        Some((last, rest)) if last == "]" => Ok(rest),
        _ => Err("missing `]'".into()),
    }
}

fn operands(args: &[String]) -> Result<&[String], String> {
    let rest = args.get(1..).unwrap_or_default();
    let bracket = args
        .first()
        .is_some_and(|name| os::path::basename(name) == "[");
    if bracket {
        strip_bracket(rest)
    } else {
        Ok(rest)
    }
}

pub(crate) async fn run_in_shell(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let proc = shell.proc.clone();
    let value = operands(&args).and_then(|operands| {
        let mut unary = |op: &str, text: &str| shell.unary_test(op, text);
        Expression {
            args: operands,
            at: 0,
            proc: &proc,
            unary: &mut unary,
        }
        .evaluate()
    });
    match value {
        Ok(value) => Ok(i32::from(!value)),
        Err(message) => {
            let message = if shell.is_dash() {
                ash_text(message, |text| format!("Illegal number: {text}"))
            } else if shell.is_ash() {
                ash_text(message, |text| format!("bad number '{text}'"))
            } else {
                message
            };
            shell.complain_of(&args[0], &message).await;
            Ok(2)
        }
    }
}

/// Almquist's shells say some things in other words, of numbers each in its own.
fn ash_text(message: String, bad_number: fn(&str) -> String) -> String {
    match message.strip_suffix(": integer expression expected") {
        Some(text) => bad_number(text),
        None if message.ends_with("operator expected") => {
            message.replace(": unary operator expected", ": unknown operand")
        }
        None => message.replace("missing `]'", "missing ]"),
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let value = operands(&args).and_then(|operands| {
        let mut unary = |op: &str, text: &str| match op {
            "-n" => !text.is_empty(),
            "-z" => text.is_empty(),
            op => file_test(&proc, op, text),
        };
        Expression {
            args: operands,
            at: 0,
            proc: &proc,
            unary: &mut unary,
        }
        .evaluate()
    });
    match value {
        Ok(value) => i32::from(!value),
        Err(message) => {
            proc.eprint(format!("{}: {message}\n", os::path::basename(&args[0])))
                .await;
            2
        }
    }
}
