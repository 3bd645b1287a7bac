//! A machine: the learner's workstation, a node, or one container's view of the world.

use std::any::{Any, TypeId};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use sim::Sim;

use crate::cpu::Quota;
use crate::errno::{Errno, SysResult};
use crate::host::HostQueue;
use crate::memory::Memory;
use crate::process::{ExitStatus, Pid, Process, State};
use crate::program::Programs;
use crate::signal::Signal;
use crate::tty::{Tty, WindowSize};
use crate::vfs::{Cred, Fs, Vfs};

/// Bounds of a machine.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Processes at one time.
    pub processes: usize,
    /// Bytes that all processes together may hold; beyond it the largest is killed (a container's memory limit).
    pub memory: u64,
    /// Of these, bytes that may really be held: what stand-ins only say that they hold ([`Proc::touch`](crate::Proc::touch))
    /// costs nothing.
    pub held: u64,
    /// Processor time of one process; beyond it SIGXCPU.
    pub cpu: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            processes: 256,
            memory: 128 << 20,
            held: 128 << 20,
            cpu: None,
        }
    }
}

/// One line of `ps`.
#[derive(Clone, Debug)]
pub struct ProcessInfo {
    /// Its id.
    pub pid: Pid,
    /// Its parent's id; 0 when the host started it.
    pub parent: Pid,
    /// Its process group.
    pub group: Pid,
    /// Who runs it.
    pub uid: u32,
    /// What it is doing.
    pub state: State,
    /// Its arguments, the program's name first.
    pub args: Rc<[String]>,
    /// When it began.
    pub started: sim::Time,
    /// Processor time used.
    pub cpu: Duration,
    /// Whether it has a terminal.
    pub has_tty: bool,
}

/// What the processes of a machine hold at least.
const UNSEEN: u64 = 256 << 10;

/// A machine, as those see it whose root is its own, or another that somebody gave them; clones are the same one.
#[derive(Clone)]
pub struct Machine(pub(crate) Rc<Inner>, Option<Vfs>);

pub(crate) struct Inner {
    pub(crate) sim: Sim,
    pub(crate) programs: Programs,
    pub(crate) vfs: Vfs,
    pub(crate) host: HostQueue,
    pub(crate) limits: Cell<Limits>,
    pub(crate) rng: RefCell<sim::Rng>,
    hostname: RefCell<String>,
    processes: RefCell<BTreeMap<Pid, Rc<Process>>>,
    last_pid: Cell<Pid>,
    /// Process 1 is the init of a namespace of its own (a container).
    contained: Cell<bool>,
    cpu_used: Cell<Duration>,
    cpu_quota: Cell<Quota>,
    out_of_memory: Cell<u32>,
    /// File systems whose files are held in its memory.
    memory_files: RefCell<Vec<Fs>>,
    /// Where its memory comes from.
    memory: OnceCell<Memory>,
    /// What it was last said to hold of it, in bytes.
    counted: Cell<u64>,
    /// What its first process holds beside what it accounts, in bytes.
    resident: Cell<u64>,
    oom_score_adj: Cell<i16>,
    /// One or two.
    extensions: RefCell<Vec<(TypeId, Rc<dyn Any>)>>,
}

impl Machine {
    /// A machine with these programs and files.
    pub fn new(sim: &Sim, programs: &Programs, hostname: &str, vfs: Vfs) -> Self {
        let inner = Inner {
            sim: sim.clone(),
            programs: programs.clone(),
            vfs,
            host: HostQueue::default(),
            limits: Cell::new(Limits::default()),
            rng: RefCell::new(sim.rng(&format!("os/{hostname}"))),
            hostname: RefCell::new(hostname.to_owned()),
            processes: RefCell::default(),
            last_pid: Cell::new(0),
            contained: Cell::new(false),
            cpu_used: Cell::new(Duration::ZERO),
            cpu_quota: Cell::default(),
            out_of_memory: Cell::new(0),
            memory_files: RefCell::default(),
            memory: OnceCell::new(),
            counted: Cell::new(0),
            resident: Cell::new(0),
            oom_score_adj: Cell::new(0),
            extensions: RefCell::default(),
        };
        Machine(Rc::new(inner), None)
    }

