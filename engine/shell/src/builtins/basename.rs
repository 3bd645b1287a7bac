//! `basename`

use os::{Proc, path};

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order("as:z", &[("multiple", 'a'), ("suffix", 's')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let strip = |name: &str, suffix: &str| {
        let base = path::basename(name);
        match base.strip_suffix(suffix) {
            Some(rest) if !rest.is_empty() => rest.to_owned(),
            _ => base.to_owned(),
        }
    };
    match opts.rest.as_slice() {
        [] => {
            proc.eprint("basename: missing operand\nTry 'basename --help' for more information.\n")
                .await;
            1
        }
        names if opts.has('a') || opts.has('s') => {
            for name in names {
                proc.print(strip(name, opts.value('s').unwrap_or("")) + "\n")
                    .await;
            }
            0
        }
        [name] => {
            proc.print(strip(name, "") + "\n").await;
            0
        }
        [name, suffix] => {
            proc.print(strip(name, suffix) + "\n").await;
            0
        }
        [_, _, extra, ..] => {
            proc.eprint(format!(
                "basename: extra operand '{extra}'\nTry 'basename --help' for more information.\n"
            ))
            .await;
            1
        }
    }
}
