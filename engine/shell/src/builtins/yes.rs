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
        if let Err(error) = proc.write(1, block.clone()).await {
            proc.eprint(format!("yes: standard output: {}\n", error.text()))
                .await;
            return 1;
        }
    }
}
