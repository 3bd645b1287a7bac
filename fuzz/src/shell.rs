//! What the shell reads: scripts, lines at the prompt, words to complete, and the languages of its tools.

use std::collections::BTreeMap;
use std::time::Duration;

use os::{Capture, FdTable, File, Fs, Group, Machine, Programs, Signal, Spawn, Vfs};
use shell::syntax::Parser;
use shell::{Session, Start};
use sim::{Sim, Time};

/// Steps that one input may take.
const STEPS: usize = 20_000;
/// Virtual seconds that it may take.
const SECONDS: u64 = 600;
/// Bytes of an input: longer ones say nothing new.
const MAX_INPUT: usize = 4096;

fn machine() -> (Sim, Machine) {
    let sim = Sim::new(7, Time::from_secs(1_800_000_000));
    let programs = Programs::new();
    shell::register(&programs);
    let now = sim.now().as_micros();
    let vfs = Vfs::new(Fs::new("overlay", now));
    vfs.make_basics(now)
        .expect("a fresh file system takes them");
    for name in programs.names() {
        vfs.install(now, &format!("/usr/bin/{name}"), &name, "gnu")
            .expect("a fresh file system takes it");
    }
    let machine = Machine::new(&sim, &programs, "fuzz", vfs);
    let cred = machine.root_cred();
    machine
        .vfs()
        .mkdir_all(&cred, "/root", 0o755)
        .expect("a fresh file system takes it");
    (sim, machine)
}

fn environment() -> BTreeMap<String, String> {
    [("HOME", "/root"), ("PATH", "/usr/bin")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn pass(sim: &Sim, mut until_done: impl FnMut() -> bool) {
    let until = sim.now() + Duration::from_secs(SECONDS);
    for _ in 0..STEPS {
        if until_done() || !sim.step(until) {
            return;
        }
    }
}

/// A script is parsed, or refused.
pub fn syntax(text: &str) {
    let mut parser = Parser::new(text, 1, &());
    while let Ok(Some(list)) = parser.next_command() {
        for item in &list.0 {
            let shown = shell::syntax::print::and_or(&item.and_or);
            let mut again = Parser::new(&shown, 1, &());
            let _ = again.next_command();
        }
    }
}

/// A script is run by bash and by ash for a while, then killed.
pub fn scripts(text: &str) {
    if text.len() > MAX_INPUT || text.contains('\0') {
        return;
    }
    for shell in ["bash", "sh"] {
        let (sim, machine) = machine();
        let out = File::from_stream(Capture::new(1 << 20));
        let spawn = Spawn {
            args: vec![shell.into(), "-c".into(), text.into()],
            env: environment().into(),
            cwd: "/root".into(),
            fds: FdTable::standard(File::null(), out.clone(), out),
            group: Group::New,
            ..Spawn::default()
        };
        let Ok(proc) = machine.spawn_command(spawn) else {
            continue;
        };
        pass(&sim, || proc.ended().is_some());
        let _ = machine.kill(proc.pid(), Signal::KILL);
    }
}

/// Lines are typed at a prompt, each completed at first; what is running then gets the next ones as keys.
pub fn prompt(text: &str) {
    if text.len() > MAX_INPUT {
        return;
    }
    let (sim, machine) = machine();
    let start = Start {
        env: environment(),
        cwd: "/root".into(),
        ..Start::default()
    };
    let session = Session::start(&machine, start).expect("a fresh machine runs a shell");
    pass(&sim, || session.prompt().is_some());
    for line in text.split('\n').take(16) {
        if session.ended().is_some() {
            return;
        }
        let _ = session.complete(line, line.len());
        let before = session.prompts();
        if session.prompt().is_some() {
            session.line(line);
        } else {
            session.keys(line.as_bytes());
            session.keys(b"\r");
        }
        pass(&sim, || {
            session.prompts() > before || session.ended().is_some()
        });
    }
    session.keys(&[3]);
    pass(&sim, || {
        session.prompt().is_some() || session.ended().is_some()
    });
    session.hang_up();
}

/// The first line is a program of one of the tools, the others its input.
pub fn tools(text: &str) {
    if text.len() > MAX_INPUT || text.contains('\0') {
        return;
    }
    let (program, input) = text.split_once('\n').unwrap_or((text, ""));
    for tool in [
        &["sed"][..],
        &["awk"],
        &["jq"],
        &["grep", "-E"],
        &["grep", "-oP"],
        &["xargs", "echo"],
        &["printf"],
        &["date", "-d"],
        &["find", "/root"],
        &["tr"],
        &["sort", "-k"],
        &["cut", "-c"],
        &["expr"],
    ] {
        let (sim, machine) = machine();
        let cred = machine.root_cred();
        let _ = machine
            .vfs()
            .write_file(&cred, "/root/input", input.as_bytes());
        let out = File::from_stream(Capture::new(1 << 20));
        let mut args: Vec<String> = tool.iter().map(|word| (*word).to_owned()).collect();
        args.push(program.to_owned());
        let spawn = Spawn {
            args,
            env: environment().into(),
            cwd: "/root".into(),
            fds: FdTable::standard(
                File::from_stream(os::Input::fixed(input.as_bytes())),
                out.clone(),
                out,
            ),
            ..Spawn::default()
        };
        let Ok(proc) = machine.spawn_command(spawn) else {
            continue;
        };
        pass(&sim, || proc.ended().is_some());
    }
}
