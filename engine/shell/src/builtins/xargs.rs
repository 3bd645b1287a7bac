//! `xargs`

use os::{ExecError, Proc};

use crate::opts::Spec;

/// Bytes of arguments one command gets.
const MAX_COMMAND: usize = 128 << 10;
/// Bytes of input.
const MAX_INPUT: usize = 16 << 20;

/// Runs a command as a child and waits for it; gives its exit code.
pub(crate) async fn run_command(proc: &Proc, tool: &str, args: Vec<String>) -> i32 {
    let name = args.first().cloned().unwrap_or_default();
    let mut spawn = proc.fork_spawn();
    spawn.args = args;
    match proc.machine().spawn_command(spawn) {
        Ok(child) => {
            let status = child.wait_end().await;
            child.reap();
            status.code()
        }
        Err(error) => {
            let text = error.errno().text();
            proc.eprint(match tool {
                "find" => format!("find: '{name}': {text}\n"),
                _ => format!("{tool}: {name}: {text}\n"),
            })
            .await;
            if error == ExecError::NotFound {
                127
            } else {
                126
            }
        }
    }
}

/// The input's items: blanks separate, quotes and backslashes protect.
fn items(text: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut item: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => out.extend(item.take()),
            '\'' | '"' => {
                let item = item.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some(end) if end == c => break,
                        Some('\n') | None => {
                            let kind = if c == '"' { "double" } else { "single" };
                            return Err(format!(
                                "unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"
                            ));
                        }
                        Some(other) => item.push(other),
                    }
                }
            }
            '\\' => item.get_or_insert_default().extend(chars.next()),
            c => item.get_or_insert_default().push(c),
        }
    }
    out.extend(item);
    Ok(out)
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "n:I:0rtL:P:d:",
        &[
            ("max-args", 'n'),
            ("replace", 'I'),
            ("null", '0'),
            ("no-run-if-empty", 'r'),
            ("verbose", 't'),
            ("max-lines", 'L'),
            ("max-procs", 'P'),
            ("delimiter", 'd'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let input = match proc.read_to_end(0, MAX_INPUT).await {
        Ok(input) => String::from_utf8_lossy(&input).into_owned(),
        Err(error) => {
            proc.eprint(format!("xargs: {}\n", error.text())).await;
            return 1;
        }
    };
    let command = if opts.rest.is_empty() {
        vec!["echo".to_owned()]
    } else {
        opts.rest.clone()
    };
    let lines = |end: char| {
        input
            .split(end)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let items = if opts.has('0') {
        Ok(lines('\0'))
    } else if let Some(end) = opts.value('d') {
        let end = crate::escape::ansi_c(end).chars().next().unwrap_or('\n');
        Ok(input
            .trim_end_matches('\n')
            .split(end)
            .map(str::to_owned)
            .collect())
    } else if opts.has('I') || opts.has('L') {
        Ok(lines('\n')
            .iter()
            .map(|line| line.trim_start().to_owned())
            .collect())
    } else {
        items(&input)
    };
    let items: Vec<String> = match items {
        Ok(items) => items,
        Err(message) => {
            proc.eprint(format!("xargs: {message}\n")).await;
            return 1;
        }
    };
    let mut status = 0;
    for args in batches(&opts, command, &items) {
        if opts.has('t') {
            proc.eprint(args.join(" ") + "\n").await;
        }
        match run_command(&proc, "xargs", args).await {
            0 => {}
            code @ (126 | 127) => return code,
            255 => return 124,
            code if code > 128 => return 125,
            _ => status = 123,
        }
    }
    status
}

/// The command lines to run.
fn batches(opts: &crate::opts::Opts, command: Vec<String>, items: &[String]) -> Vec<Vec<String>> {
    if let Some(mark) = opts.value('I') {
        let with = |item: &String| command.iter().map(|arg| arg.replace(mark, item)).collect();
        return items.iter().map(with).collect();
    }
    let count = opts
        .value('n')
        .or(opts.value('L'))
        .and_then(|n| n.parse::<usize>().ok())
        .filter(|n| *n > 0);
    let mut all = Vec::new();
    let mut now = command.clone();
    let mut size = 0;
    for item in items {
        let full = count.is_some_and(|count| now.len() - command.len() >= count);
        if now.len() > command.len() && (full || size + item.len() > MAX_COMMAND) {
            all.push(std::mem::replace(&mut now, command.clone()));
            size = 0;
        }
        size += item.len() + 1;
        now.push(item.clone());
    }
    let empty = items.is_empty();
    if now.len() > command.len() || (empty && !opts.has('r')) {
        all.push(now);
    }
    all
}
