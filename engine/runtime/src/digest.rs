//! Names that look like content digests: the same for the same text, on every machine.
//!
//! Nothing is really hashed with SHA-256 here: image contents do not exist byte for byte, so there is nothing whose
//! digest could be checked. What matters is that equal things have equal names and different things different ones.

use std::fmt::Write;

/// 64 hexadecimal digits made from `text`.
pub(crate) fn pseudo_sha256(text: &str) -> String {
    let mut digits = String::with_capacity(64);
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for round in 0..4_u8 {
        for byte in text.bytes().chain([round]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        state ^= state >> 29;
        state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 32;
        // Writing to a string cannot fail.
        let _ = write!(digits, "{state:016x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differs_by_text() {
        assert_eq!(pseudo_sha256("a").len(), 64);
        assert_eq!(pseudo_sha256("a"), pseudo_sha256("a"));
        assert_ne!(pseudo_sha256("a"), pseudo_sha256("b"));
        assert_ne!(pseudo_sha256("a")[..16], pseudo_sha256("a")[16..32]);
    }
}
