//! `helper.DefaultNormalizeScore`.

/// The highest score a plugin gives to a node.
pub const MAX_NODE_SCORE: i64 = 100;

/// Scales scores so that the highest becomes 100; with `reverse`, 0 becomes 100 and the highest 0.
pub fn default_normalize(reverse: bool, scores: &mut [i64]) {
    let highest = scores.iter().copied().max().unwrap_or(0).max(0);
    for score in scores {
        let scaled = match highest {
            0 => 0,
            highest => MAX_NODE_SCORE * *score / highest,
        };
        *score = if reverse {
            MAX_NODE_SCORE - scaled
        } else {
            scaled
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_and_reverses() {
        let check = |reverse, scores: &[i64], expected: &[i64]| {
            let mut scores = scores.to_vec();
            default_normalize(reverse, &mut scores);
            assert_eq!(scores, expected);
        };
        check(false, &[0, 3, 7], &[0, 42, 100]);
        check(true, &[0, 3, 7], &[100, 58, 0]);
        check(false, &[0, 0], &[0, 0]);
        check(true, &[0, 0], &[100, 100]);
    }
}
