//! `sha256sum`, `sha1sum`, `md5sum`

use os::Proc;

use super::open_sources;

/// Round constants of SHA-256: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
fn round_constants() -> [u32; 64] {
    let mut out = [0; 64];
    for (slot, prime) in out.iter_mut().zip(primes()) {
        *slot = root_fraction(prime, 3);
    }
    out
}

fn primes() -> impl Iterator<Item = u128> {
    (2u128..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

/// The first 32 bits of the fractional part of a root, by bisection.
fn root_fraction(value: u128, power: u32) -> u32 {
    let target = value << (32 * power);
    let (mut low, mut high) = (0u128, 1 << 40);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if middle
            .checked_pow(power)
            .is_some_and(|product| product <= target)
        {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low & 0xffff_ffff) as u32
}

/// The message with its padding: a one bit, zeros, the length in bits.
fn padded(data: &[u8], big_endian: bool) -> Vec<u8> {
    let mut out = data.to_vec();
    let bits = (data.len() as u64).wrapping_mul(8);
    out.push(0x80);
    while out.len() % 64 != 56 {
        out.push(0);
    }
    out.extend(if big_endian {
        bits.to_be_bytes()
    } else {
        bits.to_le_bytes()
    });
    out
}

/// SHA-256 as hexadecimal digits.
pub(crate) fn sha256_hex(data: &[u8]) -> String {
    let constants = round_constants();
    let mut state: Vec<u32> = primes()
        .take(8)
        .map(|prime| root_fraction(prime, 2))
        .collect();
    for block in padded(data, true).chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]))
            .collect();
        for at in 16..64 {
            let (a, b) = (words[at - 15], words[at - 2]);
            let x = a.rotate_right(7) ^ a.rotate_right(18) ^ a >> 3;
            let y = b.rotate_right(17) ^ b.rotate_right(19) ^ b >> 10;
            words.push(
                words[at - 16]
                    .wrapping_add(x)
                    .wrapping_add(words[at - 7])
                    .wrapping_add(y),
            );
        }
        let mut v = state.clone();
        for (word, constant) in words.iter().zip(constants) {
            let x = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = v[4] & v[5] ^ !v[4] & v[6];
            let first = v[7]
                .wrapping_add(x)
                .wrapping_add(choice)
                .wrapping_add(constant)
                .wrapping_add(*word);
            let y = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2];
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(first);
            v[0] = first.wrapping_add(y.wrapping_add(majority));
        }
        for (slot, value) in state.iter_mut().zip(v) {
            *slot = slot.wrapping_add(value);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// SHA-1 as hexadecimal digits.
pub(crate) fn sha1_hex(data: &[u8]) -> String {
    let mut state: [u32; 5] = [
        0x6745_2301,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ];
    for block in padded(data, true).chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]))
            .collect();
        for at in 16..80 {
            let mix = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
            words.push(mix.rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.iter().enumerate() {
            let (mix, constant) = match at / 20 {
                0 => (b & c | !b & d, 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let sum = a
                .rotate_left(5)
                .wrapping_add(mix)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, sum);
        }
        for (slot, value) in state.iter_mut().zip([a, b, c, d, e]) {
            *slot = slot.wrapping_add(value);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

/// MD5 as hexadecimal digits.
pub(crate) fn md5_hex(data: &[u8]) -> String {
    const SHIFTS: [[u32; 4]; 4] = [
        [7, 12, 17, 22],
        [5, 9, 14, 20],
        [4, 11, 16, 23],
        [6, 10, 15, 21],
    ];
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(data, false).chunks_exact(64) {
        let words: Vec<u32> = block
            .chunks_exact(4)
            .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
            .collect();
        let [mut a, mut b, mut c, mut d] = state;
        for at in 0..64 {
            let (mix, word) = match at / 16 {
                0 => (b & c | !b & d, at),
                1 => (d & b | !d & c, (5 * at + 1) % 16),
                2 => (b ^ c ^ d, (3 * at + 5) % 16),
                _ => (c ^ (b | !d), (7 * at) % 16),
            };
            // The constants are the sines of the integers.
            let constant = ((at + 1) as f64).sin().abs() * 4_294_967_296.0;
            let sum = a
                .wrapping_add(mix)
                .wrapping_add(constant as u32)
                .wrapping_add(words[word]);
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(SHIFTS[at / 16][at % 4]));
        }
        for (slot, value) in state.iter_mut().zip([a, b, c, d]) {
            *slot = slot.wrapping_add(value);
        }
    }
    state
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn sum(proc: Proc, args: Vec<String>, tool: &str, hash: fn(&[u8]) -> String) -> i32 {
    let names: Vec<String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with("--"))
        .cloned()
        .collect();
    let check = names.first().is_some_and(|name| name == "-c");
    if check {
        return verify(proc, &names[1..], tool, hash).await;
    }
    let (sources, failed) = open_sources(&proc, tool, &names).await;
    for source in sources {
        if let Ok(data) = source.read(&proc).await {
            proc.print(format!("{}  {}\n", hash(&data), source.name))
                .await;
        }
    }
    i32::from(failed)
}

async fn verify(proc: Proc, names: &[String], tool: &str, hash: fn(&[u8]) -> String) -> i32 {
    let (sources, mut failed) = open_sources(&proc, tool, names).await;
    let (mut wrong, mut missing) = (0, 0);
    for source in sources {
        let Ok(data) = source.read(&proc).await else {
            continue;
        };
        for line in String::from_utf8_lossy(&data).lines() {
            let Some((wanted, name)) = line.split_once("  ") else {
                continue;
            };
            let name = name.trim_start_matches('*');
            let outcome = match proc.read_path(name, 64 << 20).await {
                Ok(data) if hash(&data) == wanted => "OK",
                Ok(_) => {
                    wrong += 1;
                    "FAILED"
                }
                Err(error) => {
                    missing += 1;
                    let text = format!("{tool}: {name}: {}\n", error.text());
                    proc.eprint(text).await;
                    "FAILED open or read"
                }
            };
            failed |= outcome != "OK";
            proc.print(format!("{name}: {outcome}\n")).await;
        }
    }
    let are = |count: i32| if count == 1 { "" } else { "s" };
    if missing > 0 {
        let text = format!(
            "{tool}: WARNING: {missing} listed file{} could not be read\n",
            are(missing)
        );
        proc.eprint(text).await;
    }
    if wrong > 0 {
        let text = format!(
            "{tool}: WARNING: {wrong} computed checksum{} did NOT match\n",
            are(wrong)
        );
        proc.eprint(text).await;
    }
    i32::from(failed)
}

pub(crate) async fn sha256(proc: Proc, args: Vec<String>) -> i32 {
    sum(proc, args, "sha256sum", sha256_hex).await
}

pub(crate) async fn sha1(proc: Proc, args: Vec<String>) -> i32 {
    sum(proc, args, "sha1sum", sha1_hex).await
}

pub(crate) async fn md5(proc: Proc, args: Vec<String>) -> i32 {
    sum(proc, args, "md5sum", md5_hex).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sums() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(sha1_hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(md5_hex(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(md5_hex(&[b'a'; 100]), "36a92cc94a9e0fa21f625f8bfb007adf");
    }
}
