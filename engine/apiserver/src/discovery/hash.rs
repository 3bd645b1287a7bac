//! `storageVersionHash`: a short name for the version in which a resource is stored, by which clients see that it has changed.

use base64::Engine as _;

/// The hash of group, version and kind.
pub(super) fn of_storage(group: &str, version: &str, kind: &str) -> String {
    let digest = sha256(format!("{group}/{version}/{kind}").as_bytes());
    let bytes: Vec<u8> = digest
        .iter()
        .take(2)
        .flat_map(|word| word.to_be_bytes())
        .collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The first 32 bits behind the point of the `power`th roots of the first primes, of which SHA-256 makes its constants.
fn roots<const N: usize>(power: u32) -> [u32; N] {
    let primes = (2u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
    let mut out = [0; N];
    for (slot, prime) in out.iter_mut().zip(primes) {
        // The largest x with x^power <= prime * 2^(32 * power), bit by bit.
        let wanted = u128::from(prime) << (32 * power);
        let mut root = 0u128;
        for bit in (0..41).rev() {
            let next = root | 1 << bit;
            if next.checked_pow(power).is_some_and(|p| p <= wanted) {
                root = next;
            }
        }
        *slot = u32::try_from(root & 0xffff_ffff).unwrap_or_default();
    }
    out
}

/// SHA-256 (FIPS 180-4).
fn sha256(text: &[u8]) -> [u32; 8] {
    let (mut state, constants): ([u32; 8], [u32; 64]) = (roots(2), roots(3));
    let mut message = text.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    let bits = u64::try_from(text.len()).unwrap_or_default() * 8;
    message.extend(bits.to_be_bytes());
    for block in message.chunks_exact(64) {
        let mut w = [0u32; 64];
        for (slot, four) in w.iter_mut().zip(block.chunks_exact(4)) {
            *slot = u32::from_be_bytes([four[0], four[1], four[2], four[3]]);
        }
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w[i] = w[i - 16]
                .wrapping_add(s0)
                .wrapping_add(w[i - 7])
                .wrapping_add(s1);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (k, w) in constants.iter().zip(w) {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let t1 = h
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(*k)
                .wrapping_add(w);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = (a & b) ^ (a & c) ^ (b & c);
            (h, g, f, e) = (g, f, e, d.wrapping_add(t1));
            (d, c, b, a) = (c, b, a, t1.wrapping_add(s0).wrapping_add(majority));
        }
        for (slot, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *slot = slot.wrapping_add(add);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_real_servers_say() {
        assert_eq!(of_storage("", "v1", "Pod"), "xPOwRZ+Yhw8=");
        assert_eq!(of_storage("", "v1", "ConfigMap"), "qFsyl6wFWjQ=");
        assert_eq!(of_storage("apps", "v1", "Deployment"), "8aSe+NMegvE=");
    }
}
