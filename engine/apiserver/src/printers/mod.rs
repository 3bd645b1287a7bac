//! Server-side tables: what `kubectl get` shows. Kubernetes' room for this is `pkg/printers`.
//!
//! A kind's columns and rows are made beside the kind (`registry/<group>/<kind>/printer.rs`); this module has what they
//! share. A table keeps its objects as they are in storage and turns them into JSON only when somebody asks for that.

mod cells;
mod table;

use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Str, Time};

pub use cells::{Cell, Cells};
pub(crate) use table::fields;
pub use table::{IncludeObject, Row, Table};

/// What a table tells about one of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading as the server writes it (`Nominated Node`); kubectl prints it in capitals.
    pub name: std::borrow::Cow<'static, str>,
    /// `string`, `integer`, `boolean`, `number` or `date`.
    pub ty: std::borrow::Cow<'static, str>,
    /// `name` for the column that holds the object's name, else empty.
    pub format: std::borrow::Cow<'static, str>,
    /// What the column holds, for people.
    pub description: std::borrow::Cow<'static, str>,
    /// 0 is always shown, more only with `-o wide`.
    pub priority: i32,
}

impl Column {
    /// The column of the object's name.
    pub const NAME: Self = Self::named(0);
    /// The column of the object's name where it is shown with `-o wide` only.
    pub const WIDE_NAME: Self = Self::named(1);
    /// The column of the object's age.
    pub const AGE: Self = Self::text("Age");

    /// A column of texts.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, "string", 0)
    }

    /// A column of whole numbers.
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, "integer", 0)
    }

    /// A column of yes and no.
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, "boolean", 0)
    }

    /// A column of texts that is shown with `-o wide` only.
    pub const fn wide(name: &'static str) -> Self {
        Self::new(name, "string", 1)
    }

    const fn named(priority: i32) -> Self {
        Self {
            name: borrowed("Name"),
            ty: borrowed("string"),
            format: borrowed("name"),
            description: borrowed("Name must be unique within a namespace."),
            priority,
        }
    }

    const fn new(name: &'static str, ty: &'static str, priority: i32) -> Self {
        Self {
            name: borrowed(name),
            ty: borrowed(ty),
            format: borrowed(""),
            description: borrowed(""),
            priority,
        }
    }
}

const fn borrowed(text: &'static str) -> std::borrow::Cow<'static, str> {
    std::borrow::Cow::Borrowed(text)
}

/// What a row is made for.
#[derive(Clone, Copy, Debug)]
pub struct PrintOptions {
    /// The present instant, for ages.
    pub now: Time,
}

/// The columns of kinds that have nothing else to show.
pub const NAME_AND_AGE: &[Column] = &[Column::NAME, Column::AGE];

/// The cells of kinds that have nothing else to show.
pub fn name_and_age(meta: &ObjectMeta, options: &PrintOptions) -> Cells {
    Cells::new()
        .text(meta.name.clone())
        .age(meta.creation_timestamp, options)
}

/// How long ago something was, in short; `<unknown>` when it never was.
pub fn age(time: Time, options: &PrintOptions) -> Str {
    if time.is_zero() {
        return "<unknown>".into();
    }
    apimachinery::time::human_duration(options.now.unix() - time.unix())
}

/// The texts joined by commas, `<none>` when there are none.
pub fn joined<'a>(texts: impl IntoIterator<Item = &'a Str>) -> Str {
    let mut out = Str::new();
    for text in texts {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(text);
    }
    if out.is_empty() { "<none>".into() } else { out }
}
