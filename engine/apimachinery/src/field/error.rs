//! Validation errors with upstream's texts, and lists of them.

use std::fmt;

use ecow::eco_format;

use super::Path;
use crate::gotext::quote;
use crate::{Str, Value, codec};

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorType {
    /// Something that is referred to is not there.
    NotFound,
    /// A value is missing.
    Required,
    /// A value is there twice.
    Duplicate,
    /// A value is malformed.
    Invalid,
    /// A value is none of the known ones.
    NotSupported,
    /// A value may not be set here.
    Forbidden,
    /// A value is too long.
    TooLong,
    /// A list is too long.
    TooMany,
    /// A list is too short.
    TooFew,
    /// The server itself failed.
    InternalError,
    /// A value has the wrong type.
    TypeInvalid,
    /// A value is too short.
    TooShort,
}

impl ErrorType {
    /// The machine-readable name, used as the `reason` of a cause.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotFound => "FieldValueNotFound",
            Self::Required => "FieldValueRequired",
            Self::Duplicate => "FieldValueDuplicate",
            Self::Invalid => "FieldValueInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
            Self::TooFew => "FieldValueTooFew",
            Self::InternalError => "InternalError",
            Self::TypeInvalid => "FieldValueTypeInvalid",
            Self::TooShort => "FieldValueTooShort",
        }
    }

    /// The words a message starts with.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::Required => "Required value",
            Self::Duplicate => "Duplicate value",
            Self::Invalid | Self::TypeInvalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
            Self::TooFew => "Too few",
            Self::InternalError => "Internal error",
            Self::TooShort => "Too short",
        }
    }
}

/// One validation error.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// What kind of mistake.
    pub error_type: ErrorType,
    /// Where.
    pub field: Str,
    /// The value that was there; `None` is not printed.
    pub bad_value: Option<Value>,
    /// More words.
    pub detail: Str,
}

impl Error {
    fn new(
        error_type: ErrorType,
        field: &Path,
        bad_value: Option<Value>,
        detail: impl Into<Str>,
    ) -> Self {
        Self {
            error_type,
            field: eco_format!("{field}"),
            bad_value,
            detail: detail.into(),
        }
    }

    /// `Not found: "x"`
    pub fn not_found(field: &Path, value: impl Into<Value>) -> Self {
        Self::new(ErrorType::NotFound, field, Some(value.into()), "")
    }

    /// `Required value: detail`
    pub fn required(field: &Path, detail: impl Into<Str>) -> Self {
        Self::new(ErrorType::Required, field, None, detail)
    }

    /// `Duplicate value: "x"`
    pub fn duplicate(field: &Path, value: impl Into<Value>) -> Self {
        Self::new(ErrorType::Duplicate, field, Some(value.into()), "")
    }

    /// `Invalid value: "x": detail`
    pub fn invalid(field: &Path, value: impl Into<Value>, detail: impl Into<Str>) -> Self {
        Self::new(ErrorType::Invalid, field, Some(value.into()), detail)
    }

    /// `Invalid value: "x": detail`, for a value of the wrong type.
    pub fn type_invalid(field: &Path, value: impl Into<Value>, detail: impl Into<Str>) -> Self {
        Self::new(ErrorType::TypeInvalid, field, Some(value.into()), detail)
    }

    /// `Unsupported value: "x": supported values: "a", "b"`
    pub fn not_supported<S: AsRef<str>>(
        field: &Path,
        value: impl Into<Value>,
        supported: &[S],
    ) -> Self {
        let detail = if supported.is_empty() {
            Str::new()
        } else {
            let quoted: Vec<Str> = supported
                .iter()
                .map(|value| quote(value.as_ref()))
                .collect();
            eco_format!("supported values: {}", quoted.join(", "))
        };
        Self::new(ErrorType::NotSupported, field, Some(value.into()), detail)
    }

    /// `Forbidden: detail`
    pub fn forbidden(field: &Path, detail: impl Into<Str>) -> Self {
        Self::new(ErrorType::Forbidden, field, None, detail)
    }

    /// `Too long: may not be more than N bytes`
    pub fn too_long(field: &Path, max: usize) -> Self {
        let unit = if max == 1 { "byte" } else { "bytes" };
        Self::new(
            ErrorType::TooLong,
            field,
            None,
            eco_format!("may not be more than {max} {unit}"),
        )
    }

    /// `Too long: may not be more than N characters`
    pub fn too_long_characters(field: &Path, max: usize) -> Self {
        let unit = if max == 1 { "character" } else { "characters" };
        Self::new(
            ErrorType::TooLong,
            field,
            None,
            eco_format!("may not be more than {max} {unit}"),
        )
    }

    /// `Too many: 5: must have at most 3 items`
    pub fn too_many(field: &Path, actual: usize, max: usize) -> Self {
        let unit = if max == 1 { "item" } else { "items" };
        Self::new(
            ErrorType::TooMany,
            field,
            Some(actual.into()),
            eco_format!("must have at most {max} {unit}"),
        )
    }

