//! `kill`

use os::{Proc, Signal};

use crate::interp::{Flow, JobState, Shell};

fn list() -> String {
    let mut out = String::new();
    for (at, signal) in Signal::all().enumerate() {
        let end = if at % 5 == 4 { "\n" } else { "\t" };
        out.push_str(&format!("{:2}) SIG{}{end}", signal.number(), signal.name()));
    }
    out.trim_end().to_owned() + "\n"
}

/// The signal and the targets of the arguments; text is an error.
fn parse(args: &[String]) -> Result<(Option<Signal>, Vec<String>), String> {
    let mut signal = Some(Signal::TERM);
    let mut rest = args;
    let invalid = |text: &str| format!("{text}: invalid signal specification");
    let by_name = |text: &str| {
        if text == "0" {
            return Ok(None);
        }
        Signal::parse(text).map(Some).ok_or_else(|| invalid(text))
    };
    if let Some(first) = rest
        .first()
        .filter(|arg| arg.starts_with('-') && arg.len() > 1)
    {
        match first.as_str() {
            "--" => rest = &rest[1..],
            "-s" | "-n" => {
                signal = by_name(
                    rest.get(1)
                        .ok_or_else(|| format!("{first}: option requires an argument"))?,
                )?;
                rest = &rest[2..];
            }
            option => {
                signal = by_name(&option[1..])?;
                rest = &rest[1..];
            }
        }
        if rest.first().is_some_and(|arg| arg == "--") {
            rest = &rest[1..];
        }
    }
    Ok((signal, rest.to_vec()))
}

fn send(proc: &Proc, target: &str, signal: Option<Signal>) -> Result<(), String> {
    let pid: i64 = target
        .parse()
        .map_err(|_| format!("{target}: arguments must be process or job IDs"))?;
    let result = match signal {
        Some(signal) => proc.kill(pid, signal),
        None => match u32::try_from(pid).is_ok_and(|pid| proc.process_exists(pid)) {
            true => Ok(()),
            false => Err(os::Errno::ESRCH),
        },
    };
    result.map_err(|error| format!("({target}) - {}", error.text()))
}

fn list_some(args: &[String]) -> String {
    let mut out = String::new();
    for arg in args {
        match arg.parse::<i64>() {
            Ok(number) => {
                let number = if number > 128 { number - 128 } else { number };
                if let Some(signal) = Signal::from_number(number) {
                    out.push_str(&format!("{}\n", signal.name()));
                }
            }
            Err(_) => {
                if let Some(signal) = Signal::parse(arg) {
                    out.push_str(&format!("{}\n", signal.number()));
                }
            }
        }
    }
    out
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if matches!(args.get(1).map(String::as_str), Some("-l" | "-L")) {
        let text = if args.len() > 2 {
            list_some(&args[2..])
        } else {
            list()
        };
        shell.print(text).await;
        return Ok(0);
    }
    let (signal, targets) = match parse(&args[1..]) {
        Ok(parsed) => parsed,
        Err(message) => {
            shell.complain_of("kill", &message).await;
            return Ok(1);
        }
    };
    if targets.is_empty() {
        shell.proc.eprint("kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n").await;
        return Ok(2);
    }
    let mut status = 0;
    for target in targets {
        let result = if target.starts_with('%') {
            let found = shell.jobs.find(&target);
            let job = found.as_ref().map(|id| shell.jobs.get(*id));
            match job.map_err(String::clone) {
                Ok(Some(job)) => {
                    let group = job.group();
                    let stopped = matches!(job.state(), JobState::Stopped(_));
                    let own = job.group() == shell.proc.group();
                    let pids: Vec<u32> = job.procs.iter().map(Proc::pid).collect();
                    if let Some(signal) = signal {
                        if own {
                            for pid in pids {
                                let _ = shell.proc.kill(i64::from(pid), signal);
                            }
                        } else {
                            let _ = shell.proc.kill(-i64::from(group), signal);
                            // A stopped job has to run to be ended.
                            if signal == Signal::TERM || signal == Signal::HUP {
                                let _ = shell.proc.kill(-i64::from(group), Signal::CONT);
                            }
                            let ends =
                                !matches!(signal, Signal::CONT | Signal::STOP | Signal::TSTP);
                            if stopped
                                && ends
                                && let Ok(id) = found
                                && let Some(job) =
                                    shell.jobs.list.iter_mut().find(|job| job.id == id)
                            {
                                job.told_again = true;
                            }
                        }
                    }
                    Ok(())
                }
                Ok(None) => Err(format!("{target}: no such job")),
                Err(message) => Err(message),
            }
        } else {
            send(&shell.proc, &target, signal)
        };
        if let Err(message) = result {
            shell.complain_of("kill", &message).await;
            status = 1;
        }
    }
    Ok(status)
}

pub(crate) async fn run_program(proc: Proc, args: Vec<String>) -> i32 {
    if args.get(1).is_some_and(|arg| arg == "-l") {
        proc.print(list()).await;
        return 0;
    }
    match parse(&args[1..]) {
        Ok((signal, targets)) if !targets.is_empty() => {
            let mut status = 0;
            for target in targets {
                if let Err(message) = send(&proc, &target, signal) {
                    proc.eprint(format!("kill: {message}\n")).await;
                    status = 1;
                }
            }
            status
        }
        Ok(_) => {
            proc.eprint("kill: not enough arguments\n").await;
            1
        }
        Err(message) => {
            proc.eprint(format!("kill: {message}\n")).await;
            1
        }
    }
}
