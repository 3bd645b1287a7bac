//! What a program holds of itself: the handle through which it makes system calls.

mod children;
mod files;
mod signals;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use sim::Sim;

use crate::env::Env;
use crate::errno::SysResult;
use crate::exec::ExecError;
use crate::file::{FdTable, File};
use crate::host::EditOutcome;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::path;
use crate::process::{ExitStatus, Pid, Process, Running, State};
use crate::signal::{Disposition, Signal};
use crate::tty::Tty;
use crate::vfs::Cred;

/// Which process group a new process belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A new one, led by it.
    New,
    /// This one.
    Join(Pid),
}

/// All that a new process starts with.
#[derive(Clone)]
pub struct Spawn {
    /// Arguments, the program's name first.
    pub args: Vec<String>,
    /// Environment.
    pub env: Env,
    /// Working directory.
    pub cwd: String,
    /// Descriptors.
    pub fds: FdTable,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Supplementary groups.
    pub groups: Rc<[u32]>,
    /// Bits taken from new files' modes.
    pub umask: u16,
    /// Parent; 0 when the host starts it.
    pub parent: Pid,
    /// Process group.
    pub group: Group,
    /// Controlling terminal.
    pub tty: Option<Tty>,
    /// Signals that start out ignored.
    pub ignored: Vec<Signal>,
}

impl Default for Spawn {
    fn default() -> Self {
        let null = File::null();
        Spawn {
            args: Vec::new(),
            env: Env::default(),
            cwd: "/".into(),
            fds: FdTable::standard(null.clone(), null.clone(), null),
            uid: 0,
            gid: 0,
            groups: Rc::new([]),
            umask: 0o022,
            parent: 0,
            group: Group::New,
            tty: None,
            ignored: Vec::new(),
        }
    }
}

impl Spawn {
    fn cred(&self, now: sim::Time) -> Cred {
        Cred {
            uid: self.uid,
            gid: self.gid,
            groups: self.groups.clone(),
            umask: self.umask,
            now: now.as_micros(),
        }
    }
}

/// A process, as its program sees itself, or as somebody sees another. Clones are the same process.
#[derive(Clone)]
pub struct Proc {
    process: Rc<Process>,
    machine: Machine,
}

impl Machine {
    /// Starts a process that runs `main`.
    pub fn spawn<F, Fut>(&self, spawn: Spawn, main: F) -> SysResult<Proc>
    where
        F: FnOnce(Proc) -> Fut,
        Fut: Future<Output = i32> + 'static,
    {
        let pid = self.next_pid()?;
        let group = match spawn.group {
            Group::New => pid,
            Group::Join(group) => group,
        };
        let process = Rc::new(Process {
            pid,
            parent: Cell::new(spawn.parent),
            group: Cell::new(group),
            tty: spawn.tty,
            args: RefCell::new(spawn.args.into()),
            flavor: RefCell::new("gnu".into()),
            exe: RefCell::new("".into()),
            env: RefCell::new(spawn.env),
            cwd: RefCell::new(spawn.cwd.into()),
            fds: RefCell::new(spawn.fds),
            uid: Cell::new(spawn.uid),
            gid: Cell::new(spawn.gid),
            groups: spawn.groups,
            umask: Cell::new(spawn.umask),
            signals: RefCell::default(),
            state: Cell::new(State::Running),
            untold: Cell::new(false),
            killed: Cell::new(None),
            waker: RefCell::new(None),
            watchers: RefCell::default(),
            started: self.sim().now(),
            parts: RefCell::default(),
            next: RefCell::default(),
            cpu_used: Cell::new(Duration::ZERO),
            cpu_owed: Cell::new(Duration::ZERO),
            cpu_busy: Cell::new((self.sim().now(), Duration::ZERO)),
            memory: Cell::new(0),
            touched: Cell::new(0),
            host_pid: Cell::new(self.memory().map_or(pid, Memory::next_pid)),
            lost: Cell::new(None),
        });
        for signal in spawn.ignored {
            let mut signals = process.signals.borrow_mut();
            signals.dispositions.insert(signal, Disposition::Ignore);
        }
        self.add_process(process.clone());
        let proc = Proc {
            process: process.clone(),
            machine: self.clone(),
        };
        let program = Box::pin(main(proc.clone()));
        self.sim().spawn(
            "process",
            Running {
                process,
                machine: self.clone(),
                program: Some(program),
            },
        );
        Ok(proc)
    }

