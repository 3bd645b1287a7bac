//! `uniq`

use os::Proc;

use super::open_sources;
use crate::opts::{Opts, Spec};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "cduif:s:w:",
        &[
            ("count", 'c'),
            ("repeated", 'd'),
            ("unique", 'u'),
            ("ignore-case", 'i'),
            ("skip-fields", 'f'),
            ("skip-chars", 's'),
            ("check-chars", 'w'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (sources, failed) =
        open_sources(&proc, "uniq", opts.rest.get(..1).unwrap_or_default()).await;
    let Some(source) = sources.first() else {
        return i32::from(failed);
    };
    let mut lines = source.lines(&proc);
    let mut current: Option<(String, u64)> = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let line = String::from_utf8_lossy(&line)
            .trim_end_matches('\n')
            .to_owned();
        match &mut current {
            Some((held, count)) if key(held, &opts) == key(&line, &opts) => *count += 1,
            _ => {
                if let Some((held, count)) = current.replace((line, 1)) {
                    show(&proc, &held, count, &opts).await;
                }
            }
        }
    }
    if let Some((held, count)) = current {
        show(&proc, &held, count, &opts).await;
    }
    0
}

/// The part that is compared.
fn key(line: &str, opts: &Opts) -> String {
    let number = |flag| {
        opts.value(flag)
            .and_then(|text: &str| text.parse::<usize>().ok())
    };
    let mut rest = line;
    for _ in 0..number('f').unwrap_or(0) {
        rest = rest
            .trim_start()
            .trim_start_matches(|c: char| !c.is_whitespace());
    }
    let chars = rest
        .chars()
        .skip(number('s').unwrap_or(0))
        .take(number('w').unwrap_or(usize::MAX));
    if opts.has('i') {
        chars.flat_map(char::to_lowercase).collect()
    } else {
        chars.collect()
    }
}

async fn show(proc: &Proc, line: &str, count: u64, opts: &Opts) {
    if (opts.has('d') && count == 1) || (opts.has('u') && count > 1) {
        return;
    }
    if opts.has('c') {
        proc.print(format!("{count:7} {line}\n")).await;
    } else {
        proc.print(format!("{line}\n")).await;
    }
}
