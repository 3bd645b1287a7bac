//! The programs `bash` and `sh`: what their arguments mean, scripts, and the loop of an interactive shell.

use os::{Errno, LineReader, OpenFlags, Proc, Programs};

use crate::builtins;
use crate::interp::{Dialect, Flow, Shell, Style};

/// Bytes a script may have.
const MAX_SCRIPT: usize = 4 << 20;

/// Adds the shells and all tools to a table of programs.
pub fn register(programs: &Programs) {
    for (name, run) in builtins::programs() {
        programs.add(name, move |proc| async move {
            let args = proc.args().to_vec();
            // What the shell that became this program lost is not its own.
            proc.take_lost_output();
            let status = run(proc.clone(), args).await;
            builtins::lost::end(&proc, name, status).await
        });
    }
    for name in ["bash", "sh", "ash"] {
        programs.add(name, |proc| {
            let dialect = if proc.is_busybox() {
                Dialect::Ash
            } else {
                Dialect::Bash
            };
            main(proc, dialect)
        });
    }
    programs.add("dash", |proc| main(proc, Dialect::Dash));
}

/// What the arguments ask for.
#[derive(Default)]
struct Arguments {
    command: bool,
    interactive: bool,
    stdin: bool,
    login: bool,
    /// Options of `set`, by letter or name.
    letters: Vec<(char, bool)>,
    names: Vec<(String, bool)>,
    rest: Vec<String>,
}

impl Arguments {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut parsed = Arguments::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--" | "-" => break,
                "--login" => parsed.login = true,
                "--norc" | "--noprofile" | "--posix" | "--noediting" | "--verbose" => {}
                "--rcfile" | "--init-file" => drop(args.next()),
                long if long.starts_with("--") => return Err(long.to_owned()),
                option if option.starts_with(['-', '+']) && option.len() > 1 => {
                    let on = option.starts_with('-');
                    for letter in option[1..].chars() {
                        match letter {
                            'c' => parsed.command = true,
                            'i' => parsed.interactive = true,
                            's' => parsed.stdin = true,
                            'l' => parsed.login = true,
                            'o' | 'O' => {
                                let name = args.next().cloned().unwrap_or_default();
                                parsed.names.push((name, on));
                            }
                            letter if builtins::set::by_letter(letter).is_some() => {
                                parsed.letters.push((letter, on))
                            }
                            letter => return Err(format!("-{letter}")),
                        }
                    }
                }
                _ => {
                    parsed.rest.push(arg.clone());
                    break;
                }
            }
        }
        parsed.rest.extend(args.cloned());
        Ok(parsed)
    }

    fn apply(&self, shell: &mut Shell) {
        for (letter, on) in &self.letters {
            if let Some(name) = builtins::set::by_letter(*letter) {
                shell.set_option(name, *on);
            }
        }
        for (name, on) in &self.names {
            shell.set_option(name, *on);
        }
    }
}

/// The program.
async fn main(proc: Proc, dialect: Dialect) -> i32 {
    let args = proc.args();
    let name = args.first().cloned().unwrap_or_default();
    if args.get(1).is_some_and(|arg| arg == "--version") && dialect == Dialect::Bash {
        proc.print("GNU bash, version 5.2.37(1)-release (x86_64-pc-linux-gnu)\n")
            .await;
        return 0;
    }
    let mut parsed = match Arguments::parse(args.get(1..).unwrap_or_default()) {
        Ok(parsed) => parsed,
        Err(option) => {
            let name = os::path::basename(&name);
            proc.eprint(format!("{name}: {option}: invalid option\n"))
                .await;
            return 2;
        }
    };
    if parsed.command {
        return run_command(&proc, dialect, parsed).await;
    }
    if !parsed.stdin && !parsed.rest.is_empty() {
        let script = parsed.rest.remove(0);
        let mut shell = Shell::new(&proc, dialect, Style::Script);
        parsed.apply(&mut shell);
        return run_script(shell, &script, parsed.rest).await;
    }
    let style = if parsed.interactive || proc.is_tty(0) {
        Style::Interactive
    } else {
        Style::Script
    };
    let mut shell = Shell::new(&proc, dialect, style);
    parsed.apply(&mut shell);
    shell.positional = parsed.rest.into();
    let file = match proc.fd(0) {
        Ok(file) => file,
        Err(_) => return 0,
    };
    let lines = LineReader::new(&proc, file);
    if style == Style::Interactive {
        crate::interactive::start(&mut shell);
        let mut lines = crate::interactive::Lines::Terminal(lines);
        return crate::interactive::run(shell, &mut lines).await;
    }
    run_lines(shell, lines).await
}

