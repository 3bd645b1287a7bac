//! `xxd` and `hexdump -C`: bytes in hexadecimal, and back

use std::fmt::Write as _;

use os::Proc;

use super::open_sources;
use crate::opts::{Opts, Spec};

const XXD: Spec = Spec::new("prbuil:s:c:g:e", &[]);

fn number(text: &str) -> Option<usize> {
    match text.strip_prefix("0x") {
        Some(hex) => usize::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

fn value(opts: &Opts, flag: char, default: usize) -> usize {
    opts.value(flag).and_then(number).unwrap_or(default)
}

fn seen(byte: u8) -> char {
    match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    // `-ps` and `-len N` are spelt with one dash.
    let args: Vec<String> = args
        .into_iter()
        .map(|arg| match arg.as_str() {
            "-ps" | "-plain" | "-postscript" => "-p".into(),
            "-len" => "-l".into(),
            "-cols" => "-c".into(),
            "-seek" => "-s".into(),
            "-revert" => "-r".into(),
            "-bits" => "-b".into(),
            "-include" => "-i".into(),
            _ => arg,
        })
        .collect();
    let opts = match XXD.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let inputs = &opts.rest[..opts.rest.len().min(1)];
    let (sources, failed) = open_sources(&proc, "xxd", inputs).await;
    let Some(source) = sources.first().filter(|_| !failed) else {
        return 2;
    };
    let Ok(data) = source.read(&proc).await else {
        return 2;
    };
    let out = if opts.has('r') {
        back(&data, opts.has('p'))
    } else {
        let start = value(&opts, 's', 0).min(data.len());
        let end = start.saturating_add(value(&opts, 'l', usize::MAX));
        let data = &data[start..end.min(data.len())];
        let name = inputs.first().map(String::as_str).filter(|_| opts.has('i'));
        shown(data, start, &opts, name).into_bytes()
    };
    let to = match opts.rest.get(1) {
        Some(name) => proc.open(name, os::OpenFlags::WRITE),
        None => proc.fd(1),
    };
    match to {
        Ok(file) => i32::from(proc.write_file_to(&file, out).await.is_err()),
        Err(error) => {
            proc.eprint(format!("xxd: {}\n", error.text())).await;
            3
        }
    }
}

fn shown(data: &[u8], start: usize, opts: &Opts, name: Option<&str>) -> String {
    let mut out = String::new();
    let (plain, bits, upper) = (opts.has('p'), opts.has('b'), opts.has('u'));
    let columns = match (plain, bits, opts.has('i')) {
        (true, ..) => 30,
        (_, true, _) => 6,
        (.., true) => 12,
        _ => 16,
    };
    let columns = value(opts, 'c', columns);
    let columns = if columns == 0 {
        data.len().max(1)
    } else {
        columns.min(256)
    };
    let hex = |byte: &u8| match (bits, upper) {
        (true, _) => format!("{byte:08b}"),
        (_, true) => format!("{byte:02X}"),
        _ => format!("{byte:02x}"),
    };
    if opts.has('i') {
        let name: Option<String> = name.filter(|name| *name != "-").map(|name| {
            let part = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
            name.chars().map(part).collect()
        });
        if let Some(name) = &name {
            let _ = writeln!(out, "unsigned char {name}[] = {{");
        }
        let rows = data.chunks(columns).map(|row| {
            let cells: Vec<String> = row.iter().map(|byte| format!("0x{}", hex(byte))).collect();
            format!("  {}", cells.join(", "))
        });
        out.push_str(&rows.collect::<Vec<_>>().join(",\n"));
        out.push('\n');
        if let Some(name) = name {
            let _ = writeln!(out, "}};\nunsigned int {name}_len = {};", data.len());
        }
        return out;
    }
    let group = value(opts, 'g', if bits { 1 } else { 2 });
    let group = if group == 0 { columns } else { group };
    let width = if bits { 8 } else { 2 };
    for (at, row) in data.chunks(columns).enumerate() {
        if plain {
            out.extend(row.iter().map(hex));
            out.push('\n');
            continue;
        }
        let _ = write!(out, "{:08x}: ", start + at * columns);
        let mut cells = String::new();
        for (place, byte) in row.iter().enumerate() {
            cells.push_str(&hex(byte));
            if (place + 1).is_multiple_of(group) {
                cells.push(' ');
            }
        }
        let full = columns * width + (columns - 1) / group;
        let text: String = row.iter().map(|byte| seen(*byte)).collect();
        let cells = cells.trim_end();
        let _ = writeln!(out, "{cells:full$}  {text}");
    }
    out
}

/// Bytes from what `xxd` shows.
fn back(data: &[u8], plain: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(data);
    let mut out: Vec<u8> = Vec::new();
    for line in text.lines() {
        let cells = if plain {
            line
        } else {
            let Some((place, rest)) = line.split_once(':') else {
                continue;
            };
            let place = usize::from_str_radix(place.trim(), 16).unwrap_or(out.len());
            if place > out.len() && place < 1 << 24 {
                out.resize(place, 0);
            }
            rest.split("  ").next().unwrap_or_default()
        };
        let digits: Vec<u8> = cells
            .chars()
            .filter(|c| !c.is_whitespace())
            .map_while(|c| c.to_digit(16))
            .map(|digit| digit as u8)
            .collect();
        out.extend(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
    }
    out
}

pub(crate) async fn hexdump(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "Cvn:s:xbcdo",
        &[("canonical", 'C'), ("length", 'n'), ("skip", 's')],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (sources, failed) = open_sources(&proc, "hexdump", &opts.rest).await;
    let mut data = Vec::new();
    for source in sources {
        data.extend(source.read(&proc).await.unwrap_or_default());
    }
    let start = value(&opts, 's', 0).min(data.len());
    let end = start.saturating_add(value(&opts, 'n', usize::MAX));
    let data = &data[start..end.min(data.len())];
    let canonical = opts.has('C');
    let place = |at: usize| match canonical {
        true => format!("{at:08x}"),
        false => format!("{at:07x}"),
    };
    let mut out = String::new();
    let mut before: Option<&[u8]> = None;
    let mut starred = false;
    for (at, row) in data.chunks(16).enumerate() {
        if before == Some(row) && !opts.has('v') {
            if !starred {
                out.push_str("*\n");
            }
            starred = true;
            continue;
        }
        (before, starred) = (Some(row), false);
        out.push_str(&place(start + at * 16));
        if canonical {
            let mut cells = String::new();
            for (place, byte) in row.iter().enumerate() {
                let _ = write!(
                    cells,
                    "{}{byte:02x}",
                    if place % 8 == 0 { "  " } else { " " }
                );
            }
            let text: String = row.iter().map(|byte| seen(*byte)).collect();
            let _ = writeln!(out, "{cells:50}  |{text}|");
        } else {
            for pair in row.chunks(2) {
                let word = u16::from(pair[0]) | pair.get(1).map_or(0, |high| u16::from(*high) << 8);
                let _ = write!(out, " {word:04x}");
            }
            if row.len() < 16 {
                out.push_str(&" ".repeat((16 - row.len()) / 2 * 5));
            }
            out.push('\n');
        }
    }
    if !data.is_empty() {
        out.push_str(&place(start + data.len()));
        out.push('\n');
    }
    proc.print(out).await;
    i32::from(failed)
}
