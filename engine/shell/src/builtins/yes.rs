//! `yes`

use os::{Bytes, Proc};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let line = if args.len() > 1 {
        args[1..].join(" ")
    } else {
        "y".into()
    } + "\n";
    let block = Bytes::from(line.repeat((4096 / line.len()).max(1)));
    loop {
        if proc.write(1, block.clone()).await.is_err() {
            return 1;
        }
    }
}
