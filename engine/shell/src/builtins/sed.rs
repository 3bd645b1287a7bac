//! `sed`: the commands that people use, on a line-by-line machine

mod parse;
mod run;

use os::{OpenFlags, Proc};

use self::run::Machine;
use super::open_sources;
use super::text::cannot_open;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "nErsuze:f:i",
        &[
            ("quiet", 'n'),
            ("silent", 'n'),
            ("regexp-extended", 'E'),
            ("expression", 'e'),
            ("file", 'f'),
            ("in-place", 'i'),
            ("separate", 's'),
            ("unbuffered", 'u'),
            ("null-data", 'z'),
        ],
    );
    // `-i` takes a suffix only right behind it.
    let mut suffix = None;
    let args: Vec<String> = args
        .into_iter()
        .enumerate()
        .map(
            |(at, arg)| match arg.strip_prefix("-i").or(arg.strip_prefix("--in-place=")) {
                Some(end)
                    if at > 0 && !end.is_empty() && !end.chars().all(|c| "nErsuz".contains(c)) =>
                {
                    suffix = Some(end.to_owned());
                    "-i".into()
                }
                _ => arg,
            },
        )
        .collect();
    let mut opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let mut scripts: Vec<String> = opts.values('e').map(str::to_owned).collect();
    if let Some(file) = opts.value('f') {
        match proc.read_path(file, 1 << 20).await {
            Ok(data) => scripts.push(String::from_utf8_lossy(&data).into_owned()),
            Err(error) => {
                proc.eprint(format!(
                    "sed: couldn't open file {file}: {}\n",
                    error.text()
                ))
                .await;
                return 1;
            }
        }
    }
    if scripts.is_empty() {
        if opts.rest.is_empty() {
            proc.eprint(
                "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n",
            )
            .await;
            return 1;
        }
        scripts.push(opts.rest.remove(0));
    }
    let program = match parse::parse(&scripts.join("\n"), opts.has('E') || opts.has('r')) {
        Ok(program) => program,
        Err((at, message)) => {
            let text = match proc.is_busybox() {
                true => format!("sed: {message}\n"),
                false => format!("sed: -e expression #1, char {at}: {message}\n"),
            };
            proc.eprint(text).await;
            return 1;
        }
    };
    let quiet = opts.has('n') || scripts[0].starts_with("#n\n");
    if opts.has('i') {
        return in_place(&proc, &program, quiet, &opts.rest, suffix.as_deref()).await;
    }
    let mut status = 0;
    let mut machine = Machine::new(&program, quiet);
    let (sources, failed) = open_sources(&proc, "sed", &opts.rest).await;
    status |= i32::from(failed) * 2;
    let mut readers: Vec<_> = sources.iter().map(|source| source.lines(&proc)).collect();
    let mut at = 0;
    if opts.has('z') {
        return null_data(&proc, &mut machine, sources).await;
    }
    let mut next = loop_next(&mut readers, &mut at).await;
    while let Some(line) = next.take() {
        next = loop_next(&mut readers, &mut at).await;
        machine.feed(line);
        loop {
            let wants_more = machine.cycle(next.is_none());
            proc.cpu(machine.take_cost()).await;
            if proc.write(1, machine.take_output()).await.is_err() {
                return 4;
            }
            if !wants_more {
                break;
            }
            // `n` and `N` take the next line within the cycle.
            let Some(line) = next.take() else { break };
            machine.feed_more(line);
            next = loop_next(&mut readers, &mut at).await;
        }
        if let Some(message) = machine.error() {
            proc.eprint(format!("sed: {message}\n")).await;
            return 4;
        }
        if let Some(code) = machine.quit() {
            return code;
        }
    }
    status
}

/// `-z`: lines end in a zero byte. They are read whole, and what a line ends in is put in its place at the end.
async fn null_data(proc: &Proc, machine: &mut Machine<'_>, sources: Vec<super::Source>) -> i32 {
    let mut data = Vec::new();
    for source in sources {
        data.extend(source.read(proc).await.unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&data);
    let ends = text.ends_with('\0');
    let body = text.strip_suffix('\0').unwrap_or(&text);
    let mut lines = body.split('\0').map(str::to_owned).peekable();
    if text.is_empty() {
        return 0;
    }
    machine.set_end(0);
    while let Some(line) = lines.next() {
        let whole = lines.peek().is_some() || ends;
        machine.feed(line + if whole { "\0" } else { "" });
        loop {
            let wants_more = machine.cycle(lines.peek().is_none());
            proc.cpu(machine.take_cost()).await;
            if proc.write(1, machine.take_output()).await.is_err() {
                return 4;
            }
            match lines.next_if(|_| wants_more) {
                Some(line) => machine.feed_more(line + "\0"),
                None => break,
            }
        }
        if let Some(message) = machine.error() {
            proc.eprint(format!("sed: {message}\n")).await;
            return 4;
        }
        if let Some(code) = machine.quit() {
            return code;
        }
    }
    0
}

async fn loop_next(readers: &mut [os::LineReader], at: &mut usize) -> Option<String> {
    while let Some(reader) = readers.get_mut(*at) {
        if let Ok(Some(line)) = reader.next_line().await {
            return Some(String::from_utf8_lossy(&line).into_owned());
        }
        *at += 1;
    }
    None
}

async fn in_place(
    proc: &Proc,
    program: &parse::Program,
    quiet: bool,
    files: &[String],
    suffix: Option<&str>,
) -> i32 {
    if files.is_empty() {
        proc.eprint("sed: no input files\n").await;
        return 1;
    }
    let mut status = 0;
    for name in files {
        let data = match proc.read_path(name, 64 << 20).await {
            Ok(data) => data,
            Err(os::Errno::EISDIR) => {
                proc.eprint(format!("sed: couldn't edit {name}: not a regular file\n"))
                    .await;
                status = 4;
                continue;
            }
            Err(error) => {
                proc.eprint(cannot_open(proc, "sed", name, error)).await;
                status = 2;
                continue;
            }
        };
        let text = String::from_utf8_lossy(&data).into_owned();
        let mut lines = text.split_inclusive('\n').map(str::to_owned).peekable();
        let mut machine = Machine::new(program, quiet);
        let mut out = Vec::new();
        while let Some(line) = lines.next() {
            machine.feed(line);
            loop {
                let wants_more = machine.cycle(lines.peek().is_none());
                proc.cpu(machine.take_cost()).await;
                out.extend(machine.take_output());
                match lines.next_if(|_| wants_more) {
                    Some(line) => machine.feed_more(line),
                    None => break,
                }
            }
            if machine.quit().is_some() || machine.error().is_some() {
                lines
                    .by_ref()
                    .for_each(|line| out.extend_from_slice(line.as_bytes()));
            }
        }
        if let Some(suffix) = suffix {
            let _ = proc.vfs().write_file(
                &proc.cred(),
                &proc.absolute(&format!("{name}{suffix}")),
                &data,
            );
        }
        let written = match proc.open(name, OpenFlags::WRITE) {
            Ok(file) => proc.write_file_to(&file, out).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            proc.eprint(format!(
                "sed: couldn't open file {name}: {}\n",
                error.text()
            ))
            .await;
            status = 4;
        }
    }
    status
}
