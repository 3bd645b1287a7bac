//! `top`: one look at the processes of this machine or container; and `mount`, one at its file systems.

use std::fmt::Write as _;

use os::{Proc, ProcessInfo, State};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let batch = args[1..].iter().any(|arg| arg.contains(['b', 'n']));
    if !batch {
        proc.hint("This top shows one look and ends. `watch top -bn1` looks again and again.");
    }
    let mut all = proc.machine().processes();
    all.sort_by_key(|info| (std::cmp::Reverse(share(&proc, info)), info.pid));
    let text = match proc.is_busybox() {
        true => busybox(&proc, &all),
        false => gnu(&proc, &all),
    };
    proc.print(text).await;
    0
}

/// The share of a processor that a process has had, in tenths of a hundredth.
fn share(proc: &Proc, info: &ProcessInfo) -> u128 {
    let age = proc.now().since(info.started).as_micros().max(10_000);
    (info.cpu.as_micros() * 1000 / age).min(1000)
}

fn command(info: &ProcessInfo, whole: bool) -> String {
    if whole {
        return info.args.join(" ");
    }
    let name = info
        .args
        .first()
        .map_or("", |name| os::path::basename(name));
    name.to_owned()
}

fn letter(proc: &Proc, info: &ProcessInfo) -> char {
    match info.state {
        State::Running if info.pid == proc.pid() => 'R',
        State::Running => 'S',
        State::Stopped(_) => 'T',
        State::Ended(_) => 'Z',
    }
}

fn busybox(proc: &Proc, all: &[ProcessInfo]) -> String {
    let last = all.iter().map(|info| info.pid).max().unwrap_or(1);
    let mut out = format!(
        "Mem: 3145728K used, 13631488K free, 8192K shrd, 524288K buff, 1048576K cached\n\
         CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\n\
         Load average: 0.00 0.00 0.00 1/{} {last}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n",
        all.len()
    );
    for info in all {
        let _ = writeln!(
            out,
            "{:5} {:5} {:<8} {:<4}  4364   0%   0 {:3}% {}",
            info.pid,
            info.parent,
            crate::users::user_name(proc, info.uid),
            letter(proc, info),
            share(proc, info) / 10,
            command(info, true)
        );
    }
    out
}

fn gnu(proc: &Proc, all: &[ProcessInfo]) -> String {
    let count = |wanted: char| {
        all.iter()
            .filter(|info| letter(proc, info) == wanted)
            .count()
    };
    let mut out = format!(
        "top - {} up  1:30,  1 user,  load average: 0.00, 0.00, 0.00\n\
         Tasks: {:3} total, {:3} running, {:3} sleeping, {:3} stopped, {:3} zombie\n\
         %Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\n\
         MiB Mem :  16384.0 total,  13312.0 free,   3072.0 used,   1536.0 buff/cache\n\
         MiB Swap:      0.0 total,      0.0 free,      0.0 used.  13312.0 avail Mem\n\n    \
         PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n",
        crate::datetime::format(proc.now(), "%H:%M:%S"),
        all.len(),
        count('R'),
        count('S'),
        count('T'),
        count('Z')
    );
    for info in all {
        let (share, used) = (share(proc, info), info.cpu.as_millis() / 10);
        let _ = writeln!(
            out,
            "{:7} {:<8}  20   0    4364   3200   2900 {} {:3}.{}   0.0 {:3}:{:02}.{:02} {}",
            info.pid,
            crate::users::user_name(proc, info.uid),
            letter(proc, info),
            share / 10,
            share % 10,
            used / 6000,
            used / 100 % 60,
            used % 100,
            command(info, false)
        );
    }
    out
}

/// `mount`: nobody but the runtime mounts anything.
pub(crate) async fn mount(proc: Proc, args: Vec<String>) -> i32 {
    if let Some(what) = args.iter().skip(1).find(|arg| !arg.starts_with('-')) {
        let (text, status) = match proc.is_busybox() {
            true => ("mount: permission denied (are you root?)\n".to_owned(), 1),
            false => (format!("mount: {what}: permission denied.\n"), 32),
        };
        proc.eprint(text).await;
        return status;
    }
    let mut out = String::new();
    for mount in proc.vfs().mounts() {
        let kind = mount.fs.kind();
        let how = if mount.read_only { "ro" } else { "rw" };
        let _ = writeln!(out, "{kind} on {} type {kind} ({how},relatime)", mount.path);
    }
    proc.print(out).await;
    0
}
