//! `IntOrString`: a port or a percentage (upstream's `util/intstr`).

use std::fmt;

use crate::reflect::Scalar;
use crate::{Str, Value};

/// An integer or a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntOrString {
    /// An integer.
    Int(i32),
    /// A string, such as a port's name or `25%`.
    Str(Str),
}

impl Default for IntOrString {
    fn default() -> Self {
        Self::Int(0)
    }
}

impl IntOrString {
    /// The integer, or the number a string spells; 0 when it spells none.
    pub fn int_value(&self) -> i32 {
        match self {
            Self::Int(number) => *number,
            Self::Str(text) => text.parse().unwrap_or(0),
        }
    }

    /// Reads text from a command line: a number if it is one.
    pub fn parse(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Str(text.into()), Self::Int)
    }

    /// The number, or the percentage of `total` (rounded up or down).
    ///
    /// # Errors
    /// Upstream's text for a string that is no percentage.
    pub fn scaled(&self, total: i32, round_up: bool) -> Result<i32, Str> {
        match self {
            Self::Int(number) => Ok(*number),
            Self::Str(text) => {
                let percent: i64 = match text.strip_suffix('%') {
                    None => {
                        return Err(ecow::eco_format!(
                            "invalid value for IntOrString: invalid type: string is not a percentage"
                        ));
                    }
                    Some(digits) => digits.parse::<i32>().map_err(|_| {
                        ecow::eco_format!("invalid value for IntOrString: invalid value {text:?}: strconv.Atoi: parsing {digits:?}: invalid syntax")
                    })?.into(),
                };
                let product = percent * i64::from(total);
                let value = if round_up {
                    (product + 99).div_euclid(100)
                } else {
                    product.div_euclid(100)
                };
                Ok(value as i32)
            }
        }
    }
}

impl Scalar for IntOrString {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        *self = match value {
            Value::String(text) => Self::Str(text.as_str().into()),
            Value::Null => Self::Int(0),
            other => match other.as_i64().and_then(|number| i32::try_from(number).ok()) {
                Some(number) => Self::Int(number),
                None => return Err(crate::codec::wrong_value(other, "int32")),
            },
        };
        Ok(())
    }
}

impl From<i32> for IntOrString {
    fn from(number: i32) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for IntOrString {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Str(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_percentages() {
        assert_eq!(IntOrString::from("25%").scaled(10, true), Ok(3));
        assert_eq!(IntOrString::from("25%").scaled(10, false), Ok(2));
        assert_eq!(IntOrString::from(4).scaled(10, false), Ok(4));
        assert!(IntOrString::from("x").scaled(10, false).is_err());
    }
}