async fn run_command(proc: &Proc, dialect: Dialect, mut parsed: Arguments) -> i32 {
    if parsed.rest.is_empty() {
        let name = proc.args().first().cloned().unwrap_or_default();
        proc.eprint(format!("{name}: -c: option requires an argument\n"))
            .await;
        return 2;
    }
    let text = parsed.rest.remove(0);
    let mut shell = Shell::new(proc, dialect, Style::Command);
    parsed.apply(&mut shell);
    if !parsed.rest.is_empty() {
        shell.name = parsed.rest.remove(0).into();
    }
    shell.positional = parsed.rest.into();
    let outcome = shell.run_text(&text, 1).await;
    end(shell, outcome).await
}

/// The end of a shell that is not interactive.
async fn end(mut shell: Shell, outcome: Result<(), Flow>) -> i32 {
    shell.end_of_subshell(outcome).await
}

/// A script read from the standard input, a command at a time.
async fn run_lines(mut shell: Shell, mut lines: LineReader) -> i32 {
    let mut number = 1;
    let mut text = String::new();
    loop {
        let line = lines.next_line().await.ok().flatten();
        let last = line.is_none();
        if let Some(line) = line {
            text.push_str(&String::from_utf8_lossy(&line));
        }
        if text.len() > MAX_SCRIPT {
            shell.complain(Errno::EFBIG.text()).await;
            return 1;
        }
        if !last && crate::interactive::is_unfinished(&shell, &text) {
            continue;
        }
        let whole = std::mem::take(&mut text);
        let outcome = shell.run_text(&whole, number).await;
        number += u32::try_from(whole.matches('\n').count()).unwrap_or(0);
        match outcome {
            Ok(()) | Err(Flow::Abort) if !last => {}
            outcome => return end(shell, outcome).await,
        }
    }
}

async fn run_script(mut shell: Shell, path: &str, args: Vec<String>) -> i32 {
    let proc = shell.proc.clone();
    let own = os::path::basename(&shell.name).to_owned();
    let text = match read_script(&proc, path).await {
        Ok(text) => text,
        Err(error) => {
            let status = if error == Errno::ENOENT { 127 } else { 126 };
            let (text, status) = match (shell.is_ash(), error) {
                (true, _) => (format!("{own}: can't open '{path}': {}\n", error.text()), 2),
                (false, Errno::ENOEXEC) => {
                    (format!("{path}: {path}: cannot execute binary file\n"), 126)
                }
                (false, _) => (format!("{own}: {path}: {}\n", error.text()), status),
            };
            proc.eprint(text).await;
            return status;
        }
    };
    shell.name = path.into();
    shell.positional = args.into();
    let outcome = shell.run_text(&text, 1).await;
    end(shell, outcome).await
}

/// The text of a script: a path, else a file of that name in PATH.
pub(crate) async fn read_script(proc: &Proc, path: &str) -> Result<String, Errno> {
    let mut full = proc.absolute(path);
    if !path.contains('/') && !proc.vfs().exists(&proc.cred(), &full) {
        let list = proc.env("PATH").unwrap_or_default();
        let found = list.split(':').map(|dir| os::path::join(dir, path));
        let found = found
            .into_iter()
            .find(|path| proc.vfs().exists(&proc.cred(), path));
        full = found.unwrap_or(full);
    }
    if proc.vfs().is_dir(&proc.cred(), &full) {
        return Err(Errno::EISDIR);
    }
    drop(proc.open(&full, OpenFlags::READ)?);
    let data = proc.read_path(&full, MAX_SCRIPT).await?;
    let first = data.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first.contains(&0) {
        return Err(Errno::ENOEXEC);
    }
    Ok(String::from_utf8(data)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Runs a file without `#!` as a script of the shell that tried to execute it. `args` begin with the command's name.
pub(crate) async fn run_script_file(
    proc: &Proc,
    dialect: Dialect,
    path: &str,
    args: &[String],
) -> i32 {
    let mut shell = Shell::new(proc, dialect, Style::Script);
    shell.name = if dialect == Dialect::Bash {
        "bash"
    } else {
        "sh"
    }
    .into();
    let rest = args.get(1..).unwrap_or_default().to_vec();
    Box::pin(run_script(shell, path, rest)).await
}
