//! `mkdir`

use os::{Errno, Proc, path};

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("pvm:", &[("parents", 'p'), ("verbose", 'v'), ("mode", 'm')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("mkdir: missing operand\nTry 'mkdir --help' for more information.\n")
            .await;
        return 1;
    }
    let mode = match opts.value('m') {
        None => 0o777,
        Some(text) => match super::chmod::parse_mode(text, 0o777, true, proc.umask()) {
            Some(mode) => mode,
            None => {
                proc.eprint(format!("mkdir: invalid mode '{text}'\n")).await;
                return 1;
            }
        },
    };
    let mut status = 0;
    for name in &opts.rest {
        let result = if opts.has('p') {
            make_parents(&proc, name, mode)
        } else {
            make(&proc, name, mode)
        };
        match result {
            Ok(()) => {
                if opts.has('m') {
                    let _ = proc.vfs().chmod(&proc.cred(), &proc.absolute(name), mode);
                }
                if opts.has('v') {
                    proc.print(format!("mkdir: created directory '{name}'\n"))
                        .await;
                }
            }
            Err(error) => {
                let verb = if proc.is_busybox() { "can't" } else { "cannot" };
                proc.eprint(format!(
                    "mkdir: {verb} create directory '{name}': {}\n",
                    error.text()
                ))
                .await;
                status = 1;
            }
        }
    }
    status
}

fn make(proc: &Proc, name: &str, mode: u16) -> Result<(), Errno> {
    if name.is_empty() {
        return Err(Errno::ENOENT);
    }
    proc.vfs().mkdir(&proc.cred(), &proc.absolute(name), mode)
}

fn make_parents(proc: &Proc, name: &str, mode: u16) -> Result<(), Errno> {
    let full = proc.absolute(name);
    if proc.vfs().is_dir(&proc.cred(), &full) {
        return Ok(());
    }
    if proc.vfs().exists(&proc.cred(), &full) {
        return Err(Errno::EEXIST);
    }
    proc.vfs()
        .mkdir_all(&proc.cred(), path::dirname(&full), 0o777)?;
    proc.vfs().mkdir(&proc.cred(), &full, mode)
}
