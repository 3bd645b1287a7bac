//! awk's values: numbers, texts, and texts that look like numbers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value.
#[derive(Clone, Debug, Default)]
pub(super) enum Value {
    #[default]
    Unset,
    Number(f64),
    Text(Rc<str>),
    /// Read from outside: it compares as a number if it looks like one.
    Input(Rc<str>),
}

/// An array, shared with the functions it is given to.
pub(super) type Array = Rc<RefCell<BTreeMap<String, Value>>>;

/// What a variable holds.
#[derive(Clone, Default)]
pub(super) enum Slot {
    #[default]
    Unset,
    Value(Value),
    Array(Array),
}

/// How many bytes at the start are a number.
pub(super) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(bytes.first().is_some_and(|b| b"+-".contains(b)));
    let whole = digits(at);
    at += whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if bytes.get(at).is_some_and(|b| b"eE".contains(b)) {
        let sign = usize::from(bytes.get(at + 1).is_some_and(|b| b"+-".contains(b)));
        let exponent = digits((at + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

fn to_number(text: &str) -> f64 {
    let text = text.trim_start();
    text[..number_length(text)].parse().unwrap_or(0.0)
}

/// A number as text; `format` is CONVFMT or OFMT.
pub(super) fn number_text(number: f64, format: &str) -> String {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "only whole numbers in range get here"
    )]
    if number.fract() == 0.0 && number.abs() < 1e16 {
        return (number as i64).to_string();
    }
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-inf" } else { "inf" }.into();
    }
    crate::builtins::printf::format_text(format, &[number.to_string()], sim::Time::from_secs(0))
}

impl Value {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Value::Text(text.into())
    }

    pub(super) fn bool(value: bool) -> Self {
        Value::Number(f64::from(u8::from(value)))
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Value::Unset => 0.0,
            Value::Number(number) => *number,
            Value::Text(text) | Value::Input(text) => to_number(text),
        }
    }

    pub(super) fn to_text(&self, format: &str) -> Rc<str> {
        match self {
            Value::Unset => "".into(),
            Value::Number(number) => number_text(*number, format).into(),
            Value::Text(text) | Value::Input(text) => text.clone(),
        }
    }

    /// As a number, if it is one or looks like one.
    fn numeric(&self) -> Option<f64> {
        match self {
            Value::Unset => Some(0.0),
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
            Value::Input(text) => {
                let text = text.trim();
                (!text.is_empty() && number_length(text) == text.len()).then(|| to_number(text))
            }
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match (self, self.numeric()) {
            (Value::Unset, _) => false,
            (_, Some(number)) => number != 0.0,
            (Value::Text(text) | Value::Input(text), None) => !text.is_empty(),
            _ => false,
        }
    }

    pub(super) fn compare(&self, other: &Value, format: &str) -> std::cmp::Ordering {
        match (self.numeric(), other.numeric()) {
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal),
            _ => self.to_text(format).cmp(&other.to_text(format)),
        }
    }
}

/// The keys of an array in the order in which they are gone through: numbers first, as many expect. (Any order is right.)
pub(super) fn keys(array: &Array) -> Vec<String> {
    let mut keys: Vec<String> = array.borrow().keys().cloned().collect();
    keys.sort_by_cached_key(|key| match key.parse::<i64>() {
        Ok(number) => (0, number, String::new()),
        Err(_) => (1, 0, key.clone()),
    });
    keys
}
