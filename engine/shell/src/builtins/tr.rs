//! `tr`

use os::{Bytes, Proc};

use crate::opts::Spec;

fn class(name: &str) -> Option<Vec<u8>> {
    let test: fn(&u8) -> bool = match name {
        "alnum" => u8::is_ascii_alphanumeric,
        "alpha" => u8::is_ascii_alphabetic,
        "blank" => |b| matches!(b, b' ' | b'\t'),
        "cntrl" => u8::is_ascii_control,
        "digit" => u8::is_ascii_digit,
        "graph" => u8::is_ascii_graphic,
        "lower" => u8::is_ascii_lowercase,
        "print" => |b| (32..127).contains(b),
        "punct" => u8::is_ascii_punctuation,
        "space" => |b| b.is_ascii_whitespace() || *b == 11,
        "upper" => u8::is_ascii_uppercase,
        "xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    };
    Some((0..=255).filter(test).collect())
}

/// The bytes that a set stands for.
fn expand(text: &str) -> Result<Vec<u8>, String> {
    let mut unescaped = Vec::new();
    crate::escape::printf_format(text, &mut unescaped);
    let bytes = unescaped;
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"[:")
            && let Some(end) = rest.windows(2).position(|pair| pair == b":]")
        {
            let name = String::from_utf8_lossy(&rest[2..end.max(2)]).into_owned();
            out.extend(class(&name).ok_or_else(|| format!("invalid character class '{name}'"))?);
            at += end + 2;
            continue;
        }
        if rest.len() >= 3 && rest[1] == b'-' {
            let (from, to) = (rest[0], rest[2]);
            if from > to {
                let range = format!("{}-{}", char::from(from), char::from(to));
                return Err(format!(
                    "range-endpoints of '{range}' are in reverse collating sequence order"
                ));
            }
            out.extend(from..=to);
            at += 3;
            continue;
        }
        out.push(rest[0]);
        at += 1;
    }
    Ok(out)
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "cCdst",
        &[
            ("complement", 'c'),
            ("delete", 'd'),
            ("squeeze-repeats", 's'),
            ("truncate-set1", 't'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let complain = match (opts.rest.as_slice(), opts.has('d'), opts.has('s')) {
        ([], ..) => Some("missing operand".to_owned()),
        ([one], false, false) => Some(format!(
            "missing operand after '{one}'\nTwo strings must be given when translating."
        )),
        ([_, two], true, false) => Some(format!(
            "extra operand '{two}'\nOnly one string may be given when deleting without squeezing repeats."
        )),
        ([_, _, three, ..], ..) => Some(format!("extra operand '{three}'")),
        _ => None,
    };
    if let Some(text) = complain {
        proc.eprint(format!(
            "tr: {text}\nTry 'tr --help' for more information.\n"
        ))
        .await;
        return 1;
    }
    let (first, second) = match (
        expand(&opts.rest[0]),
        opts.rest.get(1).map(|text| expand(text)).transpose(),
    ) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(message), _) | (_, Err(message)) => {
            proc.eprint(format!("tr: {message}\n")).await;
            return 1;
        }
    };
    let complement = opts.has('c') || opts.has('C');
    let first: Vec<u8> = if complement {
        (0..=255).filter(|b| !first.contains(b)).collect()
    } else {
        first
    };
    let mut map: Vec<Option<u8>> = (0..=255).map(Some).collect();
    if opts.has('d') {
        first.iter().for_each(|byte| map[usize::from(*byte)] = None);
    } else if let Some(second) = second.as_ref().filter(|second| !second.is_empty()) {
        for (at, byte) in first.iter().enumerate() {
            let to = if complement {
                second.last()
            } else {
                second.get(at).or(second.last())
            };
            map[usize::from(*byte)] = to.copied();
        }
    }
    let squeezed: &[u8] = if opts.has('s') {
        second.as_deref().unwrap_or(&first)
    } else {
        &[]
    };
    let mut last = None;
    while let Ok(data) = proc.read(0, 65_536).await {
        if data.is_empty() {
            break;
        }
        let mut out = Vec::with_capacity(data.len());
        for byte in data.iter().filter_map(|byte| map[usize::from(*byte)]) {
            if last == Some(byte) && squeezed.contains(&byte) {
                continue;
            }
            last = Some(byte);
            out.push(byte);
        }
        if proc.write(1, Bytes::from(out)).await.is_err() {
            return 1;
        }
    }
    0
}
