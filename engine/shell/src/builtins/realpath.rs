//! `realpath`

use os::{Errno, Proc, path};

use crate::opts::Spec;

/// The path free of links. The last part may be missing unless `existing`; with `missing`, all may.
pub(super) fn resolve(
    proc: &Proc,
    name: &str,
    existing: bool,
    missing: bool,
) -> Result<String, Errno> {
    let full = proc.absolute(name);
    let (vfs, cred) = (proc.vfs(), proc.cred());
    match vfs.real_path(&cred, &full) {
        Err(Errno::ENOENT) if missing => Ok(path::clean(&full)),
        Err(Errno::ENOENT) if !existing => {
            let clean = full.trim_end_matches('/');
            let parent = vfs.real_path(&cred, path::dirname(clean))?;
            Ok(path::join(&parent, path::basename(clean)))
        }
        other => other,
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "emqsPL",
        &[
            ("canonicalize-existing", 'e'),
            ("canonicalize-missing", 'm'),
            ("quiet", 'q'),
            ("no-symlinks", 's'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("realpath: missing operand\nTry 'realpath --help' for more information.\n")
            .await;
        return 1;
    }
    let mut status = 0;
    for name in &opts.rest {
        match resolve(&proc, name, opts.has('e'), opts.has('m')) {
            Ok(text) => proc.print(text + "\n").await,
            Err(error) => {
                proc.eprint(format!("realpath: {name}: {}\n", error.text()))
                    .await;
                status = 1;
            }
        }
    }
    status
}
