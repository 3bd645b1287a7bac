//! `numfmt`: numbers with and without units

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

const UNITS: &str = "KMGTPE";

/// A size such as `10`, `4K` or `1MB`, in bytes.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number = text[..at].parse::<u64>().ok()?;
    let unit = &text[at..];
    let Some(letter) = unit.chars().next() else {
        return Some(number);
    };
    let power = UNITS.find(letter.to_ascii_uppercase())? as u32 + 1;
    let base: u64 = match &unit[letter.len_utf8()..] {
        "" | "iB" => 1024,
        "B" => 1000,
        _ => return None,
    };
    number.checked_mul(base.checked_pow(power)?)
}

/// A number read with the units of `from`.
fn read(text: &str, from: &str) -> Option<f64> {
    let at = text
        .find(|c: char| !c.is_ascii_digit() && !".-".contains(c))
        .unwrap_or(text.len());
    let number: f64 = text[..at].parse().ok()?;
    let unit = &text[at..];
    let Some(letter) = unit.chars().next() else {
        return Some(number);
    };
    let power = UNITS.find(letter.to_ascii_uppercase())? as i32 + 1;
    let binary = match (from, &unit[letter.len_utf8()..]) {
        ("si", "") | ("auto", "") => false,
        ("iec", "") | ("iec-i" | "auto", "i") => true,
        _ => return None,
    };
    Some(number * if binary { 1024_f64 } else { 1000_f64 }.powi(power))
}

/// A number with a unit of `to`, rounded away from zero as GNU does.
fn shown(value: f64, to: &str) -> String {
    let base = match to {
        "si" => 1000.0,
        "iec" | "iec-i" => 1024.0,
        _ => {
            let whole = value.trunc() as i64;
            return if value.fract() == 0.0 {
                whole.to_string()
            } else {
                value.to_string()
            };
        }
    };
    let (mut small, mut power) = (value.abs(), 0_usize);
    while small >= base && power < UNITS.len() {
        small /= base;
        power += 1;
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if power == 0 {
        return format!("{sign}{}", small.ceil());
    }
    let mut tenth = (small * 10.0).ceil() / 10.0;
    if tenth >= base && power < UNITS.len() {
        (tenth, power) = (tenth / base, power + 1);
    }
    let number = if tenth < 10.0 {
        format!("{tenth:.1}")
    } else {
        format!("{}", small.ceil())
    };
    let letter = &UNITS[power - 1..power];
    format!(
        "{sign}{number}{letter}{}",
        if to == "iec-i" { "i" } else { "" }
    )
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "f:t:d:F:s:p:g",
        &[
            ("from", 'f'),
            ("to", 't'),
            ("field", 'F'),
            ("delimiter", 'd'),
            ("suffix", 's'),
            ("padding", 'p'),
            ("grouping", 'g'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (from, to) = (
        opts.value('f').unwrap_or("none"),
        opts.value('t').unwrap_or("none"),
    );
    let field = opts
        .value('F')
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(1);
    let mut lines = opts.rest.clone();
    if lines.is_empty() {
        let (sources, _) = open_sources(&proc, "numfmt", &[]).await;
        for source in sources {
            let data = source.read(&proc).await.unwrap_or_default();
            lines.extend(String::from_utf8_lossy(&data).lines().map(str::to_owned));
        }
    }
    for line in lines {
        let mut cells: Vec<String> = match opts.value('d') {
            Some(separator) => line.split(separator).map(str::to_owned).collect(),
            None => line.split_whitespace().map(str::to_owned).collect(),
        };
        if let Some(cell) = cells.get_mut(field.saturating_sub(1)) {
            let Some(value) = read(cell, from) else {
                let why = match cell.parse::<f64>().is_err()
                    && from == "none"
                    && read(cell, "auto").is_some()
                {
                    true => format!("rejecting suffix in input: '{cell}' (consider using --from)"),
                    false => format!("invalid number: '{cell}'"),
                };
                proc.eprint(format!("numfmt: {why}\n")).await;
                return 2;
            };
            *cell = shown(value, to) + opts.value('s').unwrap_or_default();
            if let Some(width) = opts.value('p').and_then(|text| text.parse::<i64>().ok()) {
                let wide = width.unsigned_abs().min(1000) as usize;
                *cell = if width < 0 {
                    format!("{cell:<wide$}")
                } else {
                    format!("{cell:>wide$}")
                };
            }
        }
        let separator = opts.value('d').unwrap_or(" ");
        proc.print(cells.join(separator) + "\n").await;
    }
    0
}
