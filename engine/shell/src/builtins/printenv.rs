//! `printenv`

use os::Proc;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let names: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if names.is_empty() {
        let text: String = proc
            .environment()
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        proc.print(text).await;
        return 0;
    }
    let mut status = 0;
    for name in names {
        match proc.env(name) {
            Some(value) => proc.print(value + "\n").await,
            None => status = 1,
        }
    }
    status
}
