//! `expand` and `unexpand`: tabs to blanks and back

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

pub(crate) async fn expand(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, "expand").await
}

pub(crate) async fn unexpand(proc: Proc, args: Vec<String>) -> i32 {
    run(proc, args, "unexpand").await
}

async fn run(proc: Proc, args: Vec<String>, tool: &str) -> i32 {
    const SPEC: Spec = Spec::new(
        "t:aiF",
        &[
            ("tabs", 't'),
            ("all", 'a'),
            ("initial", 'i'),
            ("first-only", 'F'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut stops = Vec::new();
    for word in opts.value('t').unwrap_or("8").split([',', ' ']) {
        match word.parse::<usize>() {
            Ok(0) => {
                proc.eprint(format!("{tool}: tab size cannot be 0\n")).await;
                return 1;
            }
            Ok(stop) => stops.push(stop.min(1000)),
            Err(_) => {
                let text = format!("{tool}: tab size contains invalid character(s): '{word}'\n");
                proc.eprint(text).await;
                return 1;
            }
        }
    }
    // The column of the next tab stop.
    let next = |column: usize| match stops.as_slice() {
        [every] => column / every * every + every,
        list => list
            .iter()
            .copied()
            .find(|stop| *stop > column)
            .unwrap_or(column + 1),
    };
    let all = (opts.has('a') || opts.has('t')) && !opts.has('F');
    let (sources, failed) = open_sources(&proc, tool, &opts.rest).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        while let Ok(Some(line)) = lines.next_line().await {
            let text = String::from_utf8_lossy(&line);
            let changed = if tool == "expand" {
                expanded(&text, opts.has('i'), &next)
            } else {
                unexpanded(&text, all, &next)
            };
            if proc.write(1, changed).await.is_err() {
                return 1;
            }
        }
    }
    i32::from(failed)
}

fn expanded(line: &str, initial: bool, next: &dyn Fn(usize) -> usize) -> String {
    let mut out = String::new();
    let (mut column, mut seen) = (0, false);
    for c in line.chars() {
        seen |= !matches!(c, ' ' | '\t');
        if c == '\t' && !(initial && seen) {
            let stop = next(column);
            out.push_str(&" ".repeat(stop - column));
            column = stop;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}

fn unexpanded(line: &str, all: bool, next: &dyn Fn(usize) -> usize) -> String {
    let mut out = String::new();
    let (mut column, mut blanks, mut seen) = (0, 0_usize, false);
    for c in line.chars() {
        if (all || !seen) && matches!(c, ' ' | '\t') {
            let stop = next(column);
            if c == '\t' {
                out.push('\t');
                (column, blanks) = (stop, 0);
                continue;
            }
            (column, blanks) = (column + 1, blanks + 1);
            // One blank before a stop in the middle of a line stays one.
            if column == stop && (blanks > 1 || !seen) {
                out.push('\t');
                blanks = 0;
            }
            continue;
        }
        out.push_str(&" ".repeat(std::mem::take(&mut blanks)));
        seen = true;
        out.push(c);
        column += 1;
    }
    out + &" ".repeat(blanks)
}