    /// `Too few: 1: must have at least 3 items`
    pub fn too_few(field: &Path, actual: usize, min: usize) -> Self {
        let unit = if min == 1 { "item" } else { "items" };
        Self::new(
            ErrorType::TooFew,
            field,
            Some(actual.into()),
            eco_format!("must have at least {min} {unit}"),
        )
    }

    /// `Too short: must be at least N characters`
    pub fn too_short(field: &Path, min: usize) -> Self {
        let unit = if min == 1 { "character" } else { "characters" };
        Self::new(
            ErrorType::TooShort,
            field,
            None,
            eco_format!("must be at least {min} {unit}"),
        )
    }

    /// `Internal error: detail`
    pub fn internal(field: &Path, detail: impl Into<Str>) -> Self {
        Self::new(ErrorType::InternalError, field, None, detail)
    }

    /// The message without the field.
    pub fn body(&self) -> Str {
        use ErrorType::{Forbidden, InternalError, Required, TooLong, TooShort};
        let head = match (&self.bad_value, self.error_type) {
            (None, _) | (_, Required | Forbidden | TooLong | TooShort | InternalError) => {
                self.error_type.text().into()
            }
            (Some(Value::String(text)), kind) => eco_format!("{}: {}", kind.text(), quote(text)),
            (Some(value), kind) => eco_format!("{}: {}", kind.text(), codec::json::compact(value)),
        };
        if self.detail.is_empty() {
            head
        } else {
            eco_format!("{head}: {}", self.detail)
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body())
    }
}

impl std::error::Error for Error {}

/// Validation errors in the order they were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorList(pub Vec<Error>);

impl ErrorList {
    /// No errors.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds one.
    pub fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Adds all of another list.
    pub fn append(&mut self, other: ErrorList) {
        self.0.extend(other.0);
    }

    /// The errors.
    pub fn iter(&self) -> std::slice::Iter<'_, Error> {
        self.0.iter()
    }

    /// One text for all, as upstream aggregates: a single message bare, several in brackets, equal ones once.
    pub fn to_aggregate(&self) -> Option<Str> {
        aggregate(self.0.iter().map(|error| eco_format!("{error}")))
    }
}

/// Joins messages as upstream's `utilerrors.Aggregate`: `a`, or `[a, b]`, equal ones once; `None` without any.
pub fn aggregate(messages: impl IntoIterator<Item = Str>) -> Option<Str> {
    let mut seen: Vec<Str> = Vec::new();
    for message in messages {
        if !seen.contains(&message) {
            seen.push(message);
        }
    }
    match seen.len() {
        0 => None,
        1 => seen.pop(),
        _ => Some(eco_format!("[{}]", seen.join(", "))),
    }
}

impl Extend<Error> for ErrorList {
    fn extend<I: IntoIterator<Item = Error>>(&mut self, errors: I) {
        self.0.extend(errors);
    }
}

impl From<Error> for ErrorList {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl FromIterator<Error> for ErrorList {
    fn from_iter<I: IntoIterator<Item = Error>>(errors: I) -> Self {
        Self(errors.into_iter().collect())
    }
}

impl IntoIterator for ErrorList {
    type Item = Error;
    type IntoIter = std::vec::IntoIter<Error>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ErrorList {
    type Item = &'a Error;
    type IntoIter = std::slice::Iter<'a, Error>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let path = Path::new("spec").child("x");
        for (error, text) in [
            (Error::required(&path, ""), "spec.x: Required value"),
            (
                Error::invalid(&path, "a", "must be b"),
                r#"spec.x: Invalid value: "a": must be b"#,
            ),
            (
                Error::invalid(&path, 5, "no"),
                "spec.x: Invalid value: 5: no",
            ),
            (
                Error::invalid(&path, serde_json::json!({"app": "other"}), "no"),
                r#"spec.x: Invalid value: {"app":"other"}: no"#,
            ),
            (
                Error::not_supported(&path, "a", &["b", "c"]),
                r#"spec.x: Unsupported value: "a": supported values: "b", "c""#,
            ),
            (
                Error::too_long(&path, 1),
                "spec.x: Too long: may not be more than 1 byte",
            ),
            (
                Error::too_many(&path, 3, 2),
                "spec.x: Too many: 3: must have at most 2 items",
            ),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn aggregates() {
        let path = Path::new("a");
        let mut list = ErrorList::from(Error::required(&path, ""));
        assert_eq!(list.to_aggregate().unwrap(), "a: Required value");
        list.push(Error::required(&path, ""));
        list.push(Error::not_found(&path, "x"));
        assert_eq!(
            list.to_aggregate().unwrap(),
            r#"[a: Required value, a: Not found: "x"]"#
        );
    }
}
