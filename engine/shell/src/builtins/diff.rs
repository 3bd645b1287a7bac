//! `diff`

mod hunks;

use os::{Proc, path};

use self::hunks::{Edit, compare};
use crate::opts::{Opts, Spec};

/// Bytes of one file.
const MAX_FILE: usize = 16 << 20;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "uU:Nqrsibwac%:!B",
        &[
            ("unified", 'u'),
            ("new-file", 'N'),
            ("brief", 'q'),
            ("recursive", 'r'),
            ("report-identical-files", 's'),
            ("ignore-case", 'i'),
            ("ignore-space-change", 'b'),
            ("ignore-all-space", 'w'),
            ("text", 'a'),
            ("ignore-blank-lines", 'B'),
            ("color", '!'),
            ("label", '%'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (left, right) = match opts.rest.as_slice() {
        [left, right] => (left.clone(), right.clone()),
        rest => {
            let text = match rest {
                [] => "missing operand after 'diff'".to_owned(),
                [one] => format!("missing operand after '{one}'"),
                [_, _, extra, ..] => format!("extra operand '{extra}'"),
                _ => String::new(),
            };
            proc.eprint(format!(
                "diff: {text}\ndiff: Try 'diff --help' for more information.\n"
            ))
            .await;
            return 2;
        }
    };
    let flags: String = args
        .iter()
        .filter(|arg| arg.len() > 1 && arg.starts_with('-'))
        .map(|arg| format!(" {arg}"))
        .collect();
    let is_dir = |name: &str| name != "-" && proc.vfs().is_dir(&proc.cred(), &proc.absolute(name));
    match (is_dir(&left), is_dir(&right)) {
        (true, true) => folders(&proc, &left, &right, &opts, &flags).await,
        (true, false) => {
            let left = path::join(&left, path::basename(&right));
            files(&proc, &left, &right, &opts, "").await
        }
        (false, true) => {
            let right = path::join(&right, path::basename(&left));
            files(&proc, &left, &right, &opts, "").await
        }
        _ => files(&proc, &left, &right, &opts, "").await,
    }
}

async fn read(proc: &Proc, name: &str, opts: &Opts) -> Result<Vec<u8>, i32> {
    let data = if name == "-" {
        proc.read_to_end(0, MAX_FILE).await
    } else {
        proc.read_path(name, MAX_FILE).await
    };
    match data {
        Ok(data) => Ok(data),
        Err(os::Errno::ENOENT) if opts.has('N') => Ok(Vec::new()),
        Err(error) => {
            proc.eprint(format!("diff: {name}: {}\n", error.text()))
                .await;
            Err(2)
        }
    }
}

/// Compares two files; `title` is printed before a difference.
async fn files(proc: &Proc, left: &str, right: &str, opts: &Opts, title: &str) -> i32 {
    let (a, b) = match (read(proc, left, opts).await, read(proc, right, opts).await) {
        (Ok(a), Ok(b)) => (a, b),
        _ => return 2,
    };
    if a == b {
        if opts.has('s') {
            proc.print(format!("Files {left} and {right} are identical\n"))
                .await;
        }
        return 0;
    }
    if (a.contains(&0) || b.contains(&0)) && !opts.has('a') {
        proc.print(format!(
            "{}iles {left} and {right} differ\n",
            if opts.has('q') { "F" } else { "Binary f" }
        ))
        .await;
        return 1;
    }
    let (a, b) = (
        String::from_utf8_lossy(&a).into_owned(),
        String::from_utf8_lossy(&b).into_owned(),
    );
    let (old, new): (Vec<&str>, Vec<&str>) = (
        a.split_inclusive('\n').collect(),
        b.split_inclusive('\n').collect(),
    );
    proc.cpu(std::time::Duration::from_micros(
        (old.len() + new.len()) as u64,
    ))
    .await;
    let mut edits = compare(&keys(&old, opts), &keys(&new, opts));
    if opts.has('B') {
        let blank = |lines: &[&str]| {
            lines
                .iter()
                .all(|line| line.trim_end_matches('\n').is_empty())
        };
        edits.retain(|edit| !blank(&old[edit.old.clone()]) || !blank(&new[edit.new.clone()]));
    }
    if edits.is_empty() {
        return 0;
    }
    if opts.has('q') {
        proc.print(format!("Files {left} and {right} differ\n"))
            .await;
        return 1;
    }
    let mut out = title.to_owned();
    if opts.has('u') || opts.has('U') || (proc.is_busybox()) {
        let context = opts.value('U').and_then(|n| n.parse().ok()).unwrap_or(3);
        let labels: Vec<&str> = opts.values('%').collect();
        let head = |mark: &str, at: usize, name: &str| match labels.get(at) {
            Some(label) => format!("{mark} {label}\n"),
            None if proc.is_busybox() => format!("{mark} {name}\n"),
            None => format!("{mark} {name}\t{}\n", stamp(proc, name)),
        };
        out.push_str(&head("---", 0, left));
        out.push_str(&head("+++", 1, right));
        out.push_str(&unified(&old, &new, &edits, context));
    } else {
        out.push_str(&normal(&old, &new, &edits));
    }
    proc.print(out).await;
    1
}

fn stamp(proc: &Proc, name: &str) -> String {
    let stat = proc.vfs().stat(&proc.cred(), &proc.absolute(name));
    let time = stat.map_or(proc.now(), |stat| sim::Time::from_micros(stat.inode.mtime));
    crate::datetime::format(time, "%Y-%m-%d %H:%M:%S.%N +0000")
}

/// The lines as they are compared.
fn keys(lines: &[&str], opts: &Opts) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            let mut key = (*line).to_owned();
            if opts.has('w') {
                key.retain(|c| !c.is_whitespace());
            } else if opts.has('b') {
                key = key.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            if opts.has('i') {
                key.to_lowercase()
            } else {
                key
            }
        })
        .collect()
}

