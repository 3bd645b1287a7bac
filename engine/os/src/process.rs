//! A process's record in its machine's table, and the task that runs it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::env::Env;
use crate::errno::Errno;
use crate::file::FdTable;
use crate::machine::Machine;
use crate::program::ProgramFuture;
use crate::signal::{DefaultAction, Disposition, Signal};
use crate::tty::Tty;
use crate::wake::WakerSet;

/// A process id.
pub type Pid = u32;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal.
    Signaled(Signal),
}

impl ExitStatus {
    /// The code a shell shows: 128 and the signal's number if a signal ended it.
    pub fn code(self) -> i32 {
        match self {
            ExitStatus::Exited(code) => code & 0xff,
            ExitStatus::Signaled(signal) => 128 + signal.number(),
        }
    }

    /// Whether it ended with 0.
    pub fn success(self) -> bool {
        self == ExitStatus::Exited(0)
    }
}

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Running, or waiting for something.
    Running,
    /// Stopped by a signal.
    Stopped(Signal),
    /// Over.
    Ended(ExitStatus),
}

#[derive(Default)]
pub(crate) struct Signals {
    pub(crate) dispositions: BTreeMap<Signal, Disposition>,
    pub(crate) caught: VecDeque<Signal>,
    pub(crate) waiters: WakerSet,
}

/// A part of a program on a stack of its own.
pub(crate) type Part = Pin<Box<dyn Future<Output = ()>>>;

pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) parent: Cell<Pid>,
    pub(crate) group: Cell<Pid>,
    pub(crate) tty: Option<Tty>,
    pub(crate) args: RefCell<Rc<[String]>>,
    pub(crate) flavor: RefCell<Rc<str>>,
    pub(crate) exe: RefCell<Rc<str>>,
    pub(crate) env: RefCell<Env>,
    pub(crate) cwd: RefCell<Rc<str>>,
    pub(crate) fds: RefCell<FdTable>,
    pub(crate) uid: Cell<u32>,
    pub(crate) gid: Cell<u32>,
    pub(crate) groups: Rc<[u32]>,
    pub(crate) umask: Cell<u16>,
    pub(crate) signals: RefCell<Signals>,
    pub(crate) state: Cell<State>,
    /// Set when a stop or its end has not been told to the parent yet.
    pub(crate) untold: Cell<bool>,
    pub(crate) killed: Cell<Option<Signal>>,
    pub(crate) waker: RefCell<Option<Waker>>,
    pub(crate) watchers: RefCell<WakerSet>,
    pub(crate) started: sim::Time,
    /// Parts of the program that run on stacks of their own, each waited for by the one before it.
    pub(crate) parts: RefCell<Vec<Option<Part>>>,
    /// The program that it becomes as soon as the present one pauses.
    pub(crate) next: RefCell<Option<ProgramFuture>>,
    pub(crate) cpu_used: Cell<Duration>,
    pub(crate) cpu_owed: Cell<Duration>,
    /// Since when it has been busy, and how much it has used from then on.
    pub(crate) cpu_busy: Cell<(sim::Time, Duration)>,
    /// Bytes it holds.
    pub(crate) memory: Cell<u64>,
    /// Bytes of these that it only says it holds.
    pub(crate) touched: Cell<u64>,
    /// Its id on the node that its machine is on.
    pub(crate) host_pid: Cell<Pid>,
    /// Why something it wrote to its standard output is lost.
    pub(crate) lost: Cell<Option<Errno>>,
}

