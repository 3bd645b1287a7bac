//! Decimal numbers of any length, as `bc` counts: whole digits and a scale.

use std::cmp::Ordering;

/// Digits that a number may have.
pub(super) const MAX_DIGITS: usize = 2000;

/// `digits` (the highest first, none of them leading zeros) divided by ten to the `scale`.
#[derive(Clone, Debug, Default)]
pub(super) struct Num {
    pub(super) negative: bool,
    digits: Vec<u8>,
    pub(super) scale: usize,
}

fn trimmed(mut digits: Vec<u8>) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..zeros);
    digits
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut carry = 0;
    let (mut a, mut b) = (a.iter().rev(), b.iter().rev());
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() && carry == 0 {
            break;
        }
        let total = x.unwrap_or(&0) + y.unwrap_or(&0) + carry;
        out.push(total % 10);
        carry = total / 10;
    }
    out.reverse();
    trimmed(out)
}

/// `a - b`, where `a` is not the smaller.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(a.len());
    let mut borrow = 0;
    let mut b = b.iter().rev();
    for x in a.iter().rev() {
        let take = b.next().unwrap_or(&0) + borrow;
        borrow = u8::from(*x < take);
        out.push(x + 10 * borrow - take);
    }
    out.reverse();
    trimmed(out)
}

fn product(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = vec![0_u32; a.len() + b.len() + 1];
    for (i, x) in a.iter().rev().enumerate() {
        for (j, y) in b.iter().rev().enumerate() {
            out[i + j] += u32::from(*x) * u32::from(*y);
        }
        // Carries are brought along before they could grow too large.
        let mut carry = 0;
        for slot in out.iter_mut().skip(i) {
            let total = *slot + carry;
            *slot = total % 10;
            carry = total / 10;
        }
    }
    trimmed(out.iter().rev().map(|digit| *digit as u8).collect())
}

/// Quotient of whole numbers; `b` is not 0.
fn quotient(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(a.len());
    let mut rest: Vec<u8> = Vec::new();
    for digit in a {
        if !rest.is_empty() || *digit != 0 {
            rest.push(*digit);
        }
        let mut times = 0;
        while compare(&rest, b).is_ge() {
            rest = difference(&rest, b);
            times += 1;
        }
        out.push(times);
    }
    trimmed(out)
}

impl Num {
    pub(super) fn from_int(value: i64) -> Num {
        let digits = value
            .unsigned_abs()
            .to_string()
            .bytes()
            .map(|b| b - b'0')
            .collect();
        Num {
            negative: value < 0,
            digits: trimmed(digits),
            scale: 0,
        }
    }

