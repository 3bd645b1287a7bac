//! `Digest`: stands for something long where only equality matters.

/// 128 bits that name what was added, in its order: it takes 2⁶⁴ things until two have the same digest by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(u64, u64);

impl Digest {
    /// Of texts, told apart.
    pub fn of(texts: &[&str]) -> Self {
        let mut digest = Self::default();
        texts.iter().for_each(|text| digest.add_text(text));
        digest
    }

    /// Whether nothing was added.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// A place in a table of so many.
    pub(crate) fn place(self, places: usize) -> usize {
        (self.0 >> 32) as usize % places
    }

    /// Adds a number.
    pub fn add(&mut self, word: u64) {
        let mix = |lane: u64, factor: u64| {
            let mixed = (lane.rotate_left(7) ^ word).wrapping_mul(factor);
            mixed ^ (mixed >> 31)
        };
        self.0 = mix(self.0 ^ 0x243f_6a88_85a3_08d3, 0x9e37_79b9_7f4a_7c15);
        self.1 = mix(self.1 ^ 0x5851_f42d_4c95_7f2d, 0xd6e8_feb8_6659_fd93);
    }

    /// Adds a text.
    pub fn add_text(&mut self, text: &str) {
        for part in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.add(u64::from_le_bytes(word));
        }
        self.add(text.len() as u64);
    }

    /// Adds another digest.
    pub fn add_all(&mut self, other: Self) {
        self.add(other.0);
        self.add(other.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_texts_apart() {
        let a = Digest::of(&["ab", "c"]);
        assert_eq!(a, Digest::of(&["ab", "c"]));
        for other in [
            &["a", "bc"][..],
            &["abc"],
            &["c", "ab"],
            &["ab", "c", ""],
            &[],
        ] {
            assert_ne!(a, Digest::of(other));
        }
        assert!(Digest::of(&[]).is_empty());
    }
}
