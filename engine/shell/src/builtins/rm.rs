//! `rm`

use os::{Errno, Proc, path};

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "rRfivd",
        &[
            ("recursive", 'r'),
            ("force", 'f'),
            ("interactive", 'i'),
            ("verbose", 'v'),
            ("dir", 'd'),
            ("no-preserve-root", '!'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        if opts.has('f') {
            return 0;
        }
        proc.eprint("rm: missing operand\nTry 'rm --help' for more information.\n")
            .await;
        return 1;
    }
    let recursive = opts.has('r') || opts.has('R');
    let mut status = 0;
    for name in &opts.rest {
        if matches!(path::basename(name), "." | "..") {
            proc.eprint(format!(
                "rm: refusing to remove '.' or '..' directory: skipping '{name}'\n"
            ))
            .await;
            status = 1;
            continue;
        }
        if path::clean(&proc.absolute(name)) == "/" {
            proc.eprint("rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n").await;
            status = 1;
            continue;
        }
        if opts.has('i') && !opts.has('f') && !confirm(&proc, name).await {
            continue;
        }
        match remove(&proc, name, recursive, opts.has('d')) {
            Ok(()) if opts.has('v') => proc.print(format!("removed '{name}'\n")).await,
            Ok(()) => {}
            Err(Errno::ENOENT) if opts.has('f') => {}
            Err(error) => {
                let text = match proc.is_busybox() {
                    true if error == Errno::EISDIR => format!("rm: '{name}' is a directory\n"),
                    true => format!("rm: can't remove '{name}': {}\n", error.text()),
                    false => format!("rm: cannot remove '{name}': {}\n", error.text()),
                };
                proc.eprint(text).await;
                status = 1;
            }
        }
    }
    status
}

async fn confirm(proc: &Proc, name: &str) -> bool {
    let full = proc.absolute(name);
    if !proc.vfs().exists(&proc.cred(), &full) {
        return true;
    }
    let kind = if proc.vfs().is_dir(&proc.cred(), &full) {
        "directory"
    } else {
        "regular file"
    };
    proc.eprint(format!("rm: remove {kind} '{name}'? ")).await;
    let answer = super::read::read_line(proc).await.unwrap_or_default();
    answer.starts_with(['y', 'Y'])
}

fn remove(proc: &Proc, name: &str, recursive: bool, empty_dirs: bool) -> Result<(), Errno> {
    let (vfs, cred, full) = (proc.vfs(), proc.cred(), proc.absolute(name));
    let is_dir = vfs.lstat(&cred, &full)?.inode.is_dir();
    match (is_dir, recursive, empty_dirs) {
        (false, ..) => vfs.unlink(&cred, &full),
        (true, true, _) => vfs.remove_all(&cred, &full),
        (true, false, true) => vfs.rmdir(&cred, &full),
        (true, false, false) => Err(Errno::EISDIR),
    }
}
