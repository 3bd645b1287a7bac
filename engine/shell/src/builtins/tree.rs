//! `tree`

use os::{Node, Proc, path};

use crate::opts::{Opts, Spec};

/// Files shown.
const MAX_FILES: usize = 10_000;

#[derive(Default)]
struct Found {
    out: String,
    dirs: usize,
    files: usize,
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("adfL:I:C", &[("dirsfirst", '%'), ("noreport", '!')]);
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
    let depth = opts
        .value('L')
        .and_then(|text| text.parse().ok())
        .unwrap_or(64);
    let mut found = Found::default();
    let mut status = 0;
    for name in names {
        if proc.vfs().is_dir(&proc.cred(), &proc.absolute(name)) {
            found.out.push_str(&format!("{name}\n"));
            found.dirs += 1;
            walk(&proc, name, "", depth, &opts, &mut found);
        } else {
            found
                .out
                .push_str(&format!("{name}  [error opening dir]\n"));
            status = 2;
        }
    }
    if !opts.has('!') {
        let plural = |count: usize, one: &str, many: &str| {
            format!("{count} {}", if count == 1 { one } else { many })
        };
        let files = if opts.has('d') {
            String::new()
        } else {
            format!(", {}", plural(found.files, "file", "files"))
        };
        found.out.push_str(&format!(
            "\n{}{files}\n",
            plural(found.dirs, "directory", "directories")
        ));
    }
    proc.print(found.out).await;
    status
}

fn walk(proc: &Proc, dir: &str, indent: &str, depth: usize, opts: &Opts, found: &mut Found) {
    if depth == 0 {
        return;
    }
    let mut entries = proc
        .vfs()
        .read_dir(&proc.cred(), &proc.absolute(dir))
        .unwrap_or_default();
    entries.retain(|(name, stat)| {
        (opts.has('a') || !name.starts_with('.'))
            && (!opts.has('d') || stat.inode.is_dir())
            && !opts
                .values('I')
                .any(|pattern| crate::pattern::Pattern::from_text(pattern).matches(name))
    });
    if opts.has('%') {
        entries.sort_by_key(|(_, stat)| !stat.inode.is_dir());
    }
    let last = entries.len().saturating_sub(1);
    for (at, (name, stat)) in entries.iter().enumerate() {
        if found.files + found.dirs > MAX_FILES {
            return;
        }
        let (branch, below) = if at == last {
            ("└── ", "    ")
        } else {
            ("├── ", "│\u{a0}\u{a0} ")
        };
        let full = path::join(dir, name);
        let shown = if opts.has('f') { full.as_str() } else { name };
        found.out.push_str(&format!("{indent}{branch}{shown}"));
        if let Node::Symlink(target) = &stat.inode.node {
            found.out.push_str(&format!(" -> {target}"));
        }
        found.out.push('\n');
        if stat.inode.is_dir() {
            found.dirs += 1;
            walk(
                proc,
                &full,
                &format!("{indent}{below}"),
                depth - 1,
                opts,
                found,
            );
        } else {
            found.files += 1;
        }
    }
}
