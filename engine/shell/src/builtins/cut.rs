//! `cut`

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

/// `1,3-5,7-`: ranges from 1.
fn parse_list(text: &str) -> Option<Vec<(usize, usize)>> {
    text.split([',', ' '])
        .map(|part| {
            let range = match part.split_once('-') {
                Some(("", "")) => return None,
                Some(("", to)) => (1, to.parse().ok()?),
                Some((from, "")) => (from.parse().ok()?, usize::MAX),
                Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
                None => (part.parse().ok()?, part.parse().ok()?),
            };
            (range.0 > 0 && range.0 <= range.1).then_some(range)
        })
        .collect()
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "d:f:c:b:sn",
        &[
            ("delimiter", 'd'),
            ("fields", 'f'),
            ("characters", 'c'),
            ("bytes", 'b'),
            ("only-delimited", 's'),
            ("output-delimiter", 'o'),
            ("complement", 'C'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let kinds: Vec<char> = "fcb".chars().filter(|flag| opts.has(*flag)).collect();
    let kind = match kinds.as_slice() {
        [kind] => *kind,
        [] => {
            proc.eprint("cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n").await;
            return 1;
        }
        _ => {
            proc.eprint(
                "cut: only one list may be specified\nTry 'cut --help' for more information.\n",
            )
            .await;
            return 1;
        }
    };
    let text = opts.value(kind).unwrap_or_default();
    let Some(ranges) = parse_list(text) else {
        let what = if kind == 'f' {
            "field"
        } else {
            "byte/character"
        };
        let reason = match text.parse::<usize>() {
            Ok(0) if kind == 'f' => "cut: fields are numbered from 1".to_owned(),
            Ok(0) => "cut: byte/character positions are numbered from 1".to_owned(),
            _ => format!("cut: invalid {what} value '{text}'"),
        };
        proc.eprint(format!(
            "{reason}\nTry 'cut --help' for more information.\n"
        ))
        .await;
        return 1;
    };
    let delimiter = opts.value('d').unwrap_or("\t").to_owned();
    if delimiter.chars().count() > 1 {
        proc.eprint("cut: the delimiter must be a single character\nTry 'cut --help' for more information.\n").await;
        return 1;
    }
    let delimiter = if delimiter.is_empty() {
        "\0".to_owned()
    } else {
        delimiter
    };
    let joiner = opts.value('o').unwrap_or(&delimiter).to_owned();
    let chosen =
        |n: usize| ranges.iter().any(|(from, to)| (*from..=*to).contains(&n)) != opts.has('C');
    let (sources, failed) = open_sources(&proc, "cut", &opts.rest).await;
    for source in sources {
        let mut lines = source.lines(&proc);
        while let Ok(Some(line)) = lines.next_line().await {
            let line = String::from_utf8_lossy(&line).into_owned();
            let line = line.strip_suffix('\n').unwrap_or(&line);
            let out = if kind == 'f' {
                if !line.contains(&delimiter) {
                    if opts.has('s') {
                        continue;
                    }
                    line.to_owned()
                } else {
                    let fields: Vec<&str> = line
                        .split(&delimiter)
                        .enumerate()
                        .filter(|(at, _)| chosen(at + 1))
                        .map(|(_, field)| field)
                        .collect();
                    fields.join(&joiner)
                }
            } else {
                line.chars()
                    .enumerate()
                    .filter(|(at, _)| chosen(at + 1))
                    .map(|(_, c)| c)
                    .collect()
            };
            proc.print(out + "\n").await;
        }
    }
    i32::from(failed)
}
