//! `Quantity`: amounts of CPU, memory and so on (upstream's `api/resource`).
//!
//! A quantity is kept as the text upstream would print, because that text is what users compare: `1024Mi` becomes
//! `1Gi`, `0.5` becomes `500m`, but `1500m` and even `1.500` stay. Arithmetic goes through a 128-bit count of
//! thousand-millionths, the smallest unit upstream keeps; amounts beyond that range (about 10²⁹) saturate.

mod format;
mod parse;

use std::cmp::Ordering;
use std::fmt;

use crate::reflect::Scalar;
use crate::{Str, Value};

pub use parse::{ERR_FORMAT, ERR_NUMERIC, ERR_SUFFIX};

const NANO: i128 = 1_000_000_000;

/// How a quantity is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `12M` is 12·10⁶.
    #[default]
    DecimalSi,
    /// `12Mi` is 12·2²⁰.
    BinarySi,
    /// `12e6`.
    DecimalExponent,
}

/// An amount with its unit.
#[derive(Clone, Default)]
pub struct Quantity(Str);

impl Quantity {
    /// Reads a quantity.
    ///
    /// # Errors
    /// One of upstream's three texts ([`ERR_FORMAT`], [`ERR_NUMERIC`], [`ERR_SUFFIX`]).
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let parsed = parse::parse(text)?;
        Ok(Self(if parsed.keep_text {
            text.into()
        } else {
            format::canonical(parsed.nanos, parsed.format)
        }))
    }

    /// From whole units.
    pub fn from_int(value: i64, format: Format) -> Self {
        Self(format::canonical(i128::from(value) * NANO, format))
    }

    /// From thousandths, in decimal form (`NewMilliQuantity`).
    pub fn from_milli(value: i64) -> Self {
        Self(format::canonical(
            i128::from(value) * (NANO / 1000),
            Format::DecimalSi,
        ))
    }

    /// From thousand-millionths.
    pub fn from_nanos(nanos: i128, format: Format) -> Self {
        Self(format::canonical(nanos, format))
    }

    fn parts(&self) -> (i128, Format) {
        if self.0.is_empty() {
            return (0, Format::DecimalSi);
        }
        if let Some(plain) = parse::plain(&self.0) {
            return plain;
        }
        parse::parse(&self.0).map_or((0, Format::DecimalSi), |parsed| {
            (parsed.nanos, parsed.format)
        })
    }

    /// The amount in thousand-millionths.
    pub fn nanos(&self) -> i128 {
        self.parts().0
    }

    /// How it is written.
    pub fn format(&self) -> Format {
        self.parts().1
    }

    /// Whole units, rounded up (`Value()`), within `i64`.
    pub fn value(&self) -> i64 {
        clamp(div_up(self.nanos(), NANO))
    }

    /// Thousandths, rounded up (`MilliValue()`), within `i64`.
    pub fn milli_value(&self) -> i64 {
        clamp(div_up(self.nanos(), NANO / 1000))
    }

    /// As a float.
    pub fn as_f64(&self) -> f64 {
        self.nanos() as f64 / NANO as f64
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.nanos() == 0
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        self.nanos().signum() as i32
    }

    /// Whether the value is a whole number of units.
    pub fn is_integer(&self) -> bool {
        self.nanos() % NANO == 0
    }

    /// Whether the value is a whole number of thousandths.
    pub fn is_milli(&self) -> bool {
        self.nanos() % (NANO / 1000) == 0
    }

    /// Adds, keeping this quantity's format (the other's when this is zero).
    pub fn add(&mut self, other: &Quantity) {
        let ((a, format), (b, other_format)) = (self.parts(), other.parts());
        let format = if a == 0 { other_format } else { format };
        self.0 = format::canonical(a.saturating_add(b), format);
    }

    /// Subtracts, keeping this quantity's format (the other's when this is zero).
    pub fn sub(&mut self, other: &Quantity) {
        let ((a, format), (b, other_format)) = (self.parts(), other.parts());
        let format = if a == 0 { other_format } else { format };
        self.0 = format::canonical(a.saturating_sub(b), format);
    }

    /// The negated amount.
    #[must_use]
    pub fn negated(&self) -> Self {
        let (nanos, format) = self.parts();
        Self(format::canonical(nanos.saturating_neg(), format))
    }

    /// The text, as upstream prints it, to look at.
    pub(crate) fn as_text(&self) -> &str {
        if self.0.is_empty() { "0" } else { &self.0 }
    }

    /// The text, as upstream prints it.
    pub fn to_text(&self) -> Str {
        if self.0.is_empty() {
            Str::inline("0")
        } else {
            self.0.clone()
        }
    }

    /// The text, as upstream prints it.
    pub fn as_str(&self) -> &str {
        if self.0.is_empty() { "0" } else { &self.0 }
    }
}

fn div_up(value: i128, by: i128) -> i128 {
    // Upstream rounds away from zero.
    let (quotient, rest) = (value / by, value % by);
    quotient + rest.signum()
}

fn clamp(value: i128) -> i64 {
    value.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.nanos() == other.nanos()
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos().cmp(&other.nanos())
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Quantity {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Scalar for Quantity {
    fn read(&mut self, value: &Value) -> Result<(), Str> {
        // Upstream takes the JSON token's text, so numbers are fine and anything else fails to parse.
        *self = match value {
            Value::Null => Self(Str::inline("0")),
            Value::String(text) => Self::parse(text.trim())?,
            other => Self::parse(&crate::codec::compact_json(other))?,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_upstream() {
        for (text, printed) in [
            ("0", "0"),
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("1.500", "1.500"),
            ("1.5", "1500m"),
            ("1024Mi", "1Gi"),
            ("1025Mi", "1025Mi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("1000", "1k"),
            ("100", "100"),
            ("1e3", "1e3"),
            ("12e6", "12e6"),
            ("1E", "1E"),
            ("0.1n", "1n"),
            ("64Mi", "64Mi"),
            ("-2", "-2"),
            ("0Gi", "0"),
            ("2000k", "2M"),
            ("16777216", "16777216"),
            ("0.0000001", "100n"),
        ] {
            assert_eq!(
                Quantity::parse(text).unwrap().to_string(),
                printed,
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_as_upstream() {
        for (text, error) in [
            ("", ERR_FORMAT),
            ("abc", ERR_FORMAT),
            ("1 Gi", ERR_FORMAT),
            ("5Q", ERR_FORMAT),
            ("1GB", ERR_FORMAT),
            ("1Kii", ERR_SUFFIX),
            ("1mi", ERR_SUFFIX),
        ] {
            assert_eq!(Quantity::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn counts() {
        let mut cpu = Quantity::parse("250m").unwrap();
        cpu.add(&Quantity::parse("1").unwrap());
        assert_eq!(cpu.to_string(), "1250m");
        assert_eq!(cpu.value(), 2);
        assert_eq!(cpu.milli_value(), 1250);
        let mut memory = Quantity::default();
        memory.add(&Quantity::parse("512Mi").unwrap());
        memory.add(&Quantity::parse("512Mi").unwrap());
        assert_eq!(memory.to_string(), "1Gi");
        memory.sub(&Quantity::parse("1Gi").unwrap());
        assert_eq!(memory.to_string(), "0");
        assert!(Quantity::parse("1").unwrap() > Quantity::parse("999m").unwrap());
        assert_eq!(Quantity::from_milli(2000).to_string(), "2");
    }
}
