//! `rmdir`

use os::{Proc, path};

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "pv",
        &[
            ("parents", 'p'),
            ("verbose", 'v'),
            ("ignore-fail-on-non-empty", '!'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("rmdir: missing operand\nTry 'rmdir --help' for more information.\n")
            .await;
        return 1;
    }
    let mut status = 0;
    for name in &opts.rest {
        let mut name = name.trim_end_matches('/');
        loop {
            let result = proc.vfs().rmdir(&proc.cred(), &proc.absolute(name));
            if let Err(error) = result {
                if !(opts.has('!') && error == os::Errno::ENOTEMPTY) {
                    let quote = if proc.is_busybox() {
                        format!("rmdir: '{name}': ")
                    } else {
                        format!("rmdir: failed to remove '{name}': ")
                    };
                    proc.eprint(format!("{quote}{}\n", error.text())).await;
                    status = 1;
                }
                break;
            }
            let parent = path::dirname(name);
            if !opts.has('p') || parent == "." || parent == "/" || parent.is_empty() {
                break;
            }
            name = parent;
        }
    }
    status
}