    /// Starts a process from an executable file, as the container runtime and `exec` do: the command is looked up in
    /// the PATH of the given environment.
    pub fn spawn_command(&self, spawn: Spawn) -> Result<Proc, ExecError> {
        let cred = spawn.cred(self.sim().now());
        let search = spawn.env.get("PATH").unwrap_or(DEFAULT_PATH);
        let name = spawn.args.first().map_or("", String::as_str);
        let full = self.find_executable(&cred, &spawn.cwd, search, name)?;
        let loaded = self.load(&cred, &full, &spawn.args)?;
        let spawn = Spawn {
            args: loaded.args,
            ..spawn
        };
        let main = loaded.program.main.clone();
        let proc = self
            .spawn(spawn, move |proc| {
                *proc.process.flavor.borrow_mut() = loaded.flavor;
                *proc.process.exe.borrow_mut() = loaded.exe;
                main(proc)
            })
            .map_err(ExecError::Errno)?;
        Ok(proc)
    }
}

/// Where commands are looked for when PATH is not set.
pub(crate) const DEFAULT_PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Identity and surroundings.
impl Proc {
    /// The machine it runs on.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The simulation.
    pub fn sim(&self) -> &Sim {
        self.machine.sim()
    }

    /// The present virtual time.
    pub fn now(&self) -> sim::Time {
        self.machine.sim().now()
    }

    /// Its id.
    pub fn pid(&self) -> Pid {
        self.process.pid
    }

    /// Its parent's id.
    pub fn parent(&self) -> Pid {
        self.process.parent.get()
    }

    /// Its process group.
    pub fn group(&self) -> Pid {
        self.process.group.get()
    }

    /// Moves it to another process group.
    pub fn set_group(&self, group: Pid) {
        self.process.group.set(group);
    }

    /// Arguments, the program's name first.
    pub fn args(&self) -> Rc<[String]> {
        self.process.args.borrow().clone()
    }

    /// The name it was called by, without directories.
    pub fn name(&self) -> String {
        let args = self.args();
        path::basename(args.first().map_or("", String::as_str)).to_owned()
    }

    /// Whose spelling of messages its executable has: `gnu` or `busybox`.
    pub fn flavor(&self) -> Rc<str> {
        self.process.flavor.borrow().clone()
    }

    /// Whether it is one of busybox's small tools.
    pub fn is_busybox(&self) -> bool {
        &**self.process.flavor.borrow() == "busybox"
    }

    /// The path of the executable that runs.
    pub fn exe(&self) -> Rc<str> {
        self.process.exe.borrow().clone()
    }

    /// User and group.
    pub fn ids(&self) -> (u32, u32) {
        (self.process.uid.get(), self.process.gid.get())
    }

    /// Supplementary groups.
    pub fn groups(&self) -> Rc<[u32]> {
        self.process.groups.clone()
    }

    /// Bits taken from new files' modes.
    pub fn umask(&self) -> u16 {
        self.process.umask.get()
    }

    /// Sets the umask.
    pub fn set_umask(&self, umask: u16) {
        self.process.umask.set(umask & 0o777);
    }

    /// An environment variable.
    pub fn env(&self, name: &str) -> Option<String> {
        self.process.env.borrow().get(name).map(str::to_owned)
    }

    /// The whole environment.
    pub fn environment(&self) -> BTreeMap<String, String> {
        (&*self.process.env.borrow()).into()
    }

    /// Replaces the environment.
    pub fn set_environment(&self, env: impl Into<Env>) {
        *self.process.env.borrow_mut() = env.into();
    }

    /// What this process is doing.
    pub fn state(&self) -> State {
        self.process.state.get()
    }

    /// How it ended, if it has.
    pub fn ended(&self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// Processor time it has used.
    pub fn cpu_used(&self) -> Duration {
        self.process.cpu_used.get()
    }
}

/// What only the world outside can do.
impl Proc {
    /// Gives the playground's own hint for the error just printed. It is no part of the output, and shown only where
    /// somebody learns.
    pub fn hint(&self, text: &str) {
        self.machine.host().hint(text);
    }

    /// Has a file edited, and waits until that is over. None: there is nobody who could open an editor.
    pub async fn edit(&self, path: &str, text: &str, line: u32) -> Option<EditOutcome> {
        if !self.machine.host().can_edit() {
            return None;
        }
        let full = path::clean(&self.absolute(path));
        let answer = self.machine.host().edit(full, text.to_owned(), line);
        Some(answer.await.unwrap_or(EditOutcome::Closed))
    }
}
