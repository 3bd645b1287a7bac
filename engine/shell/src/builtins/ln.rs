//! `ln`

use os::{Errno, Proc};

use super::cp::target_of;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "sfnvTr",
        &[("symbolic", 's'), ("force", 'f'), ("no-dereference", 'n')],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (sources, dest) = match opts.rest.as_slice() {
        [] => {
            proc.eprint("ln: missing file operand\nTry 'ln --help' for more information.\n")
                .await;
            return 1;
        }
        [one] => (vec![one.clone()], ".".to_owned()),
        [sources @ .., dest] => (sources.to_vec(), dest.clone()),
    };
    let mut status = 0;
    for source in sources {
        let target = target_of(&proc, &source, &dest, !opts.has('n') && !opts.has('T'));
        let (cred, full) = (proc.cred(), proc.absolute(&target));
        if opts.has('f') {
            let _ = proc.vfs().unlink(&cred, &full);
        }
        let result = if opts.has('s') {
            proc.vfs().symlink(&cred, &source, &full)
        } else {
            proc.vfs().link(&cred, &proc.absolute(&source), &full)
        };
        if let Err(error) = result {
            let text = match (opts.has('s'), error) {
                (false, Errno::ENOENT) => {
                    format!("ln: failed to access '{source}': {}\n", error.text())
                }
                (false, Errno::EPERM) => {
                    format!("ln: {source}: hard link not allowed for directory\n")
                }
                (true, error) => format!(
                    "ln: failed to create symbolic link '{target}': {}\n",
                    error.text()
                ),
                (false, error) => format!(
                    "ln: failed to create hard link '{target}' => '{source}': {}\n",
                    error.text()
                ),
            };
            proc.eprint(text).await;
            status = 1;
        } else if opts.has('v') {
            proc.print(format!("'{target}' -> '{source}'\n")).await;
        }
    }
    status
}
