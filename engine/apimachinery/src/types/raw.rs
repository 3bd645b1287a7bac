//! `Raw`: JSON whose shape the surrounding type does not know (`runtime.RawExtension`, `FieldsV1`, `apiextensions.JSON`).
//!
//! Kept as compact text: managed fields are on every object and are read rarely, and a text is ten times smaller than a
//! tree of maps.

//!
//! Texts that differ in one place only, such as a pod's address in the kubelet's managed fields, share the rest.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::{Str, Value};

/// Stands in a form for what is filled in. JSON never has it as it is.
const BLANK: char = '\0';

/// A piece of JSON of any shape; empty means `null`.
#[derive(Clone, Default)]
pub struct Raw(Option<Text>);

#[derive(Clone)]
enum Text {
    Whole(Rc<str>),
    Filled(Rc<Filled>),
}

/// A text that others share but for what is in its blanks.
struct Filled {
    form: Rc<str>,
    filling: Str,
}

impl Raw {
    /// From a value (written compactly, keys sorted).
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self(None),
            other => Self::from_text(other.to_string()),
        }
    }

    /// From compact JSON text with sorted keys.
    pub(crate) fn from_text(text: String) -> Self {
        Self(Some(Text::Whole(super::intern::intern_text(text))))
    }

    /// The same text, kept as a form with a blank for every `filling` between `before` and `after`. `None` when there is
    /// none, or when `before` is there with anything else.
    pub(crate) fn with_blanks(&self, before: &str, filling: &Str, after: &str) -> Option<Self> {
        let Some(Text::Whole(text)) = &self.0 else {
            return None;
        };
        let part = [before, filling.as_str(), after].concat();
        let places = text.matches(&part).count();
        if places == 0 || places != text.matches(before).count() {
            return None;
        }
        let blank = format!("{before}{BLANK}{after}");
        let form = super::intern::intern_text(text.replace(&part, &blank));
        let filling = filling.clone();
        Some(Self(Some(Text::Filled(Rc::new(Filled { form, filling })))))
    }

    /// What is filled into its form, if it has one.
    pub(crate) fn filling(&self) -> Option<&Str> {
        match &self.0 {
            Some(Text::Filled(filled)) => Some(&filled.filling),
            _ => None,
        }
    }

    /// The same form with another filling; what has none stays as it is.
    #[must_use]
    pub(crate) fn refilled(&self, filling: &Str) -> Self {
        match &self.0 {
            Some(Text::Filled(filled)) if filled.filling != *filling => {
                Self(Some(Text::Filled(Rc::new(Filled {
                    form: Rc::clone(&filled.form),
                    filling: filling.clone(),
                }))))
            }
            _ => self.clone(),
        }
    }

    /// The value.
    pub fn to_value(&self) -> Value {
        // The text was made by `from_value`, so it parses.
        serde_json::from_str(&self.as_json()).unwrap_or(Value::Null)
    }

    /// The compact JSON text.
    pub fn as_json(&self) -> Cow<'_, str> {
        match &self.0 {
            None => Cow::Borrowed("null"),
            Some(Text::Whole(text)) => Cow::Borrowed(text),
            Some(Text::Filled(filled)) => Cow::Owned(filled.form.replace(BLANK, &filled.filling)),
        }
    }

    /// Where the text or its form lies; equal for clones. `None` for `null`.
    pub(crate) fn address(&self) -> Option<usize> {
        self.0.as_ref().map(|text| match text {
            Text::Whole(text) => text.as_ptr() as usize,
            Text::Filled(filled) => filled.form.as_ptr() as usize,
        })
    }

    /// Whether both lie in the same memory and thus are equal; false says nothing.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.address() == other.address() && self.filling() == other.filling()
    }

    /// Whether both are the same but for what is in their blanks.
    pub(crate) fn form_of(&self, other: &Self) -> bool {
        self.address() == other.address() && self.filling().is_some() == other.filling().is_some()
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.as_json() == other.as_json()
    }
}

impl Eq for Raw {}

impl Hash for Raw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_json().hash(state);
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
        f.write_str(&self.as_json())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_their_blanks_share_the_rest() {
        let (before, after) = (r#"{"ip":""#, r#""}"#);
        let text = |ip: &str| Raw::from_text(format!(r#"{{"a":{{"ip":"{ip}"}},"b":"{ip}"}}"#));
        let filled = |ip: &str| text(ip).with_blanks(before, &ip.into(), after);
        let one = filled("10.0.0.1").expect("it is there");
        let two = one.refilled(&"10.0.0.2".into());
        assert_eq!(one, text("10.0.0.1"));
        assert_eq!(one.to_value(), text("10.0.0.1").to_value());
        // What is not written as the part is not filled in.
        assert_eq!(two.as_json(), r#"{"a":{"ip":"10.0.0.2"},"b":"10.0.0.1"}"#);
        assert_eq!(one.address(), two.address());
        assert!(one != two && !one.same(&two) && one.same(&one.clone()));
        assert!(text("x").with_blanks(before, &"y".into(), after).is_none());
    }
}
