//! `du`

use os::{Node, Proc, path};

use super::ls::human;
use crate::opts::{Opts, Spec};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "shacbkmd:",
        &[
            ("summarize", 's'),
            ("human-readable", 'h'),
            ("all", 'a'),
            ("total", 'c'),
            ("bytes", 'b'),
            ("max-depth", 'd'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let here = [".".to_owned()];
    let names = if opts.rest.is_empty() {
        &here[..]
    } else {
        &opts.rest
    };
    let (mut out, mut total, mut status) = (String::new(), 0, 0);
    let depth = if opts.has('s') {
        0
    } else {
        opts.value('d')
            .and_then(|text| text.parse().ok())
            .unwrap_or(usize::MAX)
    };
    for name in names {
        match proc.vfs().lstat(&proc.cred(), &proc.absolute(name)) {
            Ok(_) => total += measure(&proc, name, depth, true, 0, &opts, &mut out),
            Err(error) => {
                proc.eprint(format!("du: cannot access '{name}': {}\n", error.text()))
                    .await;
                status = 1;
            }
        }
    }
    if opts.has('c') {
        out.push_str(&line(total, "total", &opts));
    }
    proc.print(out).await;
    status
}

fn line(bytes: u64, name: &str, opts: &Opts) -> String {
    let shown = if opts.has('h') {
        human(bytes)
    } else if opts.has('b') {
        bytes.to_string()
    } else if opts.has('m') {
        bytes.div_ceil(1 << 20).to_string()
    } else {
        bytes.div_ceil(1024).to_string()
    };
    format!("{shown}\t{name}\n")
}

fn measure(
    proc: &Proc,
    name: &str,
    depth: usize,
    top: bool,
    level: usize,
    opts: &Opts,
    out: &mut String,
) -> u64 {
    let full = proc.absolute(name);
    let Ok(stat) = proc.vfs().lstat(&proc.cred(), &full) else {
        return 0;
    };
    let size = match &stat.inode.node {
        Node::Symlink(_) | Node::Device(_) => 0,
        _ if opts.has('b') => stat.inode.size(),
        _ => stat.inode.size().div_ceil(4096) * 4096,
    };
    let mut total = size;
    if stat.inode.is_dir() && level < 64 {
        for (entry, _) in proc.vfs().read_dir(&proc.cred(), &full).unwrap_or_default() {
            total += measure(
                proc,
                &path::join(name, &entry),
                depth.saturating_sub(1),
                false,
                level + 1,
                opts,
                out,
            );
        }
    }
    let shown =
        top || (level <= depth + level && depth > 0 && (stat.inode.is_dir() || opts.has('a')));
    if shown {
        out.push_str(&line(total, name, opts));
    }
    total
}
