//! A process's children, and becoming another program.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::{Group, Proc, Spawn};
use crate::exec::ExecError;
use crate::process::{ExitStatus, Process, State};
use crate::signal::Disposition;

/// Drops a part whose waiter is gone, and what runs within it.
struct PartGuard {
    process: Rc<Process>,
    place: usize,
}

impl Drop for PartGuard {
    fn drop(&mut self) {
        let mut parts = self.process.parts.borrow_mut();
        let keep = self.place.min(parts.len());
        let dropped = parts.split_off(keep);
        drop(parts);
        drop(dropped);
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
            env: self.process.env.borrow().clone(),
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

    /// Becomes another program: same process, other code. Like execve(2), it comes back only when it cannot; what the old
    /// program holds is dropped.
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
        let program = (loaded.program.main)(self.clone());
        *self.process.next.borrow_mut() = Some(program);
        // The process drops this one now.
        std::future::pending().await
    }

    /// Runs a part of the program on a stack of its own: recursion of any depth then takes memory, but none of the
    /// host's stack. The program waits for it and for nothing else meanwhile.
    pub async fn on_own_stack<T: 'static>(&self, part: impl Future<Output = T> + 'static) -> T {
        let result: Rc<RefCell<Option<T>>> = Rc::default();
        let slot = Rc::clone(&result);
        let guard = PartGuard {
            process: Rc::clone(&self.process),
            place: self.process.parts.borrow().len(),
        };
        let part = Box::pin(async move {
            let value = part.await;
            *slot.borrow_mut() = Some(value);
        });
        self.process.parts.borrow_mut().push(Some(part));
        // The process polls the part, and this only when the part is done.
        let value = poll_fn(|_| {
            result
                .borrow_mut()
                .take()
                .map_or(Poll::Pending, Poll::Ready)
        })
        .await;
        drop(guard);
        value
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
