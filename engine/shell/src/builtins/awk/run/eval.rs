//! Expressions: what they come to.

use std::rc::Rc;

use super::{
    Awk, CALLS_ON_STACK, CONVFMT, Done, FNR, MAX_CALLS, MAX_TEXT, NF, NR, Running, Stop, fatal,
};
use crate::builtins::awk::ast::{Compare, Expr, Place, Source, Var};
use crate::builtins::awk::value::{Slot, Value};
use crate::regex::Regex;

impl Awk {
    /// Evaluates an expression.
    pub(in super::super) fn eval<'a>(self: &'a Rc<Self>, expr: &'a Expr) -> Running<'a, Value> {
        Box::pin(async move {
            Ok(match expr {
                Expr::Number(number) => Value::Number(*number),
                Expr::Text(text) => Value::Text(text.clone()),
                Expr::Regex(text) => {
                    let regex = self.regex(text)?;
                    Value::bool(regex.is_match(&self.text_of(&self.field(0))))
                }
                Expr::Get(place) => self.get(place).await?,
                Expr::Assign(place, op, right) => {
                    let right = self.eval(right).await?;
                    let value = if *op == 0 {
                        right
                    } else {
                        let left = self.get(place).await?.number();
                        Value::Number(arith(*op, left, right.number())?)
                    };
                    self.set(place, value.clone()).await?;
                    value
                }
                Expr::Step(place, by, old) => {
                    let before = self.get(place).await?.number();
                    self.set(place, Value::Number(before + by)).await?;
                    Value::Number(if *old { before } else { before + by })
                }
                Expr::Cond(condition, then, otherwise) => {
                    let condition = self.eval(condition).await?.is_true();
                    self.eval(if condition { then } else { otherwise }).await?
                }
                Expr::And(left, right) => Value::bool(
                    self.eval(left).await?.is_true() && self.eval(right).await?.is_true(),
                ),
                Expr::Or(left, right) => Value::bool(
                    self.eval(left).await?.is_true() || self.eval(right).await?.is_true(),
                ),
                Expr::Not(inner) => Value::bool(!self.eval(inner).await?.is_true()),
                Expr::Minus(inner) => Value::Number(-self.eval(inner).await?.number()),
                Expr::Plus(inner) => Value::Number(self.eval(inner).await?.number()),
                Expr::Arith(op, left, right) => {
                    let left = self.eval(left).await?.number();
                    Value::Number(arith(*op, left, self.eval(right).await?.number())?)
                }
                Expr::Concat(left, right) => {
                    let left = self.eval(left).await?;
                    let left = self.text_of(&left);
                    let right = self.eval(right).await?;
                    let text = format!("{left}{}", self.text_of(&right));
                    if text.len() > MAX_TEXT {
                        return fatal("text too long");
                    }
                    Value::text(text)
                }
                Expr::Compare(compare, left, right) => {
                    let left = self.eval(left).await?;
                    let right = self.eval(right).await?;
                    let order = left.compare(&right, &self.global(CONVFMT).to_text(""));
                    Value::bool(match compare {
                        Compare::Less => order.is_lt(),
                        Compare::LessEqual => order.is_le(),
                        Compare::Equal => order.is_eq(),
                        Compare::NotEqual => order.is_ne(),
                        Compare::Greater => order.is_gt(),
                        Compare::GreaterEqual => order.is_ge(),
                    })
                }
                Expr::Match(left, right, wanted) => {
                    let left = self.eval(left).await?;
                    let regex = self.regex_of(right).await?;
                    Value::bool(regex.is_match(&self.text_of(&left)) == *wanted)
                }
                Expr::In(index, array) => {
                    let key = self.key(index).await?;
                    Value::bool(self.array(*array)?.borrow().contains_key(&key))
                }
                Expr::Group(inner) => self.eval(inner).await?,
                Expr::Builtin(name, args) => {
                    crate::builtins::awk::call::builtin(self, name, args).await?
                }
                Expr::Call(function, args) => self.call(*function, args).await?,
                Expr::Getline(source, to) => self.getline(source, to.as_deref()).await?,
            })
        })
    }

