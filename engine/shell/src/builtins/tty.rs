//! `tty`

use os::Proc;

pub(crate) async fn run(proc: Proc, _args: Vec<String>) -> i32 {
    if proc.is_tty(0) {
        proc.print("/dev/pts/0\n").await;
        0
    } else {
        proc.print("not a tty\n").await;
        1
    }
}
