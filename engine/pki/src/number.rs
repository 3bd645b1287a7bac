//! Numbers of thousands of bits: what RSA needs of them, and no more.

use std::cmp::Ordering;

/// A number that is not negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The digits to the base of 2^32, the least first; the last one is not zero.
    digits: Vec<u32>,
}

impl Number {
    /// The number that is written with these bytes, the greatest first.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let digits = bytes.rchunks(4).map(|chunk| {
            let fold = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
            chunk.iter().fold(0, fold)
        });
        Self::from_digits(digits.collect())
    }

    fn from_digits(mut digits: Vec<u32>) -> Self {
        while digits.last() == Some(&0) {
            digits.pop();
        }
        Self { digits }
    }

    /// A small number.
    pub fn small(value: u32) -> Self {
        Self::from_digits(vec![value])
    }

    /// The bytes that write it, the greatest first and without zeros before it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = self.digits.iter().rev().flat_map(|d| d.to_be_bytes());
        let bytes: Vec<u8> = bytes.skip_while(|byte| *byte == 0).collect();
        if bytes.is_empty() { vec![0] } else { bytes }
    }

    /// How many bits it takes.
    pub fn bits(&self) -> usize {
        let last = self.digits.last().map_or(32, |digit| digit.leading_zeros());
        (self.digits.len() * 32).saturating_sub(last as usize)
    }

    /// Whether a bit is set.
    fn bit(&self, at: usize) -> bool {
        let digit = self.digits.get(at / 32).copied().unwrap_or(0);
        digit >> (at % 32) & 1 == 1
    }

    /// Whether it is odd.
    pub fn is_odd(&self) -> bool {
        self.bit(0)
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: u32) -> Self {
        let mut digits = self.digits.clone();
        let mut carry = other;
        for digit in &mut digits {
            let (sum, over) = digit.overflowing_add(carry);
            *digit = sum;
            carry = u32::from(over);
        }
        digits.push(carry);
        Self::from_digits(digits)
    }

    /// The difference; zero if `other` is the greater one.
    #[must_use]
    pub fn minus(&self, other: u32) -> Self {
        let mut digits = self.digits.clone();
        let mut borrow = other;
        for digit in &mut digits {
            let (rest, under) = digit.overflowing_sub(borrow);
            *digit = rest;
            borrow = u32::from(under);
        }
        if borrow != 0 {
            return Self { digits: Vec::new() };
        }
        Self::from_digits(digits)
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut digits = vec![0_u32; self.digits.len() + other.digits.len()];
        for (i, a) in self.digits.iter().enumerate() {
            let mut carry = 0_u64;
            for (j, b) in other.digits.iter().enumerate() {
                carry += u64::from(digits[i + j]) + u64::from(*a) * u64::from(*b);
                digits[i + j] = low(carry);
                carry >>= 32;
            }
            digits[i + other.digits.len()] = low(carry);
        }
        Self::from_digits(digits)
    }

    /// Divided by a small number: the whole part and the rest.
    ///
    /// # Panics
    /// When the divisor is zero.
    pub fn divided(&self, by: u32) -> (Self, u32) {
        let by = u64::from(by);
        let mut rest = 0_u64;
        let mut digits = vec![0; self.digits.len()];
        for (slot, digit) in digits.iter_mut().zip(&self.digits).rev() {
            let part = rest << 32 | u64::from(*digit);
            *slot = low(part / by);
            rest = part % by;
        }
        (Self::from_digits(digits), low(rest))
    }

    /// `self` to the power of `exponent`, modulo an odd number that is greater than `self`.
    #[must_use]
    pub fn power(&self, exponent: &Self, modulus: &Self) -> Self {
        let field = Montgomery::new(modulus);
        let mut digits = self.digits.clone();
        digits.resize(field.modulus.len(), 0);
        let base = field.times(&digits, &field.square);
        let mut power = field.one();
        // Four bits at a time, with their powers at hand.
        let mut powers = vec![power.clone()];
        for at in 0..15 {
            powers.push(field.times(&powers[at], &base));
        }
        for at in (0..exponent.bits().div_ceil(4)).rev() {
            for _ in 0..4 {
                power = field.times(&power, &power);
            }
            let bits = (0..4).map(|bit| usize::from(exponent.bit(4 * at + bit)) << bit);
            power = field.times(&power, &powers[bits.sum::<usize>()]);
        }
        let mut one = vec![0; digits.len()];
        one[0] = 1;
        Self::from_digits(field.times(&power, &one))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let digits = |number: &Self| number.digits.iter().rev().copied().collect::<Vec<_>>();
        let lengths = self.digits.len().cmp(&other.digits.len());
        lengths.then_with(|| digits(self).cmp(&digits(other)))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The lower half.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what is cut off is carried on"
)]
fn low(value: u64) -> u32 {
    value as u32
}

