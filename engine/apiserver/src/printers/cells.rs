//! The cells of a table's row.

use apimachinery::{Str, Time, Value};

use super::{PrintOptions, age};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(Str),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// Anything else (columns of custom resources).
    Json(Value),
}

impl Cell {
    /// The cell as JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.to_string()),
            Self::Integer(number) => (*number).into(),
            Self::Boolean(yes) => (*yes).into(),
            Self::Json(value) => value.clone(),
        }
    }
}

impl std::fmt::Display for Cell {
    /// As kubectl prints it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Boolean(yes) => yes.fmt(f),
            Self::Json(Value::Null) => f.write_str("<none>"),
            Self::Json(Value::String(text)) => f.write_str(text),
            Self::Json(value) => value.fmt(f),
        }
    }
}

/// The cells of a row, built from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells(pub Vec<Cell>);

impl Cells {
    /// No cells yet.
    pub fn new() -> Self {
        Self(Vec::with_capacity(10))
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: impl Into<Str>) -> Self {
        self.0.push(Cell::Text(text.into()));
        self
    }

    /// Adds a text, `<none>` when it is empty.
    #[must_use]
    pub fn text_or_none(self, text: &Str) -> Self {
        if text.is_empty() {
            self.text("<none>")
        } else {
            self.text(text.clone())
        }
    }

    /// Adds a whole number.
    #[must_use]
    pub fn integer(mut self, number: impl Into<i64>) -> Self {
        self.0.push(Cell::Integer(number.into()));
        self
    }

    /// Adds a yes or no.
    #[must_use]
    pub fn boolean(mut self, yes: bool) -> Self {
        self.0.push(Cell::Boolean(yes));
        self
    }

    /// Adds an age.
    #[must_use]
    pub fn age(self, since: Time, options: &PrintOptions) -> Self {
        self.text(age(since, options))
    }
}
