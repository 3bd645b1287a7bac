//! `clear`

use os::Proc;

pub(crate) async fn run(proc: Proc, _args: Vec<String>) -> i32 {
    if proc
        .env("TERM")
        .is_none_or(|term| term == "dumb" || term.is_empty())
        && !proc.is_tty(1)
    {
        proc.eprint("TERM environment variable not set.\n").await;
        return 1;
    }
    proc.print("\x1b[H\x1b[2J\x1b[3J").await;
    0
}
