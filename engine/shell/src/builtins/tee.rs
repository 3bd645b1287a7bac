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
    let mut out = true;
    for (at, name) in opts.rest.iter().enumerate() {
        match proc.open(name, flags) {
            Ok(file) => files.push((at, file)),
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
        let mut failed = Vec::new();
        for (at, file) in &files {
            if let Err(error) = proc.write_file_to(file, data.clone()).await {
                let name = opts.rest.get(*at).map_or("", String::as_str);
                if !proc.is_busybox() {
                    proc.eprint(format!("tee: {name}: {}\n", error.text()))
                        .await;
                }
                failed.push(*at);
                status = 1;
            }
        }
        // What cannot be written is not tried again.
        files.retain(|(at, _)| !failed.contains(at));
        if out && proc.write(1, data).await.is_err() {
            out = false;
            status = 1;
        }
    }
    status
}
