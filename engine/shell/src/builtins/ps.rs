//! `ps`

use os::{Proc, ProcessInfo, State};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let flags: String = args[1..]
        .iter()
        .map(|arg| arg.trim_start_matches('-'))
        .collect();
    let all = proc.machine().processes();
    let now = proc.now();
    let command = |info: &ProcessInfo| info.args.join(" ");
    let short = |info: &ProcessInfo| {
        info.args
            .first()
            .map_or("", |name| os::path::basename(name))
            .to_owned()
    };
    let letter = |info: &ProcessInfo| match info.state {
        State::Running if info.pid == proc.pid() => 'R',
        State::Running => 'S',
        State::Stopped(_) => 'T',
        State::Ended(_) => 'Z',
    };
    let cpu = |info: &ProcessInfo| {
        let secs = info.cpu.as_secs();
        format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
    };
    let user = |info: &ProcessInfo| crate::users::user_name(&proc, info.uid);
    let tty = |info: &ProcessInfo| if info.has_tty { "pts/0" } else { "?" };
    let mut out = String::new();
    if proc.is_busybox() {
        out.push_str("PID   USER     TIME  COMMAND\n");
        for info in &all {
            let secs = info.cpu.as_secs();
            out.push_str(&format!(
                "{:5} {:<8} {:>2}:{:02} {}\n",
                info.pid,
                user(info),
                secs / 60,
                secs % 60,
                command(info)
            ));
        }
    } else if flags.contains("aux") || flags.contains('u') {
        out.push_str(
            "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n",
        );
        for info in &all {
            let age = now.since(info.started).as_secs_f64().max(0.01);
            let share = (info.cpu.as_secs_f64() / age * 100.0).min(100.0);
            let secs = info.cpu.as_secs();
            out.push_str(&format!(
                "{:<8} {:7} {share:4.1}  0.0   4364  3200 {:<8} {:<4} {} {:>3}:{:02} {}\n",
                user(info),
                info.pid,
                tty(info),
                letter(info),
                crate::datetime::format(info.started, "%H:%M"),
                secs / 60,
                secs % 60,
                command(info)
            ));
        }
    } else if flags.contains('f') {
        out.push_str("UID          PID    PPID  C STIME TTY          TIME CMD\n");
        for info in all
            .iter()
            .filter(|info| flags.contains(['e', 'A']) || info.has_tty)
        {
            out.push_str(&format!(
                "{:<8} {:7} {:7}  0 {} {:<8} {} {}\n",
                user(info),
                info.pid,
                info.parent,
                crate::datetime::format(info.started, "%H:%M"),
                tty(info),
                cpu(info),
                command(info)
            ));
        }
    } else {
        out.push_str("    PID TTY          TIME CMD\n");
        for info in all
            .iter()
            .filter(|info| flags.contains(['e', 'A', 'a', 'x']) || info.has_tty)
        {
            out.push_str(&format!(
                "{:7} {:<8} {} {}\n",
                info.pid,
                tty(info),
                cpu(info),
                short(info)
            ));
        }
    }
    proc.print(out).await;
    0
}
