//! `od`: bytes as numbers or characters

use std::fmt::Write as _;

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

const SPEC: Spec = Spec::new(
    "A:t:j:N:w:vcxbdosi",
    &[
        ("address-radix", 'A'),
        ("format", 't'),
        ("skip-bytes", 'j'),
        ("read-bytes", 'N'),
        ("width", 'w'),
        ("output-duplicates", 'v'),
    ],
);

/// A way to show bytes: how many at once, by what letter, and whether the text stands behind.
#[derive(Clone, Copy)]
struct Format {
    letter: char,
    size: usize,
    text: bool,
}

impl Format {
    /// The formats of a `-t`, one after the other.
    fn parse(text: &str) -> Option<Vec<Format>> {
        let mut found = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(letter) = chars.next() {
            let mut size = match letter {
                'a' | 'c' => 1,
                'd' | 'o' | 'u' | 'x' => 4,
                _ => return None,
            };
            let mut digits = String::new();
            while let Some(c) = chars.next_if(char::is_ascii_digit) {
                digits.push(c);
            }
            if let Ok(given) = digits.parse() {
                size = given;
            } else if let Some(name) = chars.next_if(|c| "CSIL".contains(*c)) {
                size = match name {
                    'C' => 1,
                    'S' => 2,
                    'I' => 4,
                    _ => 8,
                };
            }
            if !matches!(size, 1 | 2 | 4 | 8) {
                return None;
            }
            let text = chars.next_if_eq(&'z').is_some();
            found.push(Format { letter, size, text });
        }
        Some(found)
    }

    /// The width of a cell, with the blank before it.
    fn width(self) -> usize {
        1 + match (self.letter, self.size) {
            ('a' | 'c', _) => 3,
            ('x', size) => size * 2,
            ('o', 1) => 3,
            ('o', 2) => 6,
            ('o', 4) => 11,
            ('o', _) => 22,
            ('u', 1) => 3,
            ('u', 2) => 5,
            ('u', 4) => 10,
            ('u', _) => 20,
            (_, 1) => 4,
            (_, 2) => 6,
            (_, 4) => 11,
            _ => 20,
        }
    }

    fn cell(self, bytes: &[u8]) -> String {
        let number = bytes
            .iter()
            .rev()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let byte = bytes.first().copied().unwrap_or_default();
        match self.letter {
            'c' => match byte {
                0 => "\\0".into(),
                7 => "\\a".into(),
                8 => "\\b".into(),
                9 => "\\t".into(),
                10 => "\\n".into(),
                11 => "\\v".into(),
                12 => "\\f".into(),
                13 => "\\r".into(),
                b' '..=b'~' => char::from(byte).to_string(),
                _ => format!("{byte:03o}"),
            },
            'a' => {
                const NAMES: [&str; 33] = [
                    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt",
                    "ff", "cr", "so", "si", "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb",
                    "can", "em", "sub", "esc", "fs", "gs", "rs", "us", "sp",
                ];
                let byte = byte & 127;
                match NAMES.get(usize::from(byte)) {
                    Some(name) => (*name).into(),
                    None if byte == 127 => "del".into(),
                    None => char::from(byte).to_string(),
                }
            }
            'x' => format!("{number:0width$x}", width = self.size * 2),
            'o' => format!("{number:0width$o}", width = self.width() - 1),
            'u' => number.to_string(),
            _ => {
                let unused = 64 - 8 * self.size as u32;
                ((number << unused) as i64 >> unused).to_string()
            }
        }
    }
}

