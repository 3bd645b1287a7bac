//! Runs the pieces of a jsonpath template over a value.

use std::borrow::Cow;
use std::cell::Cell;

use serde_json::Value;

use super::parse::{Piece, Slice, Step};
use crate::util::go;

/// Values between two steps.
type Values<'a> = Vec<Cow<'a, Value>>;

/// `..` and wildcards multiply values; more than this between two steps is refused.
const MAX_VALUES: usize = 500_000;
/// Ranges go through all of that again: more than this in all is refused.
const MAX_WORK: usize = 10_000_000;

/// What an action asks of the pieces after it.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Next,
    Range,
    End,
}

struct Run {
    allow_missing: bool,
    in_range: usize,
    /// Values that may still be looked at.
    left: Cell<usize>,
}

/// The results of each piece.
pub(super) fn find<'a>(
    pieces: &'a [Piece],
    data: &'a Value,
    allow_missing: bool,
) -> Result<Vec<Values<'a>>, String> {
    let mut run = Run {
        allow_missing,
        in_range: 0,
        left: Cell::new(MAX_WORK),
    };
    let mut out = Vec::new();
    run.pieces(pieces, 0, Some(Cow::Borrowed(data)), &mut out)?;
    Ok(out)
}

impl Run {
    /// Runs `pieces` from `start`; gives the place of the `end` it stopped at.
    fn pieces<'a>(
        &mut self,
        pieces: &'a [Piece],
        start: usize,
        current: Option<Cow<'a, Value>>,
        out: &mut Vec<Values<'a>>,
    ) -> Result<Option<usize>, String> {
        if self.in_range > 32 {
            return Err("ranges are nested too deeply".to_owned());
        }
        let mut i = start;
        while i < pieces.len() {
            let steps = match &pieces[i] {
                Piece::Text(text) => {
                    out.push(vec![Cow::Owned(Value::String(text.clone()))]);
                    i += 1;
                    continue;
                }
                Piece::Action(steps) => steps,
            };
            let mut flow = Flow::Next;
            let results = self.steps(steps, current.iter().cloned().collect(), &mut flow)?;
            match flow {
                Flow::Next => out.push(results),
                Flow::End => return Ok(Some(i)),
                Flow::Range => {
                    self.in_range += 1;
                    let mut end = None;
                    if results.is_empty() {
                        end = self.pieces(pieces, i + 1, None, &mut Vec::new())?;
                    }
                    for value in results {
                        end = self.pieces(pieces, i + 1, Some(value), out)?;
                        if out.len() > MAX_VALUES {
                            return Err("too many results".to_owned());
                        }
                    }
                    self.in_range -= 1;
                    i = end.unwrap_or(i);
                }
            }
            i += 1;
        }
        Ok(None)
    }

    fn steps<'a>(
        &self,
        steps: &'a [Step],
        input: Values<'a>,
        flow: &mut Flow,
    ) -> Result<Values<'a>, String> {
        let mut values = input;
        for step in steps {
            values = self.step(step, values, flow)?;
            self.count(values.len() + 1)?;
        }
        Ok(values)
    }

    /// Takes notice of `values` more.
    fn count(&self, values: usize) -> Result<(), String> {
        let left = self.left.get().checked_sub(values);
        match left.filter(|_| values <= MAX_VALUES) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err("too many results".to_owned()),
        }
    }

    fn step<'a>(
        &self,
        step: &'a Step,
        input: Values<'a>,
        flow: &mut Flow,
    ) -> Result<Values<'a>, String> {
        let each = |value: Value| Ok(input.iter().map(|_| Cow::Owned(value.clone())).collect());
        match step {
            Step::Text(text) => Ok(vec![Cow::Owned(Value::String(text.clone()))]),
            Step::Int(n) => each(Value::from(*n)),
            Step::Float(f) => each(Value::from(*f)),
            Step::Bool(b) => each(Value::from(*b)),
            Step::Identifier(name) => match name.as_str() {
                "range" => {
                    *flow = Flow::Range;
                    Ok(input)
                }
                "end" if self.in_range > 0 => {
                    *flow = Flow::End;
                    Ok(Vec::new())
                }
                "end" => Err("not in range, nothing to end".to_owned()),
                name => Err(format!("unrecognized identifier {name}")),
            },
            Step::Field(name) => self.field(name, input),
            Step::Wildcard => Ok(input.into_iter().flat_map(children).collect()),
            Step::Recursive => {
                let mut out = Vec::new();
                for value in input {
                    descend(value, &mut out)?;
                }
                Ok(out)
            }
            Step::Slice(params) => slice(params, input),
            Step::Union(branches) => {
                let mut out = Vec::new();
                for branch in branches {
                    out.extend(self.steps(branch, input.clone(), flow)?);
                }
                Ok(out)
            }
            Step::Filter {
                left,
                right,
                operator,
            } => self.filter(left, right, operator, input),
        }
    }

    fn field<'a>(&self, name: &str, input: Values<'a>) -> Result<Values<'a>, String> {
        if input.is_empty() {
            return Ok(input);
        }
        let mut out = Vec::new();
        for value in input {
            match value {
                Cow::Borrowed(Value::Object(map)) => out.extend(map.get(name).map(Cow::Borrowed)),
                Cow::Owned(Value::Object(mut map)) => out.extend(map.remove(name).map(Cow::Owned)),
                _ => {}
            }
        }
        if out.is_empty() && !self.allow_missing {
            return Err(format!("{name} is not found"));
        }
        Ok(out)
    }

    fn filter<'a>(
        &self,
        left: &'a [Step],
        right: &'a [Step],
        operator: &str,
        input: Values<'a>,
    ) -> Result<Values<'a>, String> {
        let mut out = Vec::new();
        for value in input {
            if !value.is_array() {
                return Err(format!(
                    "{} is not array or slice and cannot be filtered",
                    go::display(&value)
                ));
            }
            for item in children(value) {
                let lefts = self.steps(left, vec![item.clone()], &mut Flow::Next);
                if operator == "exists" {
                    if lefts.is_ok_and(|l| !l.is_empty()) {
                        out.push(item);
                    }
                    continue;
                }
                let lefts = lefts?;
                let [l] = lefts.as_slice() else {
                    if lefts.is_empty() {
                        continue;
                    }
                    return Err("can only compare one element at a time".to_owned());
                };
                let rights = self.steps(right, vec![item.clone()], &mut Flow::Next)?;
                let [r] = rights.as_slice() else {
                    if rights.is_empty() {
                        continue;
                    }
                    return Err("can only compare one element at a time".to_owned());
                };
                if compare(l, operator, r)? {
                    out.push(item);
                }
            }
        }
        Ok(out)
    }
}

