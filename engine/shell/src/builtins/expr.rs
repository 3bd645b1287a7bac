//! `expr`

use os::Proc;

use crate::regex::{self, Regex};

/// How deep parentheses may be within each other.
const MAX_DEPTH: usize = 100;

struct Expr<'a> {
    words: &'a [String],
    at: usize,
    depth: usize,
}

type Value = Result<String, String>;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    if args.len() < 2 {
        proc.eprint("expr: missing operand\nTry 'expr --help' for more information.\n")
            .await;
        return 2;
    }
    let mut expr = Expr {
        words: &args[1..],
        at: 0,
        depth: 0,
    };
    let value = expr.level(0).and_then(|value| match expr.peek() {
        None => Ok(value),
        Some(extra) => Err(format!("syntax error: unexpected argument '{extra}'")),
    });
    match value {
        Ok(value) => {
            let empty = is_null(&value);
            proc.print(value + "\n").await;
            i32::from(empty)
        }
        Err(error) => {
            proc.eprint(format!("expr: {error}\n")).await;
            2
        }
    }
}

fn is_null(value: &str) -> bool {
    value.is_empty() || value.parse::<i64>() == Ok(0)
}

/// Operators, the loosest first.
const LEVELS: [&[&str]; 6] = [
    &["|"],
    &["&"],
    &["<", "<=", "=", "==", "!=", ">=", ">"],
    &["+", "-"],
    &["*", "/", "%"],
    &[":"],
];

impl Expr<'_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn level(&mut self, level: usize) -> Value {
        let Some(ops) = LEVELS.get(level) else {
            return self.operand();
        };
        let mut left = self.level(level + 1)?;
        while let Some(op) = self
            .peek()
            .filter(|word| ops.contains(word))
            .map(str::to_owned)
        {
            self.at += 1;
            let right = self.level(level + 1)?;
            left = apply(&op, left, right)?;
        }
        Ok(left)
    }

    fn operand(&mut self) -> Value {
        let last = self.at.checked_sub(1).and_then(|at| self.words.get(at));
        let Some(word) = self.peek().map(str::to_owned) else {
            return Err(match last {
                Some(last) => format!("syntax error: missing argument after '{last}'"),
                None => "syntax error".into(),
            });
        };
        self.at += 1;
        let arguments = |expr: &mut Self, count| {
            (0..count)
                .map(|_| expr.operand())
                .collect::<Result<Vec<_>, _>>()
        };
        let more = self.peek().is_some();
        match word.as_str() {
            "(" => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("expression nested too deep".into());
                }
                let inner = self.level(0)?;
                self.depth -= 1;
                if self.peek() != Some(")") {
                    let last = self
                        .words
                        .get(self.at.saturating_sub(1))
                        .cloned()
                        .unwrap_or_default();
                    return Err(format!("syntax error: expecting ')' after '{last}'"));
                }
                self.at += 1;
                Ok(inner)
            }
            ")" => Err("syntax error: unexpected ')'".into()),
            "+" if more => arguments(self, 1).map(|mut args| args.pop().unwrap_or_default()),
            "length" if more => Ok(arguments(self, 1)?[0].chars().count().to_string()),
            "match" if more => {
                let args = arguments(self, 2)?;
                matched(&args[0], &args[1])
            }
            "index" if more => {
                let args = arguments(self, 2)?;
                let found = args[0].chars().position(|c| args[1].contains(c));
                Ok(found.map_or(0, |at| at + 1).to_string())
            }
            "substr" if more => {
                let args = arguments(self, 3)?;
                let from = args[1].parse::<usize>().unwrap_or(0);
                let count = args[2].parse::<usize>().unwrap_or(0);
                let cut = args[0].chars().skip(from.saturating_sub(1)).take(count);
                Ok(if from == 0 {
                    String::new()
                } else {
                    cut.collect()
                })
            }
            _ => Ok(word),
        }
    }
}

fn apply(op: &str, left: String, right: String) -> Value {
    let null = || "0".to_owned();
    let truth = |value: bool| Ok(i32::from(value).to_string());
    match op {
        "|" if !is_null(&left) => return Ok(left),
        "|" => return Ok(if is_null(&right) { null() } else { right }),
        "&" => {
            return Ok(if is_null(&left) || is_null(&right) {
                null()
            } else {
                left
            });
        }
        ":" => return matched(&left, &right),
        _ => {}
    }
    let numbers = left.parse::<i64>().ok().zip(right.parse::<i64>().ok());
    let order = match numbers {
        Some((a, b)) => a.cmp(&b),
        None => left.cmp(&right),
    };
    match op {
        "<" => return truth(order.is_lt()),
        "<=" => return truth(order.is_le()),
        "=" | "==" => return truth(order.is_eq()),
        "!=" => return truth(order.is_ne()),
        ">" => return truth(order.is_gt()),
        ">=" => return truth(order.is_ge()),
        _ => {}
    }
    let Some((a, b)) = numbers else {
        return Err("non-integer argument".into());
    };
    if b == 0 && matches!(op, "/" | "%") {
        return Err("division by zero".into());
    }
    let value = match op {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    value
        .map(|value| value.to_string())
        .ok_or_else(|| "number out of range".to_owned())
}

/// `text : pattern`: what the group matched, or how many characters did.
fn matched(text: &str, pattern: &str) -> Value {
    let grouped = pattern.contains("\\(");
    let regex = Regex::new(&format!("^\\({pattern}\\)"), regex::Options::default())?;
    let found = regex.captures(text);
    let group = |at: usize| {
        found
            .as_ref()
            .and_then(|groups| groups.get(at).cloned().flatten())
    };
    Ok(if grouped {
        group(2).unwrap_or_default()
    } else {
        group(1).map_or(0, |text| text.chars().count()).to_string()
    })
}