fn count(text: &str) -> Option<usize> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1024),
        None => (
            text.strip_suffix('b').unwrap_or(text),
            if text.ends_with('b') { 512 } else { 1 },
        ),
    };
    let number = match digits.strip_prefix("0x") {
        Some(hex) => usize::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    number.checked_mul(unit)
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut formats = Vec::new();
    for text in opts.values('t') {
        match Format::parse(text) {
            Some(found) => formats.extend(found),
            None => {
                let known = |c: &char| "acdouxzCSIL0123456789".contains(*c);
                let why = match text.chars().find(|c| !known(c)) {
                    Some(c) => format!("invalid character '{c}' in type string '{text}'"),
                    None => format!("invalid type string '{text}'"),
                };
                proc.eprint(format!("od: {why}\n")).await;
                return 1;
            }
        }
    }
    for (flag, letter, size) in [
        ('b', 'o', 1),
        ('c', 'c', 1),
        ('d', 'u', 2),
        ('o', 'o', 2),
        ('s', 'd', 2),
        ('i', 'd', 4),
        ('x', 'x', 2),
    ] {
        if opts.has(flag) {
            formats.push(Format {
                letter,
                size,
                text: false,
            });
        }
    }
    if formats.is_empty() {
        formats.push(Format {
            letter: 'o',
            size: 2,
            text: false,
        });
    }
    let radix = opts
        .value('A')
        .and_then(|text| text.chars().next())
        .unwrap_or('o');
    let limit = opts.value('N').and_then(count).unwrap_or(usize::MAX);
    let skip = opts.value('j').and_then(count).unwrap_or(0);
    let (sources, failed) = open_sources(&proc, "od", &opts.rest).await;
    let mut data = Vec::new();
    // No more is read than is asked for: `od -N4 /dev/urandom` ends.
    for source in &sources {
        while data.len() < limit.saturating_add(skip) {
            let want = (limit.saturating_add(skip) - data.len()).min(65_536);
            match proc.read_file_from(&source.file, want).await {
                Ok(read) if !read.is_empty() => {
                    proc.charge(read.len() as u64).await;
                    data.extend_from_slice(&read);
                }
                _ => break,
            }
        }
    }
    let skip = skip.min(data.len());
    let data = &data[skip..];
    let largest = formats.iter().map(|format| format.size).max().unwrap_or(1);
    let width = opts
        .value('w')
        .and_then(count)
        .unwrap_or(16)
        .clamp(largest, 1024);
    let width = width / largest * largest;
    let place = |at: usize| match radix {
        'n' => String::new(),
        'd' => format!("{at:07}"),
        'x' => format!("{at:06x}"),
        _ => format!("{at:07o}"),
    };
    // All formats are as wide as the widest.
    let share = formats
        .iter()
        .map(|f| f.width() * (largest / f.size))
        .max()
        .unwrap_or(4);
    let mut out = String::new();
    let (mut before, mut starred): (Option<&[u8]>, bool) = (None, false);
    for (at, row) in data.chunks(width).enumerate() {
        if before == Some(row) && row.len() == width && !opts.has('v') {
            if !starred {
                out.push_str("*\n");
            }
            starred = true;
            continue;
        }
        (before, starred) = (Some(row), false);
        let address = place(skip + at * width);
        for (line, format) in formats.iter().enumerate() {
            let mut cells = String::new();
            let per = largest / format.size;
            for (at, bytes) in row.chunks(format.size).enumerate() {
                // What a group of cells has too much goes before them, evenly.
                let (group, inside) = (at / per, at % per);
                let end = group * share + share * (inside + 1) / per;
                let wide = end - cells.len();
                let _ = write!(cells, "{:>wide$}", format.cell(bytes));
            }
            let blank = address.len();
            if line == 0 {
                out.push_str(&address);
            } else {
                let _ = write!(out, "{:blank$}", "");
            }
            out.push_str(&cells);
            if format.text {
                let full = width / largest * share;
                let text: String = row
                    .iter()
                    .map(|byte| {
                        if (b' '..=b'~').contains(byte) {
                            char::from(*byte)
                        } else {
                            '.'
                        }
                    })
                    .collect();
                let _ = write!(
                    out,
                    "{:pad$}  >{text}<",
                    "",
                    pad = full.saturating_sub(cells.len())
                );
            }
            out.push('\n');
        }
    }
    if radix != 'n' {
        out.push_str(&place(skip + data.len()));
        out.push('\n');
    }
    proc.print(out).await;
    i32::from(failed)
}
