//! `tee`

use os::{OpenFlags, Proc};

use super::text::cannot_open;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("aip", &[("append", 'a'), ("ignore-interrupts", 'i')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let flags = if opts.has('a') {
        OpenFlags::APPEND
    } else {
        OpenFlags::WRITE
    };
    let mut files = Vec::new();
    let mut status = 0;
    for name in &opts.rest {
        match proc.open(name, flags) {
            Ok(file) => files.push(file),
            Err(error) => {
                proc.eprint(cannot_open(&proc, "tee", name, error)).await;
                status = 1;
            }
        }
    }
    while let Ok(data) = proc.read(0, 65_536).await {
        if data.is_empty() {
            break;
        }
        for file in &files {
            if proc.write_file_to(file, data.clone()).await.is_err() {
                status = 1;
            }
        }
        if proc.write(1, data).await.is_err() {
            status = 1;
        }
    }
    status
}
