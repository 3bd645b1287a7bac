//! JSON text, read and written as Go does.

mod order;
mod parse;
mod write;

pub use order::{VERSION, wire, wire_indented};
pub use parse::{Parsed, SyntaxError, parse, parse_prefix, parse_strict};
pub use write::{Writer, compact, indented, is_read_by_people, pretty};

use crate::Value;

/// A float as a number; a whole one becomes an integer, as it does on its way through Go's JSON text.
pub fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9_223_372_036_854_774_784.0 {
        (value as i64).into()
    } else {
        value.into()
    }
}
