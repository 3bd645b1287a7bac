//! `touch`

use os::{OpenFlags, Proc};

use crate::datetime;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "acmd:t:r:h",
        &[("no-create", 'c'), ("date", 'd'), ("reference", 'r')],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("touch: missing file operand\nTry 'touch --help' for more information.\n")
            .await;
        return 1;
    }
    let mut time = proc.now();
    if let Some(text) = opts.value('d') {
        match datetime::parse(text, time) {
            Some(parsed) => time = parsed,
            None => {
                proc.eprint(format!("touch: invalid date format '{text}'\n"))
                    .await;
                return 1;
            }
        }
    }
    if let Some(file) = opts.value('r') {
        match proc.vfs().stat(&proc.cred(), &proc.absolute(file)) {
            Ok(stat) => time = sim::Time::from_micros(stat.inode.mtime),
            Err(error) => {
                proc.eprint(format!(
                    "touch: failed to get attributes of '{file}': {}\n",
                    error.text()
                ))
                .await;
                return 1;
            }
        }
    }
    let mut status = 0;
    for name in &opts.rest {
        let full = proc.absolute(name);
        let result = if proc.vfs().exists(&proc.cred(), &full) {
            proc.vfs().utime(&proc.cred(), &full, time.as_micros())
        } else if opts.has('c') {
            Ok(())
        } else {
            proc.open(name, OpenFlags::APPEND)
                .map(drop)
                .and_then(|()| match time == proc.now() {
                    true => Ok(()),
                    false => proc.vfs().utime(&proc.cred(), &full, time.as_micros()),
                })
        };
        if let Err(error) = result {
            let text = match proc.is_busybox() {
                true => format!("touch: {name}: {}\n", error.text()),
                false => format!("touch: cannot touch '{name}': {}\n", error.text()),
            };
            proc.eprint(text).await;
            status = 1;
        }
    }
    status
}