fn put(out: &mut String, mark: &str, line: &str) {
    out.push_str(mark);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

fn normal(old: &[&str], new: &[&str], edits: &[Edit]) -> String {
    let range = |from: usize, to: usize| {
        if to - from == 1 {
            to.to_string()
        } else {
            format!("{},{to}", from + 1)
        }
    };
    let mut out = String::new();
    for edit in edits {
        let (a, b) = (&edit.old, &edit.new);
        let head = match (a.is_empty(), b.is_empty()) {
            (true, _) => format!("{}a{}", a.start, range(b.start, b.end)),
            (_, true) => format!("{}d{}", range(a.start, a.end), b.start),
            _ => format!("{}c{}", range(a.start, a.end), range(b.start, b.end)),
        };
        out.push_str(&head);
        out.push('\n');
        old[a.clone()]
            .iter()
            .for_each(|line| put(&mut out, "< ", line));
        if !a.is_empty() && !b.is_empty() {
            out.push_str("---\n");
        }
        new[b.clone()]
            .iter()
            .for_each(|line| put(&mut out, "> ", line));
    }
    out
}

fn unified(old: &[&str], new: &[&str], edits: &[Edit], context: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < edits.len() {
        let mut last = at;
        while last + 1 < edits.len()
            && edits[last + 1].old.start - edits[last].old.end <= 2 * context
        {
            last += 1;
        }
        let group = &edits[at..=last];
        let (first, end) = (&group[0], &group[group.len() - 1]);
        let before = first.old.start.min(context);
        let after = (old.len() - end.old.end).min(context);
        let (a, b) = (
            first.old.start - before..end.old.end + after,
            first.new.start - before..end.new.end + after,
        );
        let shown = |range: &std::ops::Range<usize>| match range.len() {
            0 => format!("{},0", range.start),
            1 => (range.start + 1).to_string(),
            len => format!("{},{len}", range.start + 1),
        };
        out.push_str(&format!("@@ -{} +{} @@\n", shown(&a), shown(&b)));
        let mut line = a.start;
        for edit in group {
            old[line..edit.old.start]
                .iter()
                .for_each(|line| put(&mut out, " ", line));
            old[edit.old.clone()]
                .iter()
                .for_each(|line| put(&mut out, "-", line));
            new[edit.new.clone()]
                .iter()
                .for_each(|line| put(&mut out, "+", line));
            line = edit.old.end;
        }
        old[line..a.end]
            .iter()
            .for_each(|line| put(&mut out, " ", line));
        at = last + 1;
    }
    out
}

fn folders<'a>(
    proc: &'a Proc,
    left: &'a str,
    right: &'a str,
    opts: &'a Opts,
    // As they were typed, each after a blank.
    flags: &'a str,
) -> std::pin::Pin<Box<dyn Future<Output = i32> + 'a>> {
    Box::pin(async move {
        let names = |dir: &str| -> std::collections::BTreeSet<String> {
            let entries = proc
                .vfs()
                .read_dir(&proc.cred(), &proc.absolute(dir))
                .unwrap_or_default();
            entries
                .into_iter()
                .map(|(name, _)| name.to_string())
                .collect()
        };
        let (a, b) = (names(left), names(right));
        let mut status = 0;
        for name in a.union(&b) {
            let (x, y) = (path::join(left, name), path::join(right, name));
            let is_dir = |name: &str| proc.vfs().is_dir(&proc.cred(), &proc.absolute(name));
            let both = a.contains(name) && b.contains(name);
            if !both && !opts.has('N') {
                let dir = if a.contains(name) { left } else { right };
                proc.print(format!("Only in {dir}: {name}\n")).await;
                status = status.max(1);
            } else if is_dir(&x) && is_dir(&y) {
                if opts.has('r') {
                    status = status.max(folders(proc, &x, &y, opts, flags).await);
                } else {
                    proc.print(format!("Common subdirectories: {x} and {y}\n"))
                        .await;
                }
            } else {
                let title = if opts.has('q') {
                    String::new()
                } else {
                    format!("diff{flags} {x} {y}\n")
                };
                status = status.max(files(proc, &x, &y, opts, &title).await);
            }
        }
        status
    })
}