    /// The same machine, its processes and all else, with other files (`chroot(2)`).
    pub(crate) fn with_root(&self, vfs: Vfs) -> Self {
        Machine(Rc::clone(&self.0), Some(vfs))
    }

    /// Makes it a container: process 1 gets only signals it handles (and SIGKILL from the host), and when it ends,
    /// everything ends.
    pub fn set_contained(&self, contained: bool) {
        self.0.contained.set(contained);
    }

    /// The next process gets an id above this (workstations do not begin at 1).
    pub fn set_last_pid(&self, pid: Pid) {
        self.0.last_pid.set(pid);
    }

    /// The simulation it lives in.
    pub fn sim(&self) -> &Sim {
        &self.0.sim
    }

    /// Its files.
    pub fn vfs(&self) -> &Vfs {
        self.1.as_ref().unwrap_or(&self.0.vfs)
    }

    /// All programs there are.
    pub fn programs(&self) -> &Programs {
        &self.0.programs
    }

    /// Requests to whoever embeds it.
    pub fn host(&self) -> &HostQueue {
        &self.0.host
    }

    /// Its name.
    pub fn hostname(&self) -> String {
        self.0.hostname.borrow().clone()
    }

    /// Renames it.
    pub fn set_hostname(&self, name: &str) {
        name.clone_into(&mut self.0.hostname.borrow_mut());
    }

    /// Its bounds.
    pub fn limits(&self) -> Limits {
        self.0.limits.get()
    }

    /// Changes its bounds.
    pub fn set_limits(&self, limits: Limits) {
        self.0.limits.set(limits);
    }

    /// The superuser of now, for the host's own file operations.
    pub fn root_cred(&self) -> Cred {
        Cred::root(self.0.sim.now().as_micros())
    }

    /// Puts something at the programs' disposal that this crate knows nothing of, such as a network.
    pub fn set_extension<T: Any>(&self, value: Rc<T>) {
        let mut all = self.0.extensions.borrow_mut();
        all.retain(|(id, _)| *id != TypeId::of::<T>());
        all.reserve_exact(1);
        all.push((TypeId::of::<T>(), value));
    }

    /// What was put there by [`Machine::set_extension`].
    pub fn extension<T: Any>(&self) -> Option<Rc<T>> {
        let all = self.0.extensions.borrow();
        let (_, found) = all.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
        Rc::clone(found).downcast().ok()
    }

    /// A new terminal whose signals go to this machine's processes.
    pub fn open_tty(&self, size: WindowSize) -> Tty {
        let machine = Rc::downgrade(&self.0);
        Tty::new(
            size,
            Rc::new(move |group, signal| {
                if let Some(inner) = machine.upgrade() {
                    Machine(inner, None).kill_group(group, signal);
                }
            }),
        )
    }

    /// Sends a signal from the host. On a container's process 1, SIGKILL always works.
    pub fn kill(&self, pid: Pid, signal: Signal) -> SysResult<()> {
        let process = self.process(pid).ok_or(Errno::ESRCH)?;
        process.deliver(signal, self.is_protected(&process) && !signal.is_absolute());
        Ok(())
    }

    /// Sends a signal to a process group; tells how many processes it has.
    pub fn kill_group(&self, group: Pid, signal: Signal) -> usize {
        let members: Vec<_> = self
            .all()
            .into_iter()
            .filter(|process| process.group.get() == group)
            .collect();
        for process in &members {
            process.deliver(signal, self.is_protected(process));
        }
        members.len()
    }

