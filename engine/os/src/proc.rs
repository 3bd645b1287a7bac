//! What a program holds of itself: the handle through which it makes system calls.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use sim::Sim;

use crate::cpu;
use crate::errno::{Errno, SysResult};
use crate::exec::ExecError;
use crate::file::{FdTable, File};
use crate::host::EditOutcome;
use crate::machine::Machine;
use crate::path;
use crate::process::{ExitStatus, Pid, Process, Running, State};
use crate::signal::{Disposition, Signal};
use crate::tty::{Tty, WindowSize};
use crate::vfs::{Cred, Device, Node, OpenFlags, Vfs};

/// The price of a system call.
const SYSCALL: Duration = Duration::from_micros(2);
/// Bytes moved for the price of one microsecond.
const BYTES_PER_MICRO: usize = 1000;

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
    pub env: BTreeMap<String, String>,
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
            env: BTreeMap::new(),
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
            cpu_used: Cell::new(Duration::ZERO),
            cpu_owed: Cell::new(Duration::ZERO),
            memory: Cell::new(0),
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
        let search = spawn.env.get("PATH").map_or(DEFAULT_PATH, String::as_str);
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
        self.process.env.borrow().get(name).cloned()
    }

    /// The whole environment.
    pub fn environment(&self) -> BTreeMap<String, String> {
        self.process.env.borrow().clone()
    }

    /// Replaces the environment.
    pub fn set_environment(&self, env: BTreeMap<String, String>) {
        *self.process.env.borrow_mut() = env;
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

/// Files.
impl Proc {
    /// The file system.
    pub fn vfs(&self) -> &Vfs {
        self.machine.vfs()
    }

    /// Who it is, for file operations now.
    pub fn cred(&self) -> Cred {
        Cred {
            uid: self.process.uid.get(),
            gid: self.process.gid.get(),
            groups: self.process.groups.clone(),
            umask: self.process.umask.get(),
            now: self.now().as_micros(),
        }
    }

    /// The working directory.
    pub fn cwd(&self) -> Rc<str> {
        self.process.cwd.borrow().clone()
    }

    /// Changes the working directory.
    pub fn chdir(&self, path: &str) -> SysResult<()> {
        let found = self.vfs().stat(&self.cred(), &self.absolute(path))?;
        if !found.inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        if !self.cred().allows(&found.inode, 1) {
            return Err(Errno::EACCES);
        }
        *self.process.cwd.borrow_mut() = found.path.as_str().into();
        Ok(())
    }

    /// A path as seen from the working directory; the empty path stays empty (and is not found).
    pub fn absolute(&self, path: &str) -> String {
        if path.is_empty() {
            String::new()
        } else {
            path::join(&self.cwd(), path)
        }
    }

    /// Opens a file, directory or device.
    pub fn open(&self, path: &str, flags: OpenFlags) -> SysResult<File> {
        let full = self.absolute(path);
        let cred = self.cred();
        if let Some(fd) = descriptor_path(&full) {
            return self.fd(fd).map_err(|_| Errno::ENOENT);
        }
        match self.vfs().stat(&cred, &full) {
            Ok(found) => match &found.inode.node {
                Node::Dir(_) if flags.write => Err(Errno::EISDIR),
                Node::Dir(_) => Ok(File::from_directory(found.path)),
                Node::Device(device) => self.open_device(*device, &found.inode, flags),
                _ => Ok(File::from_regular(
                    self.vfs().open_regular(&cred, &full, flags)?,
                )),
            },
            Err(Errno::ENOENT) => Ok(File::from_regular(
                self.vfs().open_regular(&cred, &full, flags)?,
            )),
            Err(error) => Err(error),
        }
    }

    fn open_device(
        &self,
        device: Device,
        inode: &crate::vfs::Inode,
        flags: OpenFlags,
    ) -> SysResult<File> {
        let bits = u16::from(flags.read) * 4 + u16::from(flags.write) * 2;
        if !self.cred().allows(inode, bits) {
            return Err(Errno::EACCES);
        }
        match device {
            Device::Tty => {
                let tty = self.process.tty.clone().ok_or(Errno::ENOTTY)?;
                Ok(File::from_tty(tty))
            }
            Device::Fd(fd) => self.fd(fd).map_err(|_| Errno::ENOENT),
            Device::Random => {
                let seed = self.machine.0.rng.borrow_mut().next_u64();
                let rng = sim::Rng::new(seed, "random");
                Ok(File::from_device(device, Some(rng)))
            }
            _ => Ok(File::from_device(device, None)),
        }
    }

    /// The open file behind a descriptor.
    pub fn fd(&self, fd: u32) -> SysResult<File> {
        self.process.fds.borrow().get(fd)
    }

    /// A copy of the descriptor table.
    pub fn fds(&self) -> FdTable {
        self.process.fds.borrow().clone()
    }

    /// Replaces the descriptor table.
    pub fn set_fds(&self, fds: FdTable) {
        let old = self.process.fds.replace(fds);
        drop(old);
    }

    /// Puts an open file at a descriptor.
    pub fn set_fd(&self, fd: u32, file: File) -> SysResult<()> {
        let old = self.process.fds.borrow().get(fd);
        self.process.fds.borrow_mut().set(fd, file)?;
        drop(old);
        Ok(())
    }

    /// Closes a descriptor.
    pub fn close_fd(&self, fd: u32) -> SysResult<()> {
        let file = self.fd(fd)?;
        self.process.fds.borrow_mut().close(fd)?;
        drop(file);
        Ok(())
    }

    /// Whether a descriptor is a terminal.
    pub fn is_tty(&self, fd: u32) -> bool {
        self.fd(fd).is_ok_and(|file| file.tty().is_some())
    }

    /// The controlling terminal.
    pub fn tty(&self) -> Option<Tty> {
        self.process.tty.clone()
    }

    /// The window behind a standard descriptor or the controlling terminal, if there is one.
    pub fn window_size(&self) -> Option<WindowSize> {
        let fds = self.process.fds.borrow();
        let of_fd = [1, 0, 2]
            .into_iter()
            .find_map(|fd| fds.get(fd).ok()?.tty().map(Tty::size));
        of_fd.or_else(|| self.process.tty.as_ref().map(Tty::size))
    }

    /// Reads from a descriptor: at most `max` bytes, at least one; empty at the end.
    pub async fn read(&self, fd: u32, max: usize) -> SysResult<Bytes> {
        let file = self.fd(fd)?;
        self.read_file_from(&file, max).await
    }

    /// Reads from an open file, as [`Proc::read`].
    pub async fn read_file_from(&self, file: &File, max: usize) -> SysResult<Bytes> {
        let data = poll_fn(|cx| {
            if let Some(tty) = file.tty()
                && self.in_background_of(tty)
            {
                if self.process.disposition(Signal::TTIN) == Disposition::Ignore {
                    return Poll::Ready(Err(Errno::EIO));
                }
                self.process.deliver(Signal::TTIN, false);
                return Poll::Pending;
            }
            file.poll_read(cx, max)
        })
        .await?;
        self.cpu(transfer_cost(data.len())).await;
        Ok(data)
    }

    fn in_background_of(&self, tty: &Tty) -> bool {
        let own = self.process.tty.as_ref().is_some_and(|own| own.same(tty));
        own && tty
            .foreground()
            .is_some_and(|group| group != self.process.group.get())
    }

    /// Reads a descriptor to its end, holding at most `limit` bytes ("File too large" beyond).
    pub async fn read_to_end(&self, fd: u32, limit: usize) -> SysResult<Vec<u8>> {
        let file = self.fd(fd)?;
        let mut all = Vec::new();
        loop {
            let data = self.read_file_from(&file, 65_536).await?;
            if data.is_empty() {
                return Ok(all);
            }
            if all.len() + data.len() > limit {
                return Err(Errno::EFBIG);
            }
            all.extend_from_slice(&data);
        }
    }

    /// Writes all bytes to a descriptor. A closed pipe ends the process by SIGPIPE, a full capture by SIGXFSZ,
    /// unless it handles or ignores them.
    pub async fn write(&self, fd: u32, data: impl Into<Bytes>) -> SysResult<()> {
        let file = self.fd(fd)?;
        self.write_file_to(&file, data).await
    }

    /// Writes all bytes to an open file, as [`Proc::write`].
    pub async fn write_file_to(&self, file: &File, data: impl Into<Bytes>) -> SysResult<()> {
        let mut data: Bytes = data.into();
        self.cpu(transfer_cost(data.len())).await;
        while !data.is_empty() {
            let now = self.now();
            let written = match poll_fn(|cx| file.poll_write(cx, &data, now)).await {
                Ok(written) => written,
                Err(error) => {
                    match error {
                        Errno::EPIPE => self.raise(Signal::PIPE).await,
                        Errno::EFBIG => self.raise(Signal::XFSZ).await,
                        _ => {}
                    }
                    return Err(error);
                }
            };
            data = data.slice(written..);
        }
        Ok(())
    }

    /// Writes text to standard output; errors are dropped (a closed pipe has ended the process).
    pub async fn print(&self, text: impl AsRef<str>) {
        let _ = self
            .write(1, Bytes::copy_from_slice(text.as_ref().as_bytes()))
            .await;
    }

    /// Writes text to standard error.
    pub async fn eprint(&self, text: impl AsRef<str>) {
        let _ = self
            .write(2, Bytes::copy_from_slice(text.as_ref().as_bytes()))
            .await;
    }

    /// The content of a file by its path, devices and descriptors included.
    pub async fn read_path(&self, path: &str, limit: usize) -> SysResult<Vec<u8>> {
        let file = self.open(path, OpenFlags::READ)?;
        let mut all = Vec::new();
        loop {
            let data = self.read_file_from(&file, 65_536).await?;
            if data.is_empty() {
                return Ok(all);
            }
            if all.len() + data.len() > limit {
                return Err(Errno::EFBIG);
            }
            all.extend_from_slice(&data);
        }
    }
}

/// Time, processor and memory.
impl Proc {
    /// Does nothing for a while.
    pub async fn sleep(&self, duration: Duration) {
        self.sim().sleep(duration).await;
    }

    /// Uses processor time. Small amounts are added up before the process really waits for them.
    pub async fn cpu(&self, cost: Duration) {
        let used = self.process.cpu_used.get();
        let price = cpu::price(cost, used);
        self.process.cpu_used.set(used + price);
        self.machine.add_cpu(price);
        let owed = self.process.cpu_owed.get() + price;
        if owed < cpu::PORTION {
            self.process.cpu_owed.set(owed);
            return;
        }
        self.process.cpu_owed.set(Duration::ZERO);
        if self
            .machine
            .limits()
            .cpu
            .is_some_and(|limit| used + price > limit)
        {
            self.raise(Signal::XCPU).await;
        }
        self.sim().sleep(owed).await;
    }

    /// Holds memory; over the machine's limit the largest process is killed.
    pub async fn charge(&self, bytes: u64) {
        self.machine.charge(&self.process, bytes);
        if self.process.killed.get().is_some() {
            // Never goes on: the task ends at this point.
            std::future::pending::<()>().await;
        }
    }

    /// Lets memory go.
    pub fn free(&self, bytes: u64) {
        let held = self.process.memory.get();
        self.process.memory.set(held.saturating_sub(bytes));
    }
}

/// Signals.
impl Proc {
    /// Says what to do with a signal.
    pub fn set_disposition(&self, signal: Signal, disposition: Disposition) {
        let mut signals = self.process.signals.borrow_mut();
        if disposition == Disposition::Default {
            signals.dispositions.remove(&signal);
        } else if !signal.is_absolute() {
            signals.dispositions.insert(signal, disposition);
        }
        if disposition != Disposition::Catch {
            signals.caught.retain(|caught| *caught != signal);
        }
    }

    /// What is set for a signal.
    pub fn disposition(&self, signal: Signal) -> Disposition {
        self.process.disposition(signal)
    }

    /// Takes the oldest caught signal.
    pub fn take_signal(&self) -> Option<Signal> {
        self.process.signals.borrow_mut().caught.pop_front()
    }

    /// Whether a caught signal waits to be taken.
    pub fn has_signal(&self) -> bool {
        !self.process.signals.borrow().caught.is_empty()
    }

    /// Waits for a caught signal, without taking it.
    pub async fn signal_waits(&self) {
        poll_fn(|cx| {
            let mut signals = self.process.signals.borrow_mut();
            if signals.caught.is_empty() {
                signals.waiters.register(cx);
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Waits for a caught signal and takes it.
    pub async fn next_signal(&self) -> Signal {
        loop {
            self.signal_waits().await;
            if let Some(signal) = self.take_signal() {
                return signal;
            }
        }
    }

    /// Sends itself a signal; does not come back if that ends the process.
    pub async fn raise(&self, signal: Signal) {
        self.process.deliver(signal, false);
        if self.process.killed.get().is_some() {
            std::future::pending::<()>().await;
        }
    }

    /// Sends a signal to a process, or with a negative id to a group, as `kill(2)`.
    pub fn kill(&self, pid: i64, signal: Signal) -> SysResult<()> {
        let allowed = |target: u32| self.process.uid.get() == 0 || self.process.uid.get() == target;
        if pid < 0 || pid == 0 {
            let group = if pid == 0 {
                self.group()
            } else {
                u32::try_from(-pid).map_err(|_| Errno::ESRCH)?
            };
            return match self.machine.kill_group(group, signal) {
                0 => Err(Errno::ESRCH),
                _ => Ok(()),
            };
        }
        let pid = u32::try_from(pid).map_err(|_| Errno::ESRCH)?;
        let target = self.machine.process(pid).ok_or(Errno::ESRCH)?;
        if !allowed(target.uid.get()) {
            return Err(Errno::EPERM);
        }
        self.machine.kill_from_inside(pid, signal)
    }

    /// Whether a process of that id is there.
    pub fn process_exists(&self, pid: Pid) -> bool {
        self.machine.process(pid).is_some()
    }
}

/// Children.
impl Proc {
    /// What a child would start with if it were forked now.
    pub fn fork_spawn(&self) -> Spawn {
        let signals = self.process.signals.borrow();
        let ignored = signals
            .dispositions
            .iter()
            .filter(|(_, disposition)| **disposition == Disposition::Ignore);
        Spawn {
            args: self.args().to_vec(),
            env: self.environment(),
            cwd: self.cwd().to_string(),
            fds: self.fds(),
            uid: self.process.uid.get(),
            gid: self.process.gid.get(),
            groups: self.process.groups.clone(),
            umask: self.process.umask.get(),
            parent: self.process.pid,
            group: Group::Join(self.process.group.get()),
            tty: self.process.tty.clone(),
            ignored: ignored.map(|(signal, _)| *signal).collect(),
        }
    }

    /// Becomes another program: same process, other code. Gives its exit code.
    pub async fn exec(&self, full: &str, args: &[String]) -> Result<i32, ExecError> {
        let loaded = self.machine.load(&self.cred(), full, args)?;
        *self.process.args.borrow_mut() = loaded.args.into();
        *self.process.flavor.borrow_mut() = loaded.flavor;
        *self.process.exe.borrow_mut() = loaded.exe;
        {
            let mut signals = self.process.signals.borrow_mut();
            signals
                .dispositions
                .retain(|_, disposition| *disposition == Disposition::Ignore);
            signals.caught.clear();
        }
        Ok((loaded.program.main)(self.clone()).await)
    }

    /// Waits until it ends, whoever's child it is.
    pub async fn wait_end(&self) -> ExitStatus {
        poll_fn(|cx| match self.process.ended() {
            Some(status) => Poll::Ready(status),
            None => {
                self.process.watchers.borrow_mut().register(cx);
                Poll::Pending
            }
        })
        .await
    }

    /// Waits until it ends or stops; the end of a process waited for by its parent takes it off the table.
    pub async fn wait_change(&self) -> State {
        poll_fn(|cx| {
            let state = self.process.state.get();
            if self.process.untold.get() && state != State::Running {
                self.process.untold.set(false);
                return Poll::Ready(state);
            }
            if let State::Ended(_) = state {
                return Poll::Ready(state);
            }
            self.process.watchers.borrow_mut().register(cx);
            Poll::Pending
        })
        .await
    }

    /// Registers interest in any change of this process's state (to wait for several at once).
    pub fn watch(&self, cx: &std::task::Context<'_>) {
        self.process.watchers.borrow_mut().register(cx);
    }

    /// Takes an ended child off the process table.
    pub fn reap(&self) {
        if self.process.ended().is_some() {
            self.machine.reap(self.process.pid);
        }
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

/// The descriptor that a path like `/dev/fd/63` stands for.
fn descriptor_path(path: &str) -> Option<u32> {
    let number = path
        .strip_prefix("/dev/fd/")
        .or_else(|| path.strip_prefix("/proc/self/fd/"))?;
    number.parse().ok()
}

fn transfer_cost(bytes: usize) -> Duration {
    SYSCALL + Duration::from_micros((bytes / BYTES_PER_MICRO) as u64)
}
