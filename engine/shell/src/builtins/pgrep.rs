//! `pgrep`, `pkill`, `pidof`, `killall`: processes by their names

use os::{Proc, ProcessInfo, Signal, State};

use crate::opts::{Opts, Spec};
use crate::regex::{Options, Regex};

/// Characters of a process's name that Linux keeps.
const NAME: usize = 15;

fn name(info: &ProcessInfo) -> String {
    let first = info
        .args
        .first()
        .map_or("", |name| os::path::basename(name));
    first.chars().take(NAME).collect()
}

/// All that run but for the one that asks.
fn others(proc: &Proc) -> Vec<ProcessInfo> {
    let mut all = proc.machine().processes();
    all.retain(|info| info.pid != proc.pid() && !matches!(info.state, State::Ended(_)));
    all
}

const SPEC: Spec = Spec::new(
    "aceflnoqvxis:u:U:P:",
    &[
        ("full", 'f'),
        ("exact", 'x'),
        ("list-name", 'l'),
        ("list-full", 'a'),
        ("count", 'c'),
        ("newest", 'n'),
        ("oldest", 'o'),
        ("echo", 'e'),
        ("quiet", 'q'),
        ("inverse", 'v'),
        ("ignore-case", 'i'),
        ("signal", 's'),
        ("parent", 'P'),
    ],
);

/// The processes that options and pattern mean; an exit code if there is nothing to be meant.
async fn chosen(proc: &Proc, tool: &str, opts: &Opts) -> Result<Vec<ProcessInfo>, i32> {
    let parent = opts.value('P').and_then(|text| text.parse::<u32>().ok());
    let pattern = match opts.rest.as_slice() {
        [pattern] => pattern.clone(),
        [] if parent.is_some() => String::new(),
        [] => {
            proc.eprint(format!(
                "{tool}: no matching criteria specified\nTry `{tool} --help' for more information.\n"
            ))
            .await;
            return Err(2);
        }
        _ => {
            proc.eprint(format!(
                "{tool}: only one pattern can be provided\nTry `{tool} --help' for more information.\n"
            ))
            .await;
            return Err(2);
        }
    };
    let options = Options {
        extended: true,
        ignore_case: opts.has('i'),
        line: opts.has('x'),
        ..Options::default()
    };
    let regex = match Regex::new(&pattern, options) {
        Ok(regex) => regex,
        Err(message) => {
            proc.eprint(format!("{tool}: regex error: {message}\n"))
                .await;
            return Err(2);
        }
    };
    let mut found = others(proc);
    found.retain(|info| {
        let text = if opts.has('f') {
            info.args.join(" ")
        } else {
            name(info)
        };
        (regex.is_match(&text) && parent.is_none_or(|parent| info.parent == parent))
            != opts.has('v')
    });
    let one = match (opts.has('n'), opts.has('o')) {
        (true, _) => found.pop(),
        (_, true) if !found.is_empty() => Some(found.remove(0)),
        _ => return Ok(found),
    };
    Ok(one.into_iter().collect())
}

pub(crate) async fn pgrep(proc: Proc, args: Vec<String>) -> i32 {
    let opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let found = match chosen(&proc, "pgrep", &opts).await {
        Ok(found) => found,
        Err(status) => return status,
    };
    let text: String = if opts.has('c') {
        format!("{}\n", found.len())
    } else {
        let line = |info: &ProcessInfo| match (opts.has('a'), opts.has('l')) {
            (true, _) => format!("{} {}\n", info.pid, info.args.join(" ")),
            (_, true) => format!("{} {}\n", info.pid, name(info)),
            _ => format!("{}\n", info.pid),
        };
        found.iter().map(line).collect()
    };
    if !opts.has('q') {
        proc.print(text).await;
    }
    i32::from(found.is_empty())
}

/// Takes `-9`, `-TERM`, `-s TERM` out of the arguments. None: there is no such signal.
fn take_signal(args: &mut Vec<String>) -> Option<Signal> {
    let mut signal = Signal::TERM;
    let mut at = 1;
    while at < args.len() {
        let word = args[at].strip_prefix('-').unwrap_or_default().to_owned();
        if word == "s" || word == "-signal" {
            signal = Signal::parse(args.get(at + 1)?)?;
            args.drain(at..at + 2);
        } else if word.len() > 1 && !word.starts_with('-') && Signal::parse(&word).is_some()
            || word.parse::<u8>().is_ok()
        {
            signal = Signal::parse(&word)?;
            args.remove(at);
        } else {
            at += 1;
        }
    }
    Some(signal)
}

pub(crate) async fn pkill(proc: Proc, mut args: Vec<String>) -> i32 {
    let Some(signal) = take_signal(&mut args) else {
        proc.eprint("pkill: invalid signal\n").await;
        return 2;
    };
    let opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let found = match chosen(&proc, "pkill", &opts).await {
        Ok(found) => found,
        Err(status) => return status,
    };
    for info in &found {
        if let Err(error) = proc.kill(i64::from(info.pid), signal) {
            let text = format!("pkill: killing pid {} failed: {}\n", info.pid, error.text());
            proc.eprint(text).await;
        } else if opts.has('e') {
            proc.print(format!("{} killed (pid {})\n", name(info), info.pid))
                .await;
        }
    }
    i32::from(found.is_empty())
}

pub(crate) async fn killall(proc: Proc, mut args: Vec<String>) -> i32 {
    let Some(signal) = take_signal(&mut args) else {
        proc.eprint("killall: unknown signal\n").await;
        return 1;
    };
    let quiet = args.iter().any(|arg| arg == "-q");
    let names: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if names.is_empty() {
        proc.eprint("Usage: killall [OPTION]... [--] NAME...\n")
            .await;
        return 1;
    }
    let mut status = 0;
    for wanted in names {
        let found = others(&proc)
            .into_iter()
            .filter(|info| name(info) == *wanted);
        let pids: Vec<u32> = found.map(|info| info.pid).collect();
        if pids.is_empty() {
            status = 1;
            if !quiet {
                proc.eprint(format!("{wanted}: no process found\n")).await;
            }
        }
        for pid in pids {
            let _ = proc.kill(i64::from(pid), signal);
        }
    }
    status
}

pub(crate) async fn pidof(proc: Proc, args: Vec<String>) -> i32 {
    let single = args.iter().any(|arg| arg == "-s");
    let mut pids: Vec<String> = others(&proc)
        .into_iter()
        .rev()
        .filter(|info| args[1..].contains(&name(info)))
        .map(|info| info.pid.to_string())
        .collect();
    if single {
        pids.truncate(1);
    }
    if pids.is_empty() {
        return 1;
    }
    proc.print(pids.join(" ") + "\n").await;
    0
}