/// Multiplication modulo a number without division, by P. Montgomery's way: numbers are held times R = 2^(32 × digits).
struct Montgomery {
    modulus: Vec<u32>,
    /// -modulus⁻¹ modulo 2^32.
    inverse: u32,
    /// R² modulo the modulus: what brings a number into this form.
    square: Vec<u32>,
}

impl Montgomery {
    fn new(modulus: &Number) -> Self {
        let modulus = modulus.digits.clone();
        // Newton's way: each round doubles the bits that are right.
        let mut inverse = 1_u32;
        for _ in 0..5 {
            let product = modulus[0].wrapping_mul(inverse);
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(product));
        }
        let mut square = vec![0; modulus.len()];
        square[0] = 1;
        for _ in 0..2 * 32 * modulus.len() {
            double(&mut square, &modulus);
        }
        let inverse = inverse.wrapping_neg();
        Self {
            modulus,
            inverse,
            square,
        }
    }

    /// One, in this form.
    fn one(&self) -> Vec<u32> {
        let mut one = vec![0; self.modulus.len()];
        one[0] = 1;
        self.times(&one, &self.square)
    }

    /// a × b ÷ R.
    fn times(&self, a: &[u32], b: &[u32]) -> Vec<u32> {
        let length = self.modulus.len();
        let mut sum = vec![0_u32; length + 2];
        for digit in a {
            let mut carry = 0_u64;
            for (slot, other) in sum.iter_mut().zip(b) {
                carry += u64::from(*slot) + u64::from(*digit) * u64::from(*other);
                *slot = low(carry);
                carry >>= 32;
            }
            carry += u64::from(sum[length]);
            sum[length] = low(carry);
            sum[length + 1] = low(carry >> 32);
            // What makes the lowest digit zero, so that it can be dropped.
            let factor = u64::from(sum[0].wrapping_mul(self.inverse));
            carry = u64::from(sum[0]) + factor * u64::from(self.modulus[0]);
            carry >>= 32;
            for at in 1..length {
                carry += u64::from(sum[at]) + factor * u64::from(self.modulus[at]);
                sum[at - 1] = low(carry);
                carry >>= 32;
            }
            carry += u64::from(sum[length]);
            sum[length - 1] = low(carry);
            sum[length] = sum[length + 1].wrapping_add(low(carry >> 32));
        }
        let over = sum[length] != 0;
        sum.truncate(length);
        reduce(&mut sum, &self.modulus, over);
        sum
    }
}

/// Takes the modulus away once, if the number (with a digit more, when `over`) is not less.
fn reduce(number: &mut [u32], modulus: &[u32], over: bool) {
    if !over && number.iter().rev().lt(modulus.iter().rev()) {
        return;
    }
    let mut borrow = false;
    for (digit, other) in number.iter_mut().zip(modulus) {
        let (rest, first) = digit.overflowing_sub(*other);
        let (rest, second) = rest.overflowing_sub(u32::from(borrow));
        *digit = rest;
        borrow = first || second;
    }
}

fn double(number: &mut [u32], modulus: &[u32]) {
    let mut carry = 0;
    for digit in number.iter_mut() {
        let next = *digit >> 31;
        *digit = *digit << 1 | carry;
        carry = next;
    }
    reduce(number, modulus, carry != 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers() {
        let check = |base: u64, exponent: u64, modulus: u64| {
            let number = |value: u64| Number::from_bytes(&value.to_be_bytes());
            let mut wanted = 1_u128;
            for at in (0..64).rev() {
                wanted = wanted * wanted % u128::from(modulus);
                if exponent >> at & 1 == 1 {
                    wanted = wanted * u128::from(base) % u128::from(modulus);
                }
            }
            let got = number(base).power(&number(exponent), &number(modulus));
            let wanted = number(u64::try_from(wanted).unwrap());
            assert_eq!(got, wanted, "{base} ^ {exponent} % {modulus}");
        };
        check(2, 10, 1001);
        check(0, 3, 7);
        check(5, 0, 7);
        check(u64::MAX - 3, u64::MAX, u64::MAX);
        check(0xffff_fffe, 65_537, 0xffff_ffff);
        check(
            0x1234_5678_9abc_def0,
            0xfedc_ba98_7654_3210,
            0xffff_ffff_0000_0001,
        );
    }

    #[test]
    fn small_sums() {
        let number = Number::from_bytes(&[1, 0, 0, 0, 0]);
        assert_eq!(number.minus(1).to_bytes(), [0xff; 4]);
        assert_eq!(number.minus(1).plus(1), number);
        assert_eq!(number.divided(10), (Number::small(429_496_729), 6));
        assert_eq!(number.times(&Number::small(3)).to_bytes(), [3, 0, 0, 0, 0]);
        assert_eq!(number.bits(), 33);
        assert_eq!(Number::small(0).to_bytes(), [0]);
        assert!(Number::small(7) < number && number < number.plus(1));
    }
}
