//! `Raw`: JSON whose shape the surrounding type does not know (`runtime.RawExtension`, `FieldsV1`, `apiextensions.JSON`).
//!
//! Kept as compact text: managed fields are on every object and are read rarely, and a text is ten times smaller than a
//! tree of maps.

use std::fmt;
use std::rc::Rc;

use crate::Value;

/// A piece of JSON of any shape; empty means `null`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Raw(Option<Rc<str>>);

impl Raw {
    /// From a value (written compactly, keys sorted).
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self(None),
            other => Self(Some(super::intern::intern_text(other.to_string()))),
        }
    }

    /// From compact JSON text with sorted keys.
    pub(crate) fn from_text(text: String) -> Self {
        Self(Some(super::intern::intern_text(text)))
    }

    /// The value.
    pub fn to_value(&self) -> Value {
        // The text was made by `from_value`, so it parses.
        self.0
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(Value::Null)
    }

    /// The compact JSON text.
    pub fn as_json(&self) -> &str {
        self.0.as_deref().unwrap_or("null")
    }

    /// Where the text lies; equal for clones. `None` for `null`.
    pub(crate) fn address(&self) -> Option<usize> {
        self.0.as_ref().map(|text| text.as_ptr() as usize)
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }
}

impl From<&Value> for Raw {
    fn from(value: &Value) -> Self {
        Self::from_value(value)
    }
}

impl From<Value> for Raw {
    fn from(value: Value) -> Self {
        Self::from_value(&value)
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}
