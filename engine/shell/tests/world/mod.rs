//! A machine with the shell and all tools on it.

#![allow(dead_code, reason = "each test file uses its part of it")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use os::{Capture, FdTable, File, Fs, Machine, Programs, Spawn, Vfs};
use shell::{Session, Start};
use sim::{Sim, Time};

/// Virtual seconds that one command may take.
const LIMIT: u64 = 100_000;
/// Steps that one command may take.
const BUDGET: u64 = 20_000_000;

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) machine: Machine,
    session: RefCell<Option<Session>>,
}

impl World {
    /// With busybox' tools, or GNU's.
    pub(crate) fn new(busybox: bool) -> Self {
        let sim = Sim::new(7, Time::from_secs(1_795_374_000));
        let programs = Programs::new();
        shell::register(&programs);
        let now = sim.now().as_micros();
        let vfs = Vfs::new(Fs::new("overlay", now));
        vfs.make_basics(now).unwrap();
        for name in programs.names() {
            vfs.install(
                now,
                &format!("/bin/{name}"),
                &name,
                if busybox { "busybox" } else { "gnu" },
            )
            .unwrap();
        }
        vfs.install(now, "/usr/bin/env", "env", "gnu").unwrap();
        let machine = Machine::new(&sim, &programs, "tabernetes", vfs);
        machine
            .vfs()
            .mkdir_all(&machine.root_cred(), "/root", 0o700)
            .unwrap();
        World {
            sim,
            machine,
            session: RefCell::new(None),
        }
    }

    fn environment() -> BTreeMap<String, String> {
        [("HOME", "/root"), ("PATH", "/usr/local/bin:/usr/bin:/bin")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Runs `SHELL -c LINE` to its end; gives what it printed on both outputs, and its exit code.
    pub(crate) fn run(&self, shell: &str, line: &str) -> (String, i32) {
        let out = Capture::new(4 << 20);
        let file = File::from_stream(out.clone());
        let spawn = Spawn {
            args: vec![shell.into(), "-c".into(), line.into()],
            env: Self::environment().into(),
            cwd: "/root".into(),
            fds: FdTable::standard(File::null(), file.clone(), file),
            ..Spawn::default()
        };
        let proc = self.machine.spawn_command(spawn).unwrap();
        self.to_end(&proc);
        let status = proc.ended().map_or(-1, os::ExitStatus::code);
        (String::from_utf8_lossy(&out.take()).into_owned(), status)
    }

    /// As [`World::run`] in bash, in the folder `cwd`, with both outputs apart.
    pub(crate) fn run_apart(&self, cwd: &str, line: &str) -> (String, String, i32) {
        let cred = self.machine.root_cred();
        self.machine.vfs().mkdir_all(&cred, cwd, 0o755).unwrap();
        let (out, err) = (Capture::new(4 << 20), Capture::new(4 << 20));
        let mut env = Self::environment();
        for (name, value) in [("LANG", "C.UTF-8"), ("TZ", "UTC"), ("COLUMNS", "80")] {
            env.insert(name.to_owned(), value.to_owned());
        }
        let fds = FdTable::standard(
            File::null(),
            File::from_stream(out.clone()),
            File::from_stream(err.clone()),
        );
        let spawn = Spawn {
            args: vec!["bash".into(), "-c".into(), line.into()],
            env: env.into(),
            cwd: cwd.into(),
            fds,
            ..Spawn::default()
        };
        let proc = self.machine.spawn_command(spawn).unwrap();
        self.to_end(&proc);
        let status = proc.ended().map_or(-1, os::ExitStatus::code);
        let text = |capture: &Capture| String::from_utf8_lossy(&capture.take()).into_owned();
        (text(&out), text(&err), status)
    }

    /// Lets time pass until a process has ended.
    fn to_end(&self, proc: &os::Proc) {
        let mut budget = BUDGET;
        let until = self.sim.now() + Duration::from_secs(LIMIT);
        while proc.ended().is_none() && self.sim.now() < until && budget > 0 {
            if !self.sim.step(until) {
                break;
            }
            budget -= 1;
        }
    }

    /// Starts an interactive shell that waits for its first line.
    pub(crate) fn session(&self) -> Session {
        let start = Start {
            env: Self::environment(),
            cwd: "/root".into(),
            aliases: [("k".to_owned(), "kubectl".to_owned())].into(),
            ..Start::default()
        };
        let session = Session::start(&self.machine, start).unwrap();
        self.settle(&session, 0);
        session
    }

    /// Runs lines in an interactive shell (one for all calls) until it asks for the next.
    pub(crate) fn in_session(&self, lines: &str) -> (String, i32) {
        let mut slot = self.session.borrow_mut();
        let session = slot.get_or_insert_with(|| self.session());
        let before = session.prompts();
        session.line(lines);
        self.settle(session, before + lines.matches('\n').count() as u64);
        let text = String::from_utf8_lossy(&session.tty().take_output()).replace("\r\n", "\n");
        (text, session.ended().unwrap_or(session.status()))
    }

    /// Lets time pass until there is a new prompt.
    pub(crate) fn settle(&self, session: &Session, before: u64) {
        let until = self.sim.now() + Duration::from_secs(LIMIT);
        for _ in 0..BUDGET {
            if session.ended().is_some()
                || (session.prompts() > before && session.prompt().is_some())
            {
                return;
            }
            if !self.sim.step(until) {
                return;
            }
        }
    }
}
