//! The little arithmetic that scores need, the same on every machine.

/// The natural logarithm of a positive number.
///
/// The platform's own may differ in the last digit between native code and Wasm; this uses only operations that IEEE
/// 754 fixes.
pub fn ln(x: f64) -> f64 {
    const LN_2: f64 = std::f64::consts::LN_2;
    debug_assert!(x > 0.0 && x.is_finite());
    let mut mantissa = x;
    let mut exponent = 0.0;
    while mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1.0;
    }
    while mantissa < std::f64::consts::FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        exponent -= 1.0;
    }
    // ln m = 2 artanh z = 2 (z + z³/3 + z⁵/5 + …) with |z| ≤ 0.172, so 12 terms are exact to the last digit.
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let square = z * z;
    let (mut power, mut sum) = (z, 0.0);
    for n in 0..12 {
        sum += power / f64::from(2 * n + 1);
        power *= square;
    }
    2.0 * sum + exponent * LN_2
}

/// Half away from zero, as Go's `math.Round`.
pub fn round(x: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "scores are far within i64")]
    let rounded = x.round() as i64;
    rounded
}

/// As a float; scores and counts are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub fn float(x: i64) -> f64 {
    x as f64
}

/// Towards zero, as Go's `int64(x)`.
#[expect(clippy::cast_possible_truncation, reason = "scores are far within i64")]
pub fn truncate(x: f64) -> i64 {
    x as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms() {
        for x in [0.01, 0.5, 1.0, 2.0, 2.5, 3.0, 7.0, 12.0, 5002.0] {
            let difference = (ln(x) - x.ln()).abs();
            assert!(
                difference <= 4.0 * f64::EPSILON * x.ln().abs().max(1.0),
                "{x}"
            );
        }
        assert_eq!(ln(1.0), 0.0);
        assert_eq!((round(2.5), round(-2.5), truncate(-0.9)), (3, -3, 0));
    }
}
