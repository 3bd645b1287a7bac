//! `true`, and `:`.

use os::Proc;

pub(crate) async fn run(_proc: Proc, _args: Vec<String>) -> i32 {
    0
}
