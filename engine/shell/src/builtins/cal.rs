//! `cal`: a month or a year

use os::Proc;

use crate::datetime::{self, MONTHS};
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("y3m1sh", &[("year", 'y'), ("three", '3'), ("monday", 'm')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let today = datetime::parts(proc.now());
    let (year_now, month_now) = (today.year, i64::from(today.month));
    let monday = opts.has('m');
    let number = |text: &String| text.parse::<i64>().ok().filter(|n| (1..=9999).contains(n));
    let (year, month) = match opts.rest.as_slice() {
        [] if opts.has('y') => (Some(year_now), None),
        [] => (Some(year_now), Some(month_now)),
        [year] => (number(year), None),
        [month, year, ..] => (number(year), number(month).filter(|month| *month <= 12)),
    };
    let bad = year.is_none() || (opts.rest.len() > 1 && month.is_none());
    let (Some(year), false) = (year, bad) else {
        let text = "cal: illegal month or year value: use 1-12 and 1-9999\n";
        proc.eprint(text).await;
        return 1;
    };
    let mut out = String::new();
    match month {
        Some(month) if !opts.has('3') => {
            for line in block(year, month, monday, true) {
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        Some(month) => {
            let first = year * 12 + month - 2;
            let three = (first..first + 3).map(|at| (at.div_euclid(12), at.rem_euclid(12) + 1));
            row(&mut out, three.collect(), monday, true);
        }
        None => {
            let title = format!("{:>width$}", year, width = 32 + year.to_string().len() / 2);
            out.push_str(&format!("{title}\n\n"));
            for quarter in 0..4 {
                let months = (1..=3).map(|at| (year, quarter * 3 + at)).collect();
                row(&mut out, months, monday, false);
                if quarter < 3 {
                    out.push('\n');
                }
            }
        }
    }
    proc.print(out).await;
    0
}

/// Three months beside each other.
fn row(out: &mut String, months: Vec<(i64, i64)>, monday: bool, years: bool) {
    let blocks: Vec<Vec<String>> = months
        .into_iter()
        .map(|(year, month)| block(year, month, monday, years))
        .collect();
    for line in 0..8 {
        let cells: Vec<String> = blocks
            .iter()
            .map(|block| format!("{:20}", block[line]))
            .collect();
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    }
}

/// The eight lines of a month.
fn block(year: i64, month: i64, monday: bool, with_year: bool) -> Vec<String> {
    let name = MONTHS[(month - 1).rem_euclid(12) as usize];
    let title = match with_year {
        true => format!("{name} {year}"),
        false => name.to_owned(),
    };
    let pad = (20 - title.len().min(20)) / 2;
    let mut lines = vec![
        format!("{:pad$}{title}", ""),
        if monday {
            "Mo Tu We Th Fr Sa Su"
        } else {
            "Su Mo Tu We Th Fr Sa"
        }
        .to_owned(),
    ];
    let first = datetime::days_from_civil(year, month as u32, 1);
    let next = match month {
        12 => datetime::days_from_civil(year + 1, 1, 1),
        _ => datetime::days_from_civil(year, month as u32 + 1, 1),
    };
    // 1970 began on a Thursday.
    let column = (first + if monday { 3 } else { 4 }).rem_euclid(7);
    let mut line = "   ".repeat(column as usize);
    for day in 1..=next - first {
        line.push_str(&format!("{day:2} "));
        if (column + day) % 7 == 0 {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
    }
    lines.push(line.trim_end().to_owned());
    lines.resize(8, String::new());
    lines
}
