//! `chroot`: a command that sees a directory as `/`, such as a node's files in a pod that debugs the node

use os::Proc;

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order("", &[]);
    let busybox = proc.is_busybox();
    let failed = if busybox { 1 } else { 125 };
    let opts = match SPEC.parse_or_complain(&proc, &args, failed).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let Some((root, command)) = opts.rest.split_first() else {
        proc.eprint(match busybox {
            true => {
                "BusyBox v1.37.0 (2024-09-26 21:31:42 UTC) multi-call binary.\n\n\
                 Usage: chroot NEWROOT [PROG ARGS]\n\n\
                 Run PROG with root directory set to NEWROOT\n"
            }
            false => "chroot: missing operand\nTry 'chroot --help' for more information.\n",
        })
        .await;
        return failed;
    };
    let inside = match proc.chroot(root) {
        Ok(inside) => inside,
        Err(error) => {
            let why = error.text();
            proc.eprint(match busybox {
                true => format!("chroot: can't change root directory to '{root}': {why}\n"),
                false => format!("chroot: cannot change root directory to '{root}': {why}\n"),
            })
            .await;
            return failed;
        }
    };
    let command = match command {
        [] => {
            let shell = proc.env("SHELL").filter(|shell| !shell.is_empty());
            vec![shell.unwrap_or_else(|| "/bin/sh".into()), "-i".into()]
        }
        command => command.to_vec(),
    };
    super::env::exec_found(&inside, "chroot", &command).await
}