/// The elements of an array, values of an object or bytes of a text.
fn children(value: Cow<'_, Value>) -> Vec<Cow<'_, Value>> {
    match value {
        Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Value::Object(map)) => map.values().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Value::String(text)) => {
            text.bytes().map(|b| Cow::Owned(Value::from(b))).collect()
        }
        Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
        Cow::Owned(Value::Object(map)) => map.into_iter().map(|(_, v)| Cow::Owned(v)).collect(),
        _ => Vec::new(),
    }
}

fn descend<'a>(value: Cow<'a, Value>, out: &mut Values<'a>) -> Result<(), String> {
    let inner = children(value.clone());
    if inner.is_empty() {
        return Ok(());
    }
    if out.len() > MAX_VALUES {
        return Err("too many results".to_owned());
    }
    out.push(value);
    for child in inner {
        descend(child, out)?;
    }
    Ok(())
}

fn slice<'a>(params: &Slice, input: Values<'a>) -> Result<Values<'a>, String> {
    let mut out = Vec::new();
    for value in input {
        let len = match &*value {
            Value::Array(items) => items.len() as i64,
            Value::Null => continue,
            other => return Err(format!("{} is not array or slice", type_name(other))),
        };
        let mut first = params.first.unwrap_or(0);
        if first < 0 {
            first = first.saturating_add(len);
        }
        let mut last = params.last.unwrap_or(len);
        if last < 0 || (last == 0 && params.single) {
            last = last.saturating_add(len);
        }
        if first == last {
            return Ok(out);
        }
        if first >= len || first < 0 {
            return Err(format!(
                "array index out of bounds: index {first}, length {len}"
            ));
        }
        if last > len || last < 0 {
            return Err(format!(
                "array index out of bounds: index {}, length {len}",
                last - 1
            ));
        }
        if first > last {
            return Err(format!(
                "starting index {first} is greater than ending index {last}"
            ));
        }
        let step = params.step.unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".to_owned());
        }
        let range = children(value)
            .into_iter()
            .skip(first as usize)
            .take((last - first) as usize);
        out.extend(range.step_by(step as usize));
    }
    Ok(out)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(n) if n.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

fn compare(left: &Value, operator: &str, right: &Value) -> Result<bool, String> {
    use std::cmp::Ordering;
    let invalid = || "invalid type for comparison".to_owned();
    let ordering = match (left, right) {
        (Value::Null | Value::Array(_) | Value::Object(_), _)
        | (_, Value::Null | Value::Array(_) | Value::Object(_)) => return Err(invalid()),
        (Value::Bool(a), Value::Bool(b)) => {
            if !matches!(operator, "==" | "!=") {
                return Err(invalid());
            }
            Some(a.cmp(b))
        }
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) if a.is_f64() == b.is_f64() => {
            match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => a.as_f64().partial_cmp(&b.as_f64()),
            }
        }
        _ => return Err("incompatible types for comparison".to_owned()),
    };
    Ok(match operator {
        "==" => ordering == Some(Ordering::Equal),
        "!=" => ordering != Some(Ordering::Equal),
        "<" => ordering == Some(Ordering::Less),
        "<=" => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        ">" => ordering == Some(Ordering::Greater),
        ">=" => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        operator => return Err(format!("unrecognized filter operator {operator}")),
    })
}
