//! `wc`

use os::Proc;

use super::open_sources;
use crate::opts::{Opts, Spec};

#[derive(Clone, Copy, Default)]
struct Counts {
    lines: u64,
    words: u64,
    chars: u64,
    bytes: u64,
    longest: u64,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.lines += other.lines;
        self.words += other.words;
        self.chars += other.chars;
        self.bytes += other.bytes;
        self.longest = self.longest.max(other.longest);
    }

    fn shown(&self, opts: &Opts) -> Vec<u64> {
        let all = !"lwcmL".chars().any(|flag| opts.has(flag));
        [
            (all || opts.has('l'), self.lines),
            (all || opts.has('w'), self.words),
            (opts.has('m'), self.chars),
            (all || opts.has('c'), self.bytes),
            (opts.has('L'), self.longest),
        ]
        .into_iter()
        .filter(|(shown, _)| *shown)
        .map(|(_, count)| count)
        .collect()
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "lwcmL",
        &[
            ("lines", 'l'),
            ("words", 'w'),
            ("bytes", 'c'),
            ("chars", 'm'),
            ("max-line-length", 'L'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (sources, failed) = open_sources(&proc, "wc", &opts.rest).await;
    let mut rows: Vec<(Counts, Option<String>)> = Vec::new();
    let mut total = Counts::default();
    for source in &sources {
        let mut counts = Counts::default();
        let (mut in_word, mut column) = (false, 0);
        while let Ok(data) = proc.read_file_from(&source.file, 65_536).await {
            if data.is_empty() {
                break;
            }
            counts.bytes += data.len() as u64;
            for byte in &data {
                if byte & 0xc0 != 0x80 {
                    counts.chars += 1;
                    column += 1;
                }
                if *byte == b'\n' {
                    counts.lines += 1;
                    counts.longest = counts.longest.max(column - 1);
                    column = 0;
                }
                let blank = byte.is_ascii_whitespace() || *byte == 11;
                if !blank && !in_word {
                    counts.words += 1;
                }
                in_word = !blank;
            }
        }
        counts.longest = counts.longest.max(column);
        total.add(counts);
        rows.push((
            counts,
            opts.rest
                .contains(&source.name)
                .then(|| source.name.clone()),
        ));
    }
    let many = opts.rest.len() > 1;
    if many {
        rows.push((total, Some("total".into())));
    }
    proc.print(render(&proc, &rows, &opts, total)).await;
    i32::from(failed)
}

fn render(proc: &Proc, rows: &[(Counts, Option<String>)], opts: &Opts, total: Counts) -> String {
    let columns = total.shown(opts).len();
    let from_stdin = opts.rest.is_empty() || opts.rest.iter().any(|name| name == "-");
    // GNU sizes the columns by the largest file, and by 7 if it cannot know.
    let width = match (columns, from_stdin) {
        (1, _) if rows.len() == 1 => 1,
        (_, true) => 7,
        _ => total.bytes.to_string().len(),
    };
    let mut out = String::new();
    for (counts, name) in rows {
        let shown = counts.shown(opts);
        let busybox = proc.is_busybox() && columns > 1;
        let fields: Vec<String> = shown
            .iter()
            .map(|n| {
                if busybox {
                    format!("{n:9}")
                } else {
                    format!("{n:width$}")
                }
            })
            .collect();
        out.push_str(&fields.join(" "));
        if let Some(name) = name {
            out.push_str(&format!(" {name}"));
        }
        out.push('\n');
    }
    out
}
