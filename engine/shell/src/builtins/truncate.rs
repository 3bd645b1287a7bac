//! `truncate`: files cut or stretched to a size

use os::Proc;

use crate::opts::Spec;

/// The largest file that is made.
const LIMIT: u64 = 64 << 20;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "s:r:c",
        &[("size", 's'), ("reference", 'r'), ("no-create", 'c')],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let problem = match (opts.value('s').or(opts.value('r')), opts.rest.is_empty()) {
        (None, _) => Some("you must specify either '--size' or '--reference'"),
        (_, true) => Some("missing file operand"),
        _ => None,
    };
    if let Some(text) = problem {
        let text = format!("truncate: {text}\nTry 'truncate --help' for more information.\n");
        proc.eprint(text).await;
        return 1;
    }
    let cred = proc.cred();
    let size_of = |name: &str| {
        let found = proc.vfs().stat(&cred, &proc.absolute(name));
        found.map(|stat| stat.inode.size()).ok()
    };
    let text = opts.value('s').unwrap_or_default();
    let (sign, digits) = match text.split_at_checked(1) {
        Some((sign @ ("+" | "-" | "<" | ">" | "/" | "%"), rest)) => (sign, rest),
        _ => ("", text),
    };
    let amount = match opts.value('r') {
        Some(name) => size_of(name),
        None => super::numfmt::bytes(digits),
    };
    let Some(amount) = amount else {
        proc.eprint(format!("truncate: Invalid number: '{text}'\n"))
            .await;
        return 1;
    };
    let mut status = 0;
    for name in &opts.rest {
        let old = size_of(name);
        if old.is_none() && opts.has('c') {
            continue;
        }
        let now = old.unwrap_or(0);
        let size = match sign {
            "+" => now.saturating_add(amount),
            "-" => now.saturating_sub(amount),
            "<" => now.min(amount),
            ">" => now.max(amount),
            _ => amount,
        };
        let mut data = match old {
            Some(_) => proc
                .read_path(name, LIMIT as usize)
                .await
                .unwrap_or_default(),
            None => Vec::new(),
        };
        let done = if size > LIMIT {
            Err(os::Errno::ENOSPC)
        } else {
            data.resize(size as usize, 0);
            match proc.open(name, os::OpenFlags::WRITE) {
                Ok(file) => proc.write_file_to(&file, data).await,
                Err(error) => Err(error),
            }
        };
        if let Err(error) = done {
            let text = format!(
                "truncate: cannot open '{name}' for writing: {}\n",
                error.text()
            );
            proc.eprint(text).await;
            status = 1;
        }
    }
    status
}
