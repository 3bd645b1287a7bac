//! `column`

use os::Proc;
use unicode_width::UnicodeWidthStr;

use super::open_sources;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "ts:o:c:xN:",
        &[
            ("table", 't'),
            ("separator", 's'),
            ("output-separator", 'o'),
            ("output-width", 'c'),
            ("fillrows", 'x'),
            ("table-columns", 'N'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (sources, failed) = open_sources(&proc, "column", &opts.rest).await;
    let mut text = String::new();
    for source in sources {
        if let Ok(data) = source.read(&proc).await {
            text.push_str(&String::from_utf8_lossy(&data));
        }
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let out = if opts.has('t') {
        let mut rows: Vec<Vec<&str>> = lines
            .iter()
            .map(|line| match opts.value('s') {
                None => line.split_whitespace().collect(),
                Some(marks) => line.split(|c| marks.contains(c)).collect(),
            })
            .collect();
        if let Some(names) = opts.value('N') {
            rows.insert(0, names.split(',').collect());
        }
        table(&rows, opts.value('o').unwrap_or("  "))
    } else {
        let width = opts
            .value('c')
            .and_then(|width| width.parse().ok())
            .or_else(|| proc.window_size().map(|size| usize::from(size.columns)))
            .unwrap_or(80);
        fill(&lines, width, opts.has('x'))
    };
    proc.print(out).await;
    i32::from(failed)
}

/// Cells under each other.
fn table(rows: &[Vec<&str>], between: &str) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut out = String::new();
    for row in rows {
        for (at, width) in widths.iter().enumerate() {
            let cell = row.get(at).copied().unwrap_or_default();
            out.push_str(cell);
            if at + 1 < count {
                out.push_str(&" ".repeat(width.saturating_sub(cell.width())));
                out.push_str(between);
            }
        }
        out.push('\n');
    }
    out
}

/// As many columns as there is room for, with tabs between them.
fn fill(lines: &[&str], width: usize, by_row: bool) -> String {
    let longest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
    let cell = (longest / 8 + 1) * 8;
    let columns = (width / cell).max(1);
    let rows = lines.len().div_ceil(columns).max(1);
    let mut out = String::new();
    for row in 0..rows {
        let in_row: Vec<&&str> = if by_row {
            lines.iter().skip(row * columns).take(columns).collect()
        } else {
            lines.iter().skip(row).step_by(rows).collect()
        };
        for (at, line) in in_row.iter().enumerate() {
            out.push_str(line);
            if at + 1 < in_row.len() {
                out.push_str(&"\t".repeat((cell - line.width()).div_ceil(8)));
            }
        }
        if !in_row.is_empty() {
            out.push('\n');
        }
    }
    out
}
