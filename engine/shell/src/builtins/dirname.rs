//! `dirname`

use os::{Proc, path};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let names: Vec<&String> = args[1..].iter().filter(|arg| *arg != "--").collect();
    if names.is_empty() {
        proc.eprint("dirname: missing operand\nTry 'dirname --help' for more information.\n")
            .await;
        return 1;
    }
    for name in names {
        proc.print(format!("{}\n", path::dirname(name))).await;
    }
    0
}
