//! The hash that tells versions of a pod template apart.
//!
//! Not upstream's numbers: those depend on how Go prints structs. Equal templates have equal hashes, and the alphabet
//! and the length are upstream's, so the names look alike.

use apimachinery::reflect::Reflect;
use apimachinery::{Str, codec};

/// What hashes are written with: no vowels, no digits that look like letters.
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// The hash of a template; `collisions` makes it another one if an earlier one was taken.
pub(crate) fn of(template: &dyn Reflect, collisions: Option<i32>) -> Str {
    let text = codec::to_value(template).to_string();
    let mut hash = fnv1a(0x811c_9dc5, text.as_bytes());
    if let Some(count) = collisions {
        hash = fnv1a(hash, &count.to_le_bytes());
    }
    encode(&hash.to_string())
}

/// Spells a number in the alphabet of generated names.
fn encode(number: &str) -> Str {
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
    number.bytes().map(letter).collect::<String>().into()
}

fn fnv1a(seed: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(seed, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use api::core::v1::PodTemplateSpec;

    use super::of;

    #[test]
    fn equal_templates_have_equal_hashes() {
        let mut template = PodTemplateSpec::default();
        let first = of(&template, None);
        assert_eq!(of(&template.clone(), None), first);
        assert_ne!(of(&template, Some(1)), first);
        template.metadata.labels.insert("app", "web");
        assert_ne!(of(&template, None), first);
        assert!((8..=10).contains(&first.len()), "{first}");
    }
}
