//! `nohup`, `nice`, `nproc`, `sync`, `arch`: small ones that start a command or say a word

use os::{Disposition, Proc, Signal};

/// `nohup`: the command ignores the end of the terminal. What it prints to a terminal is not kept in a file, as there is
/// no terminal to lose.
pub(crate) async fn nohup(proc: Proc, args: Vec<String>) -> i32 {
    if args.len() < 2 {
        proc.eprint("nohup: missing operand\nTry 'nohup --help' for more information.\n")
            .await;
        return 125;
    }
    proc.set_disposition(Signal::HUP, Disposition::Ignore);
    if proc.is_tty(1) {
        proc.eprint("nohup: ignoring input and appending output to 'nohup.out'\n")
            .await;
        match proc.open("nohup.out", os::OpenFlags::APPEND) {
            Ok(file) => {
                let _ = proc.set_fd(1, file.clone());
                if proc.is_tty(2) {
                    let _ = proc.set_fd(2, file);
                }
            }
            Err(error) => {
                proc.eprint(format!(
                    "nohup: failed to open 'nohup.out': {}\n",
                    error.text()
                ))
                .await;
                return 125;
            }
        }
    }
    super::xargs::run_command(&proc, "nohup: failed to run command", args[1..].to_vec()).await
}

/// `nice`: all processes are equally nice here.
pub(crate) async fn nice(proc: Proc, args: Vec<String>) -> i32 {
    let mut rest = &args[1..];
    while let Some(first) = rest.first().filter(|arg| arg.starts_with('-')) {
        rest = &rest[if first == "-n" { 2.min(rest.len()) } else { 1 }..];
    }
    if rest.is_empty() {
        proc.print("0\n").await;
        return 0;
    }
    super::xargs::run_command(&proc, "nice", rest.to_vec()).await
}

pub(crate) async fn nproc(proc: Proc, _args: Vec<String>) -> i32 {
    proc.print("8\n").await;
    0
}

pub(crate) async fn sync(_proc: Proc, _args: Vec<String>) -> i32 {
    0
}

/// `groups` and `logname`: there is one user.
pub(crate) async fn root(proc: Proc, _args: Vec<String>) -> i32 {
    proc.print("root\n").await;
    0
}

pub(crate) async fn arch(proc: Proc, _args: Vec<String>) -> i32 {
    proc.print("x86_64\n").await;
    0
}

/// `man`: there are no manual pages; `help` and `tldr` say what is known.
pub(crate) async fn man(proc: Proc, args: Vec<String>) -> i32 {
    match args.get(1) {
        None => {
            proc.eprint("What manual page do you want?\nFor example, try 'man man'.\n")
                .await;
            1
        }
        Some(topic) => {
            proc.eprint(format!("No manual entry for {topic}\n")).await;
            proc.hint(&format!("There are no manual pages here. Try `help {topic}`, `tldr {topic}` or `{topic} --help`."));
            16
        }
    }
}
