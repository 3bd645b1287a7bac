//! Field paths and field errors: the words in which every validation answers. Kubernetes' room for this is
//! `k8s.io/apimachinery/pkg/util/validation/field`.
//!
//! A [`Path`] is a chain of borrowed segments on the stack; its text is made only when there is an error to report, so that
//! validating a good object builds no strings.

use std::fmt;

use apimachinery::Value;
use apimachinery::field::{Error, ErrorList, ErrorType};
use apimachinery::gotext::quote;
use apimachinery::validation::Complaints;

/// Where in an object: `spec.containers[0].name`.
#[derive(Clone, Copy)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    segment: Segment<'a>,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// The path of a field at the top of an object (`spec`); may hold dots (`spec.template`).
    pub const fn new(name: &'a str) -> Self {
        Self {
            parent: None,
            segment: Segment::Name(name),
        }
    }

    /// A field of what this names.
    pub const fn child(&'a self, name: &'a str) -> Self {
        Self {
            parent: Some(self),
            segment: Segment::Name(name),
        }
    }

    /// An element of the list that this names.
    pub const fn index(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            segment: Segment::Index(index),
        }
    }

    /// An entry of the map that this names.
    pub const fn key(&'a self, key: &'a str) -> Self {
        Self {
            parent: Some(self),
            segment: Segment::Key(key),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.segment {
            // A field without a name is how upstream says "the object itself".
            Segment::Name("") if self.parent.is_none() => f.write_str("[]"),
            Segment::Name(name) if self.parent.is_some() => write!(f, ".{name}"),
            Segment::Name(name) => f.write_str(name),
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// A value as error messages show it: texts quoted, numbers bare, everything else as JSON.
pub trait BadValue {
    /// The text.
    fn render(&self) -> String;
}

impl BadValue for str {
    fn render(&self) -> String {
        quote(self).into()
    }
}

impl BadValue for apimachinery::Str {
    fn render(&self) -> String {
        quote(self).into()
    }
}

impl BadValue for String {
    fn render(&self) -> String {
        quote(self).into()
    }
}

impl BadValue for Value {
    fn render(&self) -> String {
        match self {
            Self::String(text) => quote(text).into(),
            other => apimachinery::codec::json::compact(other),
        }
    }
}

macro_rules! plain {
    ($($t:ty),*) => {$(
        impl BadValue for $t {
            fn render(&self) -> String {
                self.to_string()
            }
        }
    )*};
}
plain!(i32, i64, u32, u64, usize, bool);

impl<T: BadValue + ?Sized> BadValue for &T {
    fn render(&self) -> String {
        (*self).render()
    }
}

/// Text that is shown as it is.
pub struct Verbatim(pub String);

impl BadValue for Verbatim {
    fn render(&self) -> String {
        self.0.clone()
    }
}

/// The mistakes found so far: an [`ErrorList`] that is pleasant to add to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Errors(ErrorList);

impl Errors {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The mistakes in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        self.0.iter()
    }

    /// Adds one.
    pub fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Adds all of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.append(other.0);
    }

    /// The list, each mistake once.
    pub fn into_list(self) -> ErrorList {
        let mut list = ErrorList::new();
        for error in self.0 {
            if !list.iter().any(|other| *other == error) {
                list.push(error);
            }
        }
        list
    }

    /// The value is rendered here and put in front of the detail: some values (parts of upstream's internal types) have
    /// no JSON form of their own.
    fn add(
        &mut self,
        error_type: ErrorType,
        path: &Path<'_>,
        value: Option<String>,
        detail: impl Into<String>,
    ) {
        let detail = detail.into();
        let detail = match value {
            None => detail,
            Some(value) if detail.is_empty() => value,
            Some(value) => format!("{value}: {detail}"),
        };
        self.0.push(Error {
            error_type,
            field: path.to_string().into(),
            bad_value: None,
            detail: detail.into(),
        });
    }

    /// A value must be given.
    pub fn required(&mut self, path: &Path<'_>, detail: impl Into<String>) {
        self.add(ErrorType::Required, path, None, detail);
    }

    /// A value breaks a rule.
    pub fn invalid(&mut self, path: &Path<'_>, value: impl BadValue, detail: impl Into<String>) {
        self.add(ErrorType::Invalid, path, Some(value.render()), detail);
    }

    /// A value breaks a rule, and is not shown.
    pub fn invalid_unshown(&mut self, path: &Path<'_>, detail: impl Into<String>) {
        self.add(ErrorType::Invalid, path, None, detail);
    }

    /// A value breaks several rules, each with a message of its own.
    pub fn invalid_each(&mut self, path: &Path<'_>, value: &str, messages: Complaints) {
        for message in messages {
            self.invalid(path, value, message);
        }
    }

    /// A value is not one of the known ones; those are listed in the order given.
    pub fn not_supported(&mut self, path: &Path<'_>, value: impl BadValue, known: &[&str]) {
        let mut detail = String::new();
        for (i, known) in known.iter().enumerate() {
            detail.push_str(if i == 0 { "supported values: " } else { ", " });
            detail.push_str(&quote(known));
        }
        self.add(ErrorType::NotSupported, path, Some(value.render()), detail);
    }

    /// A value is not permitted here.
    pub fn forbidden(&mut self, path: &Path<'_>, detail: impl Into<String>) {
        self.add(ErrorType::Forbidden, path, None, detail);
    }

    /// A value that must be unique is not.
    pub fn duplicate(&mut self, path: &Path<'_>, value: impl BadValue) {
        self.add(ErrorType::Duplicate, path, Some(value.render()), "");
    }

    /// A reference leads nowhere.
    pub fn not_found(&mut self, path: &Path<'_>, value: impl BadValue) {
        self.not_found_in(path, value, "");
    }

    /// A reference leads nowhere, and this is where it could lead.
    pub fn not_found_in(
        &mut self,
        path: &Path<'_>,
        value: impl BadValue,
        detail: impl Into<String>,
    ) {
        self.add(ErrorType::NotFound, path, Some(value.render()), detail);
    }

    /// A text is longer than `max` bytes.
    pub fn too_long(&mut self, path: &Path<'_>, max: usize) {
        let unit = if max == 1 { "byte" } else { "bytes" };
        self.add(
            ErrorType::TooLong,
            path,
            None,
            format!("may not be more than {max} {unit}"),
        );
    }

    /// A list has more than `max` items.
    pub fn too_many(&mut self, path: &Path<'_>, actual: usize, max: usize) {
        let unit = if max == 1 { "item" } else { "items" };
        self.add(
            ErrorType::TooMany,
            path,
            Some(actual.to_string()),
            format!("must have at most {max} {unit}"),
        );
    }

    /// A value has the wrong type.
    pub fn type_invalid(
        &mut self,
        path: &Path<'_>,
        value: impl BadValue,
        detail: impl Into<String>,
    ) {
        self.add(ErrorType::TypeInvalid, path, Some(value.render()), detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_upstream_writes_them() {
        let spec = Path::new("spec");
        let containers = spec.child("containers");
        let first = containers.index(0);
        assert_eq!(first.child("name").to_string(), "spec.containers[0].name");
        let limits = first.child("limits");
        assert_eq!(
            limits.key("cpu").to_string(),
            "spec.containers[0].limits[cpu]"
        );
    }

    #[test]
    fn errors_read_as_upstream_writes_them() {
        let p = Path::new("a");
        let mut errors = Errors::new();
        errors.required(&p, "");
        errors.required(&p, "why");
        errors.invalid(&p, "x\"", "bad");
        errors.invalid(&p, 5, "bad");
        errors.invalid(&p, Value::from(vec![1]), "bad");
        errors.not_supported(&p, "x", &["y", "z"]);
        errors.duplicate(&p, "x");
        errors.too_long(&p, 9);
        errors.too_many(&p, 3, 1);
        let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            [
                "a: Required value",
                "a: Required value: why",
                "a: Invalid value: \"x\\\"\": bad",
                "a: Invalid value: 5: bad",
                "a: Invalid value: [1]: bad",
                "a: Unsupported value: \"x\": supported values: \"y\", \"z\"",
                "a: Duplicate value: \"x\"",
                "a: Too long: may not be more than 9 bytes",
                "a: Too many: 3: must have at most 1 item",
            ]
        );
    }
}
