//! Seeded randomness: the only source of chance in the engine.

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256StarStar;

/// The alphabet of generated names, as in `k8s.io/apimachinery/pkg/util/rand`: no vowels, so no words.
const NAME_ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A stream of random numbers that depends on the cluster's seed and the stream's name alone.
///
/// Each component draws from a stream of its own ([`crate::Sim::rng`]), so that one component's extra draw does not
/// change what another one gets.
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256StarStar);

impl Rng {
    /// The stream `name` of the cluster seed `seed`.
    pub fn new(seed: u64, name: &str) -> Self {
        Self(Xoshiro256StarStar::seed_from_u64(
            seed ^ fnv1a(name.as_bytes()),
        ))
    }

    /// A number in `0..bound`; zero when `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The widening multiplication maps 64 random bits to the range; its bias is below 2^-32 for any bound in use.
        u64::try_from((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0.0..1.0`.
    pub fn fraction(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
        let bits = (self.0.next_u64() >> 11) as f64;
        bits / (1_u64 << 53) as f64
    }

    /// `len` characters of the alphabet that Kubernetes uses for generated names.
    pub fn name_suffix(&mut self, len: usize) -> String {
        (0..len)
            .map(|_| {
                let i = usize::try_from(self.below(NAME_ALPHABET.len() as u64)).unwrap_or(0);
                char::from(NAME_ALPHABET[i])
            })
            .collect()
    }

    /// A version-4 UUID in its usual spelling.
    pub fn uuid(&mut self) -> String {
        let (hi, lo) = (self.0.next_u64(), self.0.next_u64());
        let hi = (hi & 0xffff_ffff_ffff_0fff) | 0x4000;
        let lo = (lo & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            hi >> 32,
            (hi >> 16) & 0xffff,
            hi & 0xffff,
            lo >> 48,
            lo & 0xffff_ffff_ffff
        )
    }

    /// `2 * bytes` lower-case hexadecimal digits, for container ids and digests.
    pub fn hex(&mut self, bytes: usize) -> String {
        let mut text = String::with_capacity(2 * bytes);
        for _ in 0..bytes {
            let byte = self.below(256);
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[nibble as usize & 15]));
            }
        }
        text
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_repeatable_and_differ_by_name() {
        let draw = |seed, name: &str| Rng::new(seed, name).uuid();
        assert_eq!(draw(1, "uid"), draw(1, "uid"));
        assert_ne!(draw(1, "uid"), draw(1, "name"));
        assert_ne!(draw(1, "uid"), draw(2, "uid"));
    }

    #[test]
    fn uuids_are_version_four() {
        let mut rng = Rng::new(7, "uid");
        for _ in 0..100 {
            let id = rng.uuid();
            assert_eq!(id.len(), 36);
            assert_eq!(&id[14..15], "4");
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
    }

    #[test]
    fn below_stays_below() {
        let mut rng = Rng::new(7, "x");
        assert!((0..1000).all(|_| rng.below(3) < 3));
        assert_eq!(rng.below(0), 0);
        assert!(
            (0..1000)
                .map(|_| rng.fraction())
                .all(|f| (0.0..1.0).contains(&f))
        );
    }
}
