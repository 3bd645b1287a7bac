//! A process's time, memory and signals.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::Proc;
use crate::cpu;
use crate::errno::{Errno, SysResult};
use crate::process::Pid;
use crate::signal::{Disposition, Signal};

/// Time, processor and memory.
impl Proc {
    /// Does nothing for a while.
    pub async fn sleep(&self, duration: Duration) {
        self.sim().sleep(duration).await;
    }

    /// Uses processor time. Small amounts are added up before the process really waits for them.
    pub async fn cpu(&self, cost: Duration) {
        let used = self.process.cpu_used.get();
        let now = self.sim().now();
        let (since, busy) = cpu::busy(self.process.cpu_busy.get(), now);
        let price = cpu::price(cost, busy);
        self.process.cpu_busy.set((since, busy + price));
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
        self.sim().sleep(self.machine.throttled(owed)).await;
    }

    /// Works for so long: what a server does for a request, say. Takes longer where the machine's share of processors is used up.
    pub async fn work(&self, mut time: Duration) {
        while !time.is_zero() {
            let part = time.min(cpu::SLICE);
            time -= part;
            let used = self.process.cpu_used.get();
            self.process.cpu_used.set(used + part);
            self.machine.add_cpu(part);
            self.sim().sleep(self.machine.throttled(part)).await;
        }
    }

    /// Holds memory, in bytes; over the machine's limit the largest process is killed.
    pub async fn charge(&self, bytes: u64) {
        self.machine.charge(&self.process, bytes);
        self.pause_if_killed().await;
    }

    /// Says that it holds memory, in bytes, which a stand-in does not really need. It counts as memory all the same.
    pub async fn touch(&self, bytes: u64) {
        let touched = self.process.touched.get();
        self.process.touched.set(touched.saturating_add(bytes));
        self.charge(bytes).await;
    }

    async fn pause_if_killed(&self) {
        if self.process.killed.get().is_some() {
            // Never goes on: the task ends at this point.
            std::future::pending::<()>().await;
        }
    }

    /// Lets memory go, in bytes.
    pub fn free(&self, bytes: u64) {
        let held = self.process.memory.get();
        self.process.memory.set(held.saturating_sub(bytes));
        self.machine.recount();
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
        if pid <= 0 {
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
