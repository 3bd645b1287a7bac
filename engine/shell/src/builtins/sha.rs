//! `sha512sum`, `sha256sum`, `sha1sum`, `md5sum`

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

/// Round constants of SHA-512: the first 64 bits of the fractional parts of the cube roots of the first 80 primes.
const LONG_CONSTANTS: [u64; 80] = [
    0x428a_2f98_d728_ae22,
    0x7137_4491_23ef_65cd,
    0xb5c0_fbcf_ec4d_3b2f,
    0xe9b5_dba5_8189_dbbc,
    0x3956_c25b_f348_b538,
    0x59f1_11f1_b605_d019,
    0x923f_82a4_af19_4f9b,
    0xab1c_5ed5_da6d_8118,
    0xd807_aa98_a303_0242,
    0x1283_5b01_4570_6fbe,
    0x2431_85be_4ee4_b28c,
    0x550c_7dc3_d5ff_b4e2,
    0x72be_5d74_f27b_896f,
    0x80de_b1fe_3b16_96b1,
    0x9bdc_06a7_25c7_1235,
    0xc19b_f174_cf69_2694,
    0xe49b_69c1_9ef1_4ad2,
    0xefbe_4786_384f_25e3,
    0x0fc1_9dc6_8b8c_d5b5,
    0x240c_a1cc_77ac_9c65,
    0x2de9_2c6f_592b_0275,
    0x4a74_84aa_6ea6_e483,
    0x5cb0_a9dc_bd41_fbd4,
    0x76f9_88da_8311_53b5,
    0x983e_5152_ee66_dfab,
    0xa831_c66d_2db4_3210,
    0xb003_27c8_98fb_213f,
    0xbf59_7fc7_beef_0ee4,
    0xc6e0_0bf3_3da8_8fc2,
    0xd5a7_9147_930a_a725,
    0x06ca_6351_e003_826f,
    0x1429_2967_0a0e_6e70,
    0x27b7_0a85_46d2_2ffc,
    0x2e1b_2138_5c26_c926,
    0x4d2c_6dfc_5ac4_2aed,
    0x5338_0d13_9d95_b3df,
    0x650a_7354_8baf_63de,
    0x766a_0abb_3c77_b2a8,
    0x81c2_c92e_47ed_aee6,
    0x9272_2c85_1482_353b,
    0xa2bf_e8a1_4cf1_0364,
    0xa81a_664b_bc42_3001,
    0xc24b_8b70_d0f8_9791,
    0xc76c_51a3_0654_be30,
    0xd192_e819_d6ef_5218,
    0xd699_0624_5565_a910,
    0xf40e_3585_5771_202a,
    0x106a_a070_32bb_d1b8,
    0x19a4_c116_b8d2_d0c8,
    0x1e37_6c08_5141_ab53,
    0x2748_774c_df8e_eb99,
    0x34b0_bcb5_e19b_48a8,
    0x391c_0cb3_c5c9_5a63,
    0x4ed8_aa4a_e341_8acb,
    0x5b9c_ca4f_7763_e373,
    0x682e_6ff3_d6b2_b8a3,
    0x748f_82ee_5def_b2fc,
    0x78a5_636f_4317_2f60,
    0x84c8_7814_a1f0_ab72,
    0x8cc7_0208_1a64_39ec,
    0x90be_fffa_2363_1e28,
    0xa450_6ceb_de82_bde9,
    0xbef9_a3f7_b2c6_7915,
    0xc671_78f2_e372_532b,
    0xca27_3ece_ea26_619c,
    0xd186_b8c7_21c0_c207,
    0xeada_7dd6_cde0_eb1e,
    0xf57d_4f7f_ee6e_d178,
    0x06f0_67aa_7217_6fba,
    0x0a63_7dc5_a2c8_98a6,
    0x113f_9804_bef9_0dae,
    0x1b71_0b35_131c_471b,
    0x28db_77f5_2304_7d84,
    0x32ca_ab7b_40c7_2493,
    0x3c9e_be0a_15c9_bebc,
    0x431d_67c4_9c10_0d4c,
    0x4cc5_d4be_cb3e_42b6,
    0x597f_299c_fc65_7e2a,
    0x5fcb_6fab_3ad6_faec,
    0x6c44_198c_4a47_5817,
];

/// Where SHA-512 begins: the same of the square roots of the first eight.
const LONG_START: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// SHA-512 as hexadecimal digits.
pub(crate) fn sha512_hex(data: &[u8]) -> String {
    let mut message = data.to_vec();
    message.push(0x80);
    while message.len() % 128 != 112 {
        message.push(0);
    }
    message.extend((data.len() as u128 * 8).to_be_bytes());
    let mut state = LONG_START;
    for block in message.chunks_exact(128) {
        let mut words: Vec<u64> = block
            .chunks_exact(8)
            .map(|c| c.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
            .collect();
        for at in 16..80 {
            let (a, b) = (words[at - 15], words[at - 2]);
            let x = a.rotate_right(1) ^ a.rotate_right(8) ^ a >> 7;
            let y = b.rotate_right(19) ^ b.rotate_right(61) ^ b >> 6;
            words.push(
                words[at - 16]
                    .wrapping_add(x)
                    .wrapping_add(words[at - 7])
                    .wrapping_add(y),
            );
        }
        let mut v = state;
        for (word, constant) in words.iter().zip(LONG_CONSTANTS) {
            let x = v[4].rotate_right(14) ^ v[4].rotate_right(18) ^ v[4].rotate_right(41);
            let choice = v[4] & v[5] ^ !v[4] & v[6];
            let first = v[7]
                .wrapping_add(x)
                .wrapping_add(choice)
                .wrapping_add(constant)
                .wrapping_add(*word);
            let y = v[0].rotate_right(28) ^ v[0].rotate_right(34) ^ v[0].rotate_right(39);
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2];
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(first);
            v[0] = first.wrapping_add(y.wrapping_add(majority));
        }
        for (slot, value) in state.iter_mut().zip(v) {
            *slot = slot.wrapping_add(value);
        }
    }
    state.iter().map(|word| format!("{word:016x}")).collect()
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

pub(crate) async fn sha512(proc: Proc, args: Vec<String>) -> i32 {
    sum(proc, args, "sha512sum", sha512_hex).await
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
