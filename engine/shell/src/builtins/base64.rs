//! `base64`

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes bytes.
pub(crate) fn encode(data: &[u8]) -> String {
    let mut out = String::with_capacity(data.len().div_ceil(3) * 4);
    for chunk in data.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for at in 0..4 {
            if at <= chunk.len() {
                out.push(char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// Decodes text; false if it is not all valid (what came before is kept).
pub(crate) fn decode(text: &[u8], ignore: bool, out: &mut Vec<u8>) -> bool {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut padding = 0;
    for byte in text {
        match ALPHABET.iter().position(|known| known == byte) {
            Some(value) if padding == 0 => {
                bits = bits << 6 | value as u32;
                count += 1;
                if count == 4 {
                    out.extend_from_slice(&bits.to_be_bytes()[1..]);
                    bits = 0;
                    count = 0;
                }
            }
            _ if *byte == b'\n' => {}
            None if *byte == b'=' => padding += 1,
            _ if ignore => {}
            _ => return false,
        }
    }
    match count {
        0 => padding == 0 || padding <= 2,
        2 => {
            out.push((bits >> 4) as u8);
            padding == 2
        }
        3 => {
            out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]);
            padding == 1
        }
        _ => false,
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "diDw:",
        &[("decode", 'd'), ("ignore-garbage", 'i'), ("wrap", 'w')],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (sources, failed) = open_sources(&proc, "base64", &opts.rest).await;
    let Some(source) = sources.first().filter(|_| !failed) else {
        return 1;
    };
    let data = match source.read(&proc).await {
        Ok(data) => data,
        Err(error) => {
            proc.eprint(format!("base64: read error: {}\n", error.text()))
                .await;
            return 1;
        }
    };
    if opts.has('d') || opts.has('D') {
        let mut out = Vec::new();
        let valid = decode(&data, opts.has('i'), &mut out);
        let _ = proc.write(1, out).await;
        if !valid {
            let text = if proc.is_busybox() {
                "base64: truncated input\n"
            } else {
                "base64: invalid input\n"
            };
            proc.eprint(text).await;
            return 1;
        }
        return 0;
    }
    let width: usize = opts.value('w').and_then(|w| w.parse().ok()).unwrap_or(76);
    let text = encode(&data);
    let mut out = String::new();
    if width == 0 {
        out = text;
    } else {
        for line in text.as_bytes().chunks(width) {
            out.push_str(&String::from_utf8_lossy(line));
            out.push('\n');
        }
    }
    proc.print(out).await;
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("hunter2", "aHVudGVyMg=="),
        ] {
            assert_eq!(encode(plain.as_bytes()), coded);
            let mut out = Vec::new();
            assert!(decode(coded.as_bytes(), false, &mut out));
            assert_eq!(out, plain.as_bytes());
        }
        assert!(!decode(b"Zg=", false, &mut Vec::new()));
        assert!(!decode(b"Z!==", false, &mut Vec::new()));
    }
}
