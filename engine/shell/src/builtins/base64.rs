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
            }
            None if *byte == b'=' && count >= 2 => padding += 1,
            _ if *byte == b'\n' || (ignore && *byte != b'=') => {}
            _ => return false,
        }
        if count + padding == 4 {
            let bytes = (bits << (6 * padding)).to_be_bytes();
            out.extend_from_slice(&bytes[1..4 - padding]);
            (bits, count, padding) = (0, 0, 0);
        }
    }
    match count {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
    count == 0
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "diw:",
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
    let width: usize = opts.value('w').and_then(|w| w.parse().ok()).unwrap_or(76);
    let decodes = opts.has('d');
    // Whole groups are worked on as they come; what is left of one waits for the next read.
    let mut held = Vec::new();
    let mut column = 0;
    loop {
        let data = match proc.read_file_from(&source.file, 65_536).await {
            Ok(data) => data,
            Err(error) => {
                proc.eprint(format!("base64: read error: {}\n", error.text()))
                    .await;
                return 1;
            }
        };
        let ended = data.is_empty();
        if decodes {
            let wanted = |byte: &&u8| **byte != b'\n' && (!opts.has('i') || is_in_alphabet(**byte));
            held.extend(data.iter().filter(wanted));
            let clean = held.iter().take_while(|byte| is_in_alphabet(**byte));
            let whole = if ended {
                held.len()
            } else {
                clean.count() / 4 * 4
            };
            let rest = held.split_off(whole);
            let mut out = Vec::new();
            let valid = decode(&held, false, &mut out);
            held = rest;
            if let Err(failed) = super::written(&proc, out).await {
                return failed;
            }
            if !valid || held.iter().any(|byte| !is_in_alphabet(*byte)) {
                let text = if proc.is_busybox() {
                    "base64: truncated input\n"
                } else {
                    "base64: invalid input\n"
                };
                proc.eprint(text).await;
                return 1;
            }
        } else {
            held.extend_from_slice(&data);
            let whole = if ended {
                held.len()
            } else {
                held.len() / 3 * 3
            };
            let rest = held.split_off(whole);
            let text = encode(&held);
            held = rest;
            let text = wrapped(&text, width, &mut column, ended);
            if let Err(failed) = super::written(&proc, text).await {
                return failed;
            }
        }
        if ended {
            return 0;
        }
    }
}

fn is_in_alphabet(byte: u8) -> bool {
    byte == b'=' || ALPHABET.contains(&byte)
}

/// Text in lines of that width (0: none), going on in a column.
fn wrapped(text: &str, width: usize, column: &mut usize, ended: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 64 + 1);
    for c in text.chars() {
        out.push(c);
        *column += 1;
        if *column == width {
            out.push('\n');
            *column = 0;
        }
    }
    if ended && width > 0 && *column > 0 {
        out.push('\n');
    }
    out
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
