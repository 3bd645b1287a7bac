//! `xargs`: items are read as they come, and a command starts as soon as its arguments are there.

use std::collections::VecDeque;

use os::{ExecError, ExitStatus, File, LineReader, OpenFlags, Proc};
use sim::futures_util::future::select_all;

use crate::opts::{Opts, Spec};

/// Bytes of arguments one command gets.
const MAX_COMMAND: usize = 128 << 10;
/// Commands that run at once, whatever `-P` says.
const MAX_AT_ONCE: usize = 64;

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

/// How the input is cut into items.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// Blanks separate, quotes and backslashes protect.
    Words,
    /// Each line is one item (`-I`).
    Lines,
    /// Nothing but this byte separates.
    At(u8),
}

/// The items of the input, in order.
struct Items {
    lines: LineReader,
    cut: Cut,
    ready: VecDeque<String>,
    /// Lines read that had something in them.
    count: usize,
}

impl Items {
    /// Reads on until there is an item. None at the end.
    async fn next(&mut self) -> Result<Option<String>, String> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            let end = match self.cut {
                Cut::At(end) => end,
                _ => b'\n',
            };
            let line = match self.lines.next_until(end).await {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(None),
                Err(error) => return Err(error.text().to_owned()),
            };
            let line = line.strip_suffix(&[end]).unwrap_or(&line);
            let text = String::from_utf8_lossy(line);
            match self.cut {
                Cut::At(_) => self.ready.push_back(text.into_owned()),
                Cut::Words => self.ready.extend(items(&text, true)?),
                Cut::Lines => self.ready.extend(items(text.trim_start(), false)?),
            }
            self.count += usize::from(!self.ready.is_empty());
        }
    }
}