    /// A regular expression as an argument: `/x/` itself, or what a text says.
    pub(in super::super) async fn regex_of(self: &Rc<Self>, expr: &Expr) -> Done<Rc<Regex>> {
        if let Expr::Regex(text) = expr {
            return self.regex(text);
        }
        let value = self.eval(expr).await?;
        self.regex(&self.text_of(&value))
    }

    async fn getline(self: &Rc<Self>, source: &Source, to: Option<&Place>) -> Done<Value> {
        let (record, main) = match source {
            Source::Main => (
                self.input
                    .next_record(self)
                    .await?
                    .map_or(Ok(None), |r| Ok(Some(r))),
                true,
            ),
            Source::File(name) | Source::Command(name) => {
                let name = self.eval(name).await?;
                let name = self.text_of(&name).to_string();
                let command = matches!(source, Source::Command(_));
                (self.outputs.read_line(self, &name, command).await, false)
            }
        };
        Ok(Value::Number(match record {
            Err(()) => -1.0,
            Ok(None) => 0.0,
            Ok(Some(text)) => {
                let counted = main || matches!(source, Source::Command(_));
                if counted {
                    for at in if main { &[NR, FNR][..] } else { &[NR][..] } {
                        self.set_global(*at, Value::Number(self.global(*at).number() + 1.0));
                    }
                }
                match to {
                    Some(place) => self.set(place, Value::Input(text.into())).await?,
                    None => self.set_record(&text)?,
                }
                1.0
            }
        }))
    }

    async fn call(self: &Rc<Self>, function: usize, args: &[Expr]) -> Done<Value> {
        let Some(called) = self.program.functions.get(function) else {
            return fatal("no such function");
        };
        if args.len() > called.params {
            return fatal(format!("too many arguments in call to {}", called.name));
        }
        let depth = self.frames.borrow().len();
        if depth >= MAX_CALLS {
            return fatal("function call nesting too deep");
        }
        let mut frame = Vec::new();
        // Variables that may turn out to be arrays in there.
        let mut open = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            if let Expr::Get(Place::Var(var)) = arg
                && let Some(slot) = self.with_slot(*var, |slot| slot.clone())
                && !matches!(slot, Slot::Value(_))
                && *var != Var::Global(NF)
            {
                if matches!(slot, Slot::Unset) {
                    open.push((at, *var));
                }
                frame.push(slot);
                continue;
            }
            frame.push(Slot::Value(self.eval(arg).await?));
        }
        frame.resize(called.params, Slot::Unset);
        self.frames.borrow_mut().push(frame);
        let body = called.body.clone();
        let outcome = if (depth + 1).is_multiple_of(CALLS_ON_STACK) {
            let me = Rc::clone(self);
            self.proc
                .on_own_stack(async move { me.run(&body).await })
                .await
        } else {
            self.run(&body).await
        };
        let frame = self.frames.borrow_mut().pop().unwrap_or_default();
        for (at, var) in open {
            if let Some(Slot::Array(array)) = frame.get(at) {
                self.with_slot(var, |slot| *slot = Slot::Array(array.clone()));
            }
        }
        match outcome {
            Err(Stop::Return(value)) => Ok(value),
            Err(stop) => Err(stop),
            Ok(()) => Ok(Value::Unset),
        }
    }
}

fn arith(op: u8, left: f64, right: f64) -> Done<f64> {
    Ok(match op {
        b'+' => left + right,
        b'-' => left - right,
        b'*' => left * right,
        b'/' | b'%' if right == 0.0 => {
            return fatal(if op == b'/' {
                "division by zero"
            } else {
                "division by zero in %"
            });
        }
        b'/' => left / right,
        b'%' => left % right,
        _ => left.powf(right),
    })
}
