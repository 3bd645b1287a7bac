//! `split`: a file cut into pieces

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

/// Pieces that one run makes.
const MAX_PIECES: usize = 10_000;

const SPEC: Spec = Spec::new(
    "l:b:C:n:a:dxS:v",
    &[
        ("lines", 'l'),
        ("bytes", 'b'),
        ("line-bytes", 'C'),
        ("number", 'n'),
        ("suffix-length", 'a'),
        ("numeric-suffixes", 'd'),
        ("hex-suffixes", 'x'),
        ("additional-suffix", 'S'),
        ("verbose", 'v'),
    ],
);

/// `10`, `2k`, `1M`
fn size(text: &str) -> Option<usize> {
    let at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let unit = match &text[at..] {
        "" => 1,
        "b" => 512,
        "k" | "K" | "KiB" => 1 << 10,
        "KB" | "kB" => 1000,
        "m" | "M" | "MiB" => 1 << 20,
        "MB" => 1_000_000,
        _ => return None,
    };
    let number = text[..at].parse::<usize>().ok()?;
    number.checked_mul(unit).filter(|size| *size > 0)
}

/// The text cut as it was asked for.
fn pieces(data: &[u8], how: char, count: usize) -> Vec<&[u8]> {
    let mut found = Vec::new();
    match how {
        'b' => found.extend(data.chunks(count)),
        'n' => {
            for at in 0..count {
                let place = |at: usize| at * (data.len() / count);
                let end = if at + 1 == count {
                    data.len()
                } else {
                    place(at + 1)
                };
                found.push(&data[place(at)..end]);
            }
        }
        how => {
            let mut rest = data;
            let (mut taken, mut lines) = (0, 0);
            for line in data.split_inclusive(|byte| *byte == b'\n') {
                let full = match how {
                    'l' => lines == count,
                    _ => taken > 0 && taken + line.len() > count,
                };
                if full {
                    let (piece, after) = rest.split_at(taken);
                    found.push(piece);
                    (rest, taken, lines) = (after, 0, 0);
                }
                (taken, lines) = (taken + line.len(), lines + 1);
            }
            if !rest.is_empty() {
                found.push(rest);
            }
        }
    }
    found
}

fn suffix(mut number: usize, length: usize, base: usize) -> Option<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Vec::new();
    for _ in 0..length {
        let digit = number % base;
        text.push(match base {
            26 => char::from(b'a' + digit as u8),
            _ => char::from(DIGITS[digit]),
        });
        number /= base;
    }
    (number == 0).then(|| text.iter().rev().collect())
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let how = opts.last_of("lbCn").unwrap_or('l');
    let text = opts.value(how).unwrap_or("1000");
    let Some(count) = size(text.trim_start_matches("l/")) else {
        let what = match how {
            'l' => "lines",
            'n' => "chunks",
            _ => "bytes",
        };
        let range = if text == "0" {
            ": Numerical result out of range"
        } else {
            ""
        };
        let text = format!("split: invalid number of {what}: '{text}'{range}\n");
        proc.eprint(text).await;
        return 1;
    };
    let input = opts.rest.first().cloned().unwrap_or_else(|| "-".into());
    let prefix = opts.rest.get(1).map_or("x", String::as_str);
    let base = match opts.last_of("dx") {
        Some('d') => 10,
        Some(_) => 16,
        None => 26,
    };
    let length = opts.value('a').and_then(|text| text.parse().ok());
    let length: usize = length.filter(|length| *length > 0).unwrap_or(2).min(16);
    let (sources, _) = open_sources(&proc, "split", &[input]).await;
    let Some(source) = sources.first() else {
        return 1;
    };
    let Ok(data) = source.read(&proc).await else {
        return 1;
    };
    let found = pieces(&data, how, count);
    for (at, piece) in found.iter().enumerate() {
        let name = suffix(at, length, base).filter(|_| at < MAX_PIECES);
        let Some(name) = name else {
            proc.eprint("split: output file suffixes exhausted\n").await;
            return 1;
        };
        let name = format!("{prefix}{name}{}", opts.value('S').unwrap_or_default());
        if opts.has('v') {
            proc.print(format!("creating file '{name}'\n")).await;
        }
        let written = proc.open(&name, os::OpenFlags::WRITE);
        let done = match written {
            Ok(file) => proc.write_file_to(&file, piece.to_vec()).await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            proc.eprint(format!("split: {name}: {}\n", error.text()))
                .await;
            return 1;
        }
    }
    0
}
