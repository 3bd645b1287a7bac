//! `nohup`, `nice`, `nproc`, `sync`, `arch`, `su`, `usleep`: small ones that start a command or say a word

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

/// `busybox TOOL …`: the tool of that name.
pub(crate) async fn busybox(proc: Proc, args: Vec<String>) -> i32 {
    let Some(tool) = args.get(1) else {
        proc.print(
            "BusyBox v1.37.0 (2024-09-26 21:31:42 UTC) multi-call binary.\n\
             BusyBox is copyrighted by many authors between 1998-2015.\n\
             Licensed under GPLv2. See source distribution for detailed\n\
             copyright notices.\n\n\
             Usage: busybox [function [arguments]...]\n   or: busybox --list[-full]\n",
        )
        .await;
        return 0;
    };
    let spawned = os::Spawn {
        args: args[1..].to_vec(),
        ..proc.fork_spawn()
    };
    match proc.machine().spawn_command(spawned) {
        Ok(child) => child.wait_end().await.code(),
        Err(_) => {
            proc.eprint(format!("{tool}: applet not found\n")).await;
            127
        }
    }
}

/// `su`: there is one user, so a command runs as it is.
pub(crate) async fn su(proc: Proc, args: Vec<String>) -> i32 {
    let mut command = None;
    let mut words = args.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-c" => command = words.next().cloned(),
            option if option.starts_with('-') => {}
            "root" => {}
            user => {
                let text = match proc.is_busybox() {
                    true => format!("su: unknown user {user}\n"),
                    false => {
                        format!(
                            "su: user {user} does not exist or the user entry does not contain all the required fields\n"
                        )
                    }
                };
                proc.eprint(text).await;
                return 1;
            }
        }
    }
    let mut shell = vec!["sh".to_owned()];
    if let Some(command) = command {
        shell.extend(["-c".to_owned(), command]);
    }
    super::xargs::run_command(&proc, "su", shell).await
}

pub(crate) async fn usleep(proc: Proc, args: Vec<String>) -> i32 {
    let Some(micros) = args.get(1).and_then(|text| text.parse::<u32>().ok()) else {
        proc.eprint("usleep: invalid number\n").await;
        return 1;
    };
    proc.sleep(std::time::Duration::from_micros(u64::from(micros)))
        .await;
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