    /// `12.5`, `.5`
    pub(super) fn parse(text: &str) -> Num {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole
            .bytes()
            .chain(part.bytes())
            .map(|b| b.wrapping_sub(b'0') % 10);
        Num {
            negative: false,
            digits: trimmed(digits.collect()),
            scale: part.len(),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The whole part, if it is small enough.
    pub(super) fn to_int(&self) -> Option<i64> {
        let digits = &self.whole().digits;
        let text: String = digits
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        let value: i64 = if text.is_empty() {
            0
        } else {
            text.parse().ok()?
        };
        Some(if self.negative { -value } else { value })
    }

    pub(super) fn whole(&self) -> Num {
        self.clone().scaled(0)
    }

    /// With as many digits behind the point, the rest cut off.
    pub(super) fn scaled(mut self, scale: usize) -> Num {
        if scale >= self.scale {
            if !self.digits.is_empty() {
                self.digits
                    .extend(std::iter::repeat_n(0, scale - self.scale));
            }
        } else {
            let keep = self.digits.len().saturating_sub(self.scale - scale);
            self.digits.truncate(keep);
        }
        self.scale = scale;
        self
    }

    /// How many digits it has, for `length()`.
    pub(super) fn length(&self) -> usize {
        self.digits.len().max(self.scale).max(1)
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.digits.len() > MAX_DIGITS
    }

    pub(super) fn negated(mut self) -> Num {
        self.negative = !self.negative;
        self
    }

    fn aligned(&self, other: &Num) -> (Num, Num) {
        let scale = self.scale.max(other.scale);
        (self.clone().scaled(scale), other.clone().scaled(scale))
    }

    pub(super) fn add(&self, other: &Num) -> Num {
        let (a, b) = self.aligned(other);
        let scale = a.scale;
        let (negative, digits) = if a.negative == b.negative {
            (a.negative, sum(&a.digits, &b.digits))
        } else if compare(&a.digits, &b.digits).is_ge() {
            (a.negative, difference(&a.digits, &b.digits))
        } else {
            (b.negative, difference(&b.digits, &a.digits))
        };
        Num {
            negative,
            digits,
            scale,
        }
    }

    pub(super) fn sub(&self, other: &Num) -> Num {
        self.add(&other.clone().negated())
    }

    pub(super) fn mul(&self, other: &Num, scale: usize) -> Num {
        let full = self.scale + other.scale;
        let kept = full.min(scale.max(self.scale).max(other.scale));
        let digits = product(&self.digits, &other.digits);
        Num {
            negative: self.negative != other.negative,
            digits,
            scale: full,
        }
        .scaled(kept)
    }

    pub(super) fn div(&self, other: &Num, scale: usize) -> Option<Num> {
        if other.is_zero() {
            return None;
        }
        let top = self.clone().scaled(scale + other.scale + self.scale);
        let digits = quotient(&top.digits, &other.digits);
        let found = Num {
            negative: self.negative != other.negative,
            digits,
            scale: scale + self.scale,
        };
        Some(found.scaled(scale))
    }

    pub(super) fn rem(&self, other: &Num, scale: usize) -> Option<Num> {
        let quotient = self.div(other, scale)?;
        let full = (scale + other.scale).max(self.scale);
        let back = quotient.mul(other, full);
        Some(self.sub(&back).scaled(full))
    }

    pub(super) fn pow(&self, power: i64, scale: usize) -> Option<Num> {
        let times = power.unsigned_abs();
        let full = self
            .scale
            .saturating_mul(times as usize)
            .min(scale.max(self.scale));
        let mut out = Num::from_int(1);
        // More digits than can be kept are not worked out.
        if (self.digits.len() as u64).saturating_mul(times) > MAX_DIGITS as u64 * 2
            && self.digits != [1]
        {
            return None;
        }
        let exact = self.scale.saturating_mul(times as usize).min(MAX_DIGITS);
        for _ in 0..if self.digits == [1] && self.scale == 0 {
            times & 1
        } else {
            times
        } {
            out = out.mul(self, exact);
        }
        if power >= 0 {
            return Some(out.scaled(full));
        }
        Num::from_int(1).div(&out, scale)
    }

    pub(super) fn sqrt(&self, scale: usize) -> Num {
        let scale = scale.max(self.scale);
        let target = self.clone().scaled(scale * 2).digits;
        // Digit by digit from the top: the largest whole number whose square is no larger.
        let length = target.len().div_ceil(2);
        let mut root = vec![0_u8; length];
        for at in 0..length {
            for digit in (0..10).rev() {
                root[at] = digit;
                let candidate = trimmed(root.clone());
                if compare(&product(&candidate, &candidate), &target).is_le() {
                    break;
                }
            }
        }
        Num {
            negative: false,
            digits: trimmed(root),
            scale,
        }
    }

    pub(super) fn order(&self, other: &Num) -> Ordering {
        let gap = self.sub(other);
        match (gap.is_zero(), gap.negative) {
            (true, _) => Ordering::Equal,
            (_, true) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }

    /// As bc prints it in the base: no zero before the point.
    pub(super) fn text(&self, base: i64) -> String {
        if self.is_zero() {
            return "0".into();
        }
        let sign = if self.negative { "-" } else { "" };
        let whole = self.whole();
        let digits = |digits: &[u8]| -> String {
            digits
                .iter()
                .map(|digit| char::from(b'0' + digit))
                .collect()
        };
        if base == 10 {
            let cut = self.digits.len().saturating_sub(self.scale);
            let part = &self.digits[cut..];
            let point = if self.scale > 0 { "." } else { "" };
            let zeros = "0".repeat(self.scale - part.len().min(self.scale));
            return format!(
                "{sign}{}{point}{zeros}{}",
                digits(&self.digits[..cut]),
                digits(part)
            );
        }
        let place = |value: i64| -> String {
            if base > 16 {
                let width = (base - 1).to_string().len();
                return format!(" {value:0width$}");
            }
            char::from_digit(value as u32, 16)
                .unwrap_or('0')
                .to_ascii_uppercase()
                .to_string()
        };
        let by = Num::from_int(base);
        let mut rest = Num {
            negative: false,
            ..whole.clone()
        };
        let mut out = Vec::new();
        while !rest.is_zero() {
            let quotient = rest.div(&by, 0).unwrap_or_default();
            let digit = rest.sub(&quotient.mul(&by, 0)).to_int().unwrap_or(0);
            out.push(place(digit));
            rest = quotient;
        }
        out.reverse();
        let mut text = format!("{sign}{}", out.concat());
        let mut part = Num {
            negative: false,
            ..self.sub(&whole)
        };
        if self.scale > 0 && !part.is_zero() {
            text.push('.');
            // As many digits as tell the part as exactly.
            let (mut told, goal) = (1.0_f64, 10_f64.powi(self.scale.min(300) as i32));
            while told < goal {
                part = part.mul(&by, self.scale);
                let digit = part.to_int().unwrap_or(0);
                text.push_str(&place(digit));
                part = part.sub(&Num::from_int(digit));
                told *= base as f64;
            }
        }
        text
    }
}