impl Process {
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        match self.state.get() {
            State::Ended(status) => Some(status),
            _ => None,
        }
    }

    pub(crate) fn disposition(&self, signal: Signal) -> Disposition {
        self.signals
            .borrow()
            .dispositions
            .get(&signal)
            .copied()
            .unwrap_or_default()
    }

    fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    fn set_state(&self, state: State) {
        self.state.set(state);
        self.untold.set(true);
        self.watchers.borrow_mut().wake();
    }

    /// Delivers a signal. `protected`: it is process 1 of a process namespace, which only its own handlers
    /// and a SIGKILL from outside can reach.
    pub(crate) fn deliver(&self, signal: Signal, protected: bool) {
        if self.ended().is_some() {
            return;
        }
        if signal == Signal::CONT && matches!(self.state.get(), State::Stopped(_)) {
            self.set_state(State::Running);
            self.wake();
        }
        let disposition = if signal.is_absolute() {
            Disposition::Default
        } else {
            self.disposition(signal)
        };
        match disposition {
            Disposition::Ignore => {}
            Disposition::Catch => {
                let mut signals = self.signals.borrow_mut();
                if !signals.caught.contains(&signal) {
                    signals.caught.push_back(signal);
                }
                signals.waiters.wake();
            }
            Disposition::Default if protected => {}
            Disposition::Default => match signal.default_action() {
                DefaultAction::Terminate => {
                    if self.killed.get().is_none() || signal == Signal::KILL {
                        self.killed.set(Some(signal));
                    }
                    self.wake();
                }
                DefaultAction::Stop => {
                    if self.killed.get().is_none() {
                        self.set_state(State::Stopped(signal));
                    }
                }
                DefaultAction::Ignore | DefaultAction::Continue => {}
            },
        }
    }

    pub(crate) fn forget_memory(&self) {
        self.memory.set(0);
        self.touched.set(0);
    }

    fn finish(&self, status: ExitStatus) {
        // Closing descriptors wakes whoever waits at the other end.
        let fds = std::mem::take(&mut *self.fds.borrow_mut());
        drop(fds);
        self.forget_memory();
        self.set_state(State::Ended(status));
    }
}

/// The future that a process's task polls.
pub(crate) struct Running {
    pub(crate) process: Rc<Process>,
    pub(crate) machine: Machine,
    pub(crate) program: Option<ProgramFuture>,
}

impl Running {
    fn end(&mut self, status: ExitStatus) -> Poll<()> {
        self.program = None;
        let held = self.process.memory.get() > 0;
        self.process.finish(status);
        if held {
            self.machine.recount();
        }
        self.machine.process_ended(&self.process);
        Poll::Ready(())
    }

    /// Polls the innermost part; ready when something else is to be polled next.
    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let parts = &self.process.parts;
        let count = parts.borrow().len();
        let Some(mut part) = parts.borrow_mut().last_mut().and_then(Option::take) else {
            return Poll::Pending;
        };
        if part.as_mut().poll(cx).is_ready() {
            parts.borrow_mut().truncate(count - 1);
            return Poll::Ready(());
        }
        if let Some(slot) = parts.borrow_mut().get_mut(count - 1) {
            *slot = Some(part);
        }
        if parts.borrow().len() > count {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Becomes another program if it is to; what the old one held is dropped.
    fn replaced(&mut self) -> bool {
        let Some(next) = self.process.next.take() else {
            return false;
        };
        let parts = self.process.parts.take();
        drop(parts);
        self.program = Some(next);
        true
    }

    fn killed(&mut self) -> Option<Poll<()>> {
        let signal = self.process.killed.get()?;
        if matches!(self.process.state.get(), State::Stopped(_)) && signal != Signal::KILL {
            return None;
        }
        Some(self.end(ExitStatus::Signaled(signal)))
    }
}

impl Future for Running {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.process.ended().is_some() {
            return Poll::Ready(());
        }
        *self.process.waker.borrow_mut() = Some(cx.waker().clone());
        if let Some(done) = self.killed() {
            return done;
        }
        if matches!(self.process.state.get(), State::Stopped(_)) {
            return Poll::Pending;
        }
        let polled = loop {
            if !self.process.parts.borrow().is_empty() {
                if self.poll_part(cx).is_pending() && !self.replaced() {
                    break Poll::Pending;
                }
                continue;
            }
            let Some(program) = self.program.as_mut() else {
                return Poll::Ready(());
            };
            let polled = program.as_mut().poll(cx);
            if polled.is_pending() && self.replaced() {
                continue;
            }
            if polled.is_ready() || self.process.parts.borrow().is_empty() {
                break polled;
            }
        };
        match polled {
            Poll::Ready(code) => match self.process.killed.get() {
                Some(signal) => self.end(ExitStatus::Signaled(signal)),
                None => self.end(ExitStatus::Exited(code)),
            },
            Poll::Pending => self.killed().unwrap_or(Poll::Pending),
        }
    }
}