/// A line's items; unless blanks separate, it is one.
fn items(line: &str, blanks: bool) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut item: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' if blanks => out.extend(item.take()),
            '\'' | '"' => {
                let item = item.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some(end) if end == c => break,
                        None => {
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

/// What is asked for.
struct Batches {
    command: Vec<String>,
    replace: Option<String>,
    /// Items for each command.
    items: usize,
    /// Lines for each command.
    lines: usize,
    /// Run the command even if there are no items.
    even_empty: bool,
    /// An item that belongs to the next command.
    left: Option<String>,
    begun: bool,
}

impl Batches {
    fn new(opts: &Opts) -> Self {
        let number = |flag| {
            let given = opts.value(flag).and_then(|n: &str| n.parse::<usize>().ok());
            given.filter(|n| *n > 0).unwrap_or(usize::MAX)
        };
        Batches {
            command: if opts.rest.is_empty() {
                vec!["echo".to_owned()]
            } else {
                opts.rest.clone()
            },
            replace: opts.value('I').map(str::to_owned),
            items: number('n'),
            lines: number('L'),
            even_empty: !opts.has('r') && !opts.has('I'),
            left: None,
            begun: false,
        }
    }

    /// The next command line. None when there is none left.
    async fn next(&mut self, input: &mut Items) -> Result<Option<Vec<String>>, String> {
        let first_line = input.count;
        let mut args = self.command.clone();
        let mut size = 0;
        let mut count = 0;
        let begun = std::mem::replace(&mut self.begun, true);
        loop {
            let item = match self.left.take() {
                Some(item) => Some(item),
                // The line is used up, and so is its share of lines.
                None if count > 0
                    && input.ready.is_empty()
                    && input.count - first_line.min(input.count) >= self.lines =>
                {
                    None
                }
                None => input.next().await?,
            };
            let Some(item) = item else {
                let run = count > 0 || (!begun && self.even_empty);
                return Ok(run.then_some(args));
            };
            if let Some(mark) = &self.replace {
                let with = self.command[1..].iter().map(|arg| arg.replace(mark, &item));
                args.truncate(1);
                args.extend(with);
                return Ok(Some(args));
            }
            if count > 0 && size + item.len() > MAX_COMMAND {
                self.left = Some(item);
                return Ok(Some(args));
            }
            size += item.len() + 1;
            count += 1;
            args.push(item);
            if count >= self.items {
                return Ok(Some(args));
            }
        }
    }
}

/// Starts a command without the input; the error is its exit code, and was told.
async fn start(proc: &Proc, args: Vec<String>) -> Result<Proc, i32> {
    let name = args.first().cloned().unwrap_or_default();
    let mut spawn = proc.fork_spawn();
    let _ = spawn.fds.set(0, File::null());
    spawn.args = args;
    match proc.machine().spawn_command(spawn) {
        Ok(child) => Ok(child),
        Err(error) => {
            let text = error.errno().text();
            proc.eprint(format!("xargs: {name}: {text}\n")).await;
            Err(if error == ExecError::NotFound {
                127
            } else {
                126
            })
        }
    }
}

/// Waits for one of the commands; an error ends everything with that exit code.
async fn wait_one(
    proc: &Proc,
    running: &mut Vec<(String, Proc)>,
    status: &mut i32,
) -> Result<(), i32> {
    let waiting = running.iter().map(|(_, child)| Box::pin(child.wait_end()));
    let (ended, at, _) = select_all(waiting).await;
    let (name, child) = running.remove(at);
    child.reap();
    match ended {
        ExitStatus::Exited(0) => {}
        ExitStatus::Exited(255) => {
            proc.eprint(format!("xargs: {name}: exited with status 255; aborting\n"))
                .await;
            return Err(124);
        }
        ExitStatus::Signaled(signal) => {
            let number = signal.number();
            proc.eprint(format!("xargs: {name}: terminated by signal {number}\n"))
                .await;
            return Err(125);
        }
        ExitStatus::Exited(_) => *status = 123,
    }
    Ok(())
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "n:I:0rtL:P:d:a:s:xo",
        &[
            ("max-args", 'n'),
            ("replace", 'I'),
            ("null", '0'),
            ("no-run-if-empty", 'r'),
            ("verbose", 't'),
            ("max-lines", 'L'),
            ("max-procs", 'P'),
            ("delimiter", 'd'),
            ("arg-file", 'a'),
            ("max-chars", 's'),
            ("exit", 'x'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    for flag in ['n', 'L', 'P'] {
        let least = u32::from(flag != 'P');
        let bad = |text: &&str| text.parse::<u32>().map_or(true, |n| n < least);
        if let Some(text) = opts.value(flag).filter(bad) {
            let what = if text.parse::<u32>().is_err() {
                format!("invalid number \"{text}\" for -{flag} option")
            } else {
                format!("value {text} for -{flag} option should be >= {least}")
            };
            proc.eprint(format!("xargs: {what}\n")).await;
            return 1;
        }
    }
    let cut = match opts.value('d') {
        _ if opts.has('0') => Cut::At(0),
        Some(text) => {
            let end = crate::escape::ansi_c(text);
            Cut::At(end.bytes().next().unwrap_or(b'\n'))
        }
        None if opts.has('I') => Cut::Lines,
        None => Cut::Words,
    };
    let file = match opts.value('a') {
        Some(name) => proc.open(name, OpenFlags::READ),
        None => proc.fd(0),
    };
    let file = match file {
        Ok(file) => file,
        Err(error) => {
            let name = opts.value('a').unwrap_or("-");
            let text = format!("xargs: Cannot open input file '{name}': {}\n", error.text());
            proc.eprint(text).await;
            return 1;
        }
    };
    let mut input = Items {
        lines: LineReader::new(&proc, file),
        cut,
        ready: VecDeque::new(),
        count: 0,
    };
    let at_once = match opts.value('P').and_then(|n| n.parse::<usize>().ok()) {
        Some(0) => MAX_AT_ONCE,
        Some(count) => count.min(MAX_AT_ONCE),
        None => 1,
    };
    let mut batches = Batches::new(&opts);
    let mut running = Vec::new();
    let mut status = 0;
    loop {
        let args = match batches.next(&mut input).await {
            Ok(Some(args)) => args,
            Ok(None) => break,
            Err(message) => {
                proc.eprint(format!("xargs: {message}\n")).await;
                status = 1;
                break;
            }
        };
        if opts.has('t') {
            let words: Vec<String> = args.iter().map(|arg| escape(arg)).collect();
            proc.eprint(words.join(" ") + "\n").await;
        }
        let name = args[0].clone();
        match start(&proc, args).await {
            Ok(child) => running.push((name, child)),
            Err(code) => {
                status = code;
                break;
            }
        }
        while running.len() >= at_once {
            if let Err(code) = wait_one(&proc, &mut running, &mut status).await {
                return code;
            }
        }
    }
    while !running.is_empty() {
        if let Err(code) = wait_one(&proc, &mut running, &mut status).await {
            return code;
        }
    }
    status
}

/// A word as `-t` shows it.
fn escape(word: &str) -> String {
    crate::escape::quote_if_needed(word)
}
