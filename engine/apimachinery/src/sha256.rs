//! SHA-256, for the hashes that components put into names.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of some bytes.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The digest of some bytes, in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut out, byte| {
            // A string takes whatever is written to it.
            let _ = write!(out, "{byte:02x}");
            out
        })
}

#[cfg(test)]
mod tests {
    #[test]
    fn known_digests() {
        assert_eq!(
            super::hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(
            super::hex(&[b'a'; 200])
                .starts_with("c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5")
        );
    }
}