    /// Sends a signal from a process of the machine: process 1 of a container cannot be killed by it.
    pub(crate) fn kill_from_inside(&self, pid: Pid, signal: Signal) -> SysResult<()> {
        let process = self.process(pid).ok_or(Errno::ESRCH)?;
        process.deliver(signal, self.is_protected(&process));
        Ok(())
    }

    fn is_protected(&self, process: &Process) -> bool {
        self.0.contained.get() && process.pid == 1
    }

    /// Kills everything.
    pub fn kill_all(&self) {
        for process in self.all() {
            process.deliver(Signal::KILL, false);
        }
    }

    /// All processes, those that ended but were not waited for included.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        self.all()
            .iter()
            .map(|process| ProcessInfo {
                pid: process.pid,
                parent: process.parent.get(),
                group: process.group.get(),
                uid: process.uid.get(),
                state: process.state.get(),
                args: process.args.borrow().clone(),
                started: process.started,
                cpu: process.cpu_used.get(),
                has_tty: process.tty.is_some(),
            })
            .collect()
    }

    /// Processor time used by all processes so far.
    pub fn cpu_used(&self) -> Duration {
        self.0.cpu_used.get()
    }

    /// Says which file systems hold their files in its memory: what is written there counts as memory.
    pub fn set_memory_files(&self, files: Vec<Fs>) {
        *self.0.memory_files.borrow_mut() = files;
    }

    /// Whether some files count as memory.
    pub(crate) fn has_memory_files(&self) -> bool {
        !self.0.memory_files.borrow().is_empty()
    }

    /// Bytes held by all processes, and by files in memory.
    pub fn memory_used(&self) -> u64 {
        let held = |process: &Rc<Process>| process.memory.get();
        self.memory_in_files() + self.0.processes.borrow().values().map(held).sum::<u64>()
    }

    fn memory_in_files(&self) -> u64 {
        let files = self.0.memory_files.borrow();
        files.iter().map(|fs| fs.usage().0).sum()
    }

    /// Bytes that are only said to be held.
    fn touched(&self) -> u64 {
        let processes = self.0.processes.borrow();
        processes
            .values()
            .map(|process| process.touched.get())
            .sum()
    }

    /// Takes its memory from there from now on, with an adjustment (`oom_score_adj`, -1000 to 1000) of its processes'
    /// scores for when there is none left. Once, before its first process.
    pub fn set_memory(&self, memory: &Memory, oom_score_adj: i16) {
        // It is the same one for as long as the machine is there.
        let _ = self.0.memory.set(memory.clone());
        self.0.oom_score_adj.set(oom_score_adj);
    }

    /// The memory of the node that it is on, if it shares one.
    pub fn memory(&self) -> Option<&Memory> {
        self.0.memory.get()
    }

    /// Says what its first process holds beside what it accounts, in bytes.
    pub fn set_resident(&self, bytes: u64) {
        self.0.resident.set(bytes);
        self.recount();
        if let Some(memory) = self.memory() {
            memory.reclaim();
        }
    }

    /// Nothing runs on it any more: it holds nothing of the node's memory.
    pub fn leave_memory(&self) {
        self.0.memory_files.take();
        self.0.resident.set(0);
        self.recount();
    }

    pub(crate) fn oom_score_adj(&self) -> i16 {
        self.0.oom_score_adj.get()
    }

    /// What a process holds in the kernel's eyes, in bytes.
    pub(crate) fn resident(&self, process: &Process) -> u64 {
        let first = if process.pid == 1 {
            self.0.resident.get()
        } else {
            0
        };
        process.memory.get() + first
    }

    /// Tells the node's memory what it holds now.
    pub(crate) fn recount(&self) {
        if let Some(memory) = self.memory() {
            let now = self.memory_used() + self.0.resident.get();
            memory.changed(self.0.counted.replace(now), now);
        }
    }

    /// How many processes were killed for lack of memory.
    pub fn out_of_memory_kills(&self) -> u32 {
        self.0.out_of_memory.get()
    }

    pub(crate) fn all(&self) -> Vec<Rc<Process>> {
        self.0.processes.borrow().values().cloned().collect()
    }

    pub(crate) fn process(&self, pid: Pid) -> Option<Rc<Process>> {
        self.0.processes.borrow().get(&pid).cloned()
    }

    pub(crate) fn next_pid(&self) -> SysResult<Pid> {
        let processes = self.0.processes.borrow();
        if processes.len() >= self.0.limits.get().processes {
            return Err(Errno::EAGAIN);
        }
        let pid = self.0.last_pid.get() + 1;
        self.0.last_pid.set(pid);
        Ok(pid)
    }

    pub(crate) fn add_process(&self, process: Rc<Process>) {
        self.0
            .processes
            .borrow_mut()
            .insert(process.pid, process.clone());
    }

    pub(crate) fn reap(&self, pid: Pid) {
        let gone = self.0.processes.borrow_mut().remove(&pid);
        drop(gone);
    }

    /// Gives it a share of the processors, in thousandths of one; 0 for as much as it wants.
    pub fn set_cpu_quota(&self, milli: u32) {
        let quota = self.0.cpu_quota.get();
        self.0.cpu_quota.set(Quota { milli, ..quota });
    }

    /// How long work of that length takes with this machine's share of the processors.
    pub(crate) fn throttled(&self, work: Duration) -> Duration {
        let mut quota = self.0.cpu_quota.get();
        let time = quota.spend(work, self.0.sim.now());
        self.0.cpu_quota.set(quota);
        time
    }

    pub(crate) fn add_cpu(&self, time: Duration) {
        self.0.cpu_used.set(self.0.cpu_used.get() + time);
    }

    /// Accounts memory; over the limit, the process that holds most is killed, and where its node has none left, the one
    /// there with the highest score.
    pub(crate) fn charge(&self, process: &Process, bytes: u64) {
        process
            .memory
            .set(process.memory.get().saturating_add(bytes));
        // Where files count, so does a little that every process holds and nobody accounts.
        let unseen = if self.has_memory_files() { UNSEEN } else { 0 };
        let (limits, used) = (self.0.limits.get(), self.memory_used() + unseen);
        if used > limits.memory || used.saturating_sub(self.touched()) > limits.held {
            let all = self.all();
            if let Some(victim) = all.iter().max_by_key(|process| process.memory.get()) {
                self.kill_for_memory(victim);
            }
        }
        self.recount();
        if let Some(memory) = self.memory() {
            memory.reclaim();
        }
    }

    /// Kills a process for lack of memory, and in a container all of them: the kubelet asks for that where there is cgroup v2.
    pub(crate) fn kill_for_memory(&self, victim: &Process) {
        self.0.out_of_memory.set(self.0.out_of_memory.get() + 1);
        victim.forget_memory();
        victim.deliver(Signal::KILL, false);
        if self.0.contained.get() {
            self.0.resident.set(0);
            for process in self.all() {
                process.forget_memory();
                process.deliver(Signal::KILL, false);
            }
        }
        self.recount();
    }

    /// Children of the ended process have no parent any more; nobody will wait for what nobody started.
    pub(crate) fn process_ended(&self, ended: &Rc<Process>) {
        if self.0.contained.get() && ended.pid == 1 {
            for process in self.all() {
                process.deliver(Signal::KILL, false);
            }
        }
        for child in self
            .all()
            .iter()
            .filter(|child| child.parent.get() == ended.pid)
        {
            child.parent.set(0);
            if child.ended().is_some() {
                self.reap(child.pid);
            }
        }
        match self.process(ended.parent.get()) {
            Some(parent) if parent.ended().is_none() => parent.deliver(Signal::CHLD, false),
            _ => self.reap(ended.pid),
        }
    }

    /// The status of a process, if it has ended and was not waited for.
    pub fn exit_status(&self, pid: Pid) -> Option<ExitStatus> {
        self.process(pid)?.ended()
    }
}
