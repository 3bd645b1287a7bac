//! A node's memory, shared by the machines (containers) on it, and the kernel's OOM killer.
//!
//! Every machine tells how much it holds whenever that changes. When all of them together hold more than there is, the
//! kernel ends the process with the highest score (`mm/oom_kill.c`): the thousandths of the memory that it holds, plus the
//! adjustment of its container. A container goes as a whole, as the kubelet asks for it where there is cgroup v2
//! (`memory.oom.group`).
//!
//! Not here: swap, what the kernel can take back (page cache), processes of the system itself, which hold a fixed amount
//! and are never chosen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::machine::Machine;
use crate::process::{Pid, Process};

/// The longest name of a process that the kernel keeps (`TASK_COMM_LEN`, without its end).
const COMM: usize = 15;
/// Process ids that a node has given away before its first container.
const FIRST_PID: Pid = 1200;

/// Something that happens to a node's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryEvent {
    /// So little is left that somebody wanted to know.
    Low,
    /// There was none left: a process was killed.
    Killed {
        /// Its name, as the kernel keeps it.
        process: String,
        /// Its id on the node.
        pid: Pid,
    },
}

type Observer = Rc<dyn Fn(MemoryEvent)>;
type Machines = Rc<dyn Fn() -> Vec<Machine>>;

/// The memory of a node; clones are the same one.
#[derive(Clone)]
pub struct Memory(Rc<Pool>);

struct Pool {
    /// All there is, in bytes.
    capacity: Cell<u64>,
    /// What is held, in bytes.
    used: Cell<u64>,
    /// More than this is worth an event, in bytes.
    watermark: Cell<u64>,
    /// Process ids given away.
    last_pid: Cell<Pid>,
    machines: RefCell<Option<Machines>>,
    observer: RefCell<Option<Observer>>,
}

impl Default for Memory {
    /// As much as anybody wants.
    fn default() -> Self {
        Self(Rc::new(Pool {
            capacity: Cell::new(u64::MAX),
            used: Cell::new(0),
            watermark: Cell::new(u64::MAX),
            last_pid: Cell::new(FIRST_PID),
            machines: RefCell::default(),
            observer: RefCell::default(),
        }))
    }
}

impl Memory {
    /// Says how much there is, how much the system itself holds, and of how much left the observer hears; in bytes.
    pub fn set_size(&self, capacity: u64, system: u64, low: u64) {
        let pool = &self.0;
        pool.capacity.set(capacity);
        pool.used.set(pool.used.get() + system);
        pool.watermark.set(capacity.saturating_sub(low));
    }

    /// Says who is told of events.
    pub fn set_observer(&self, observer: impl Fn(MemoryEvent) + 'static) {
        *self.0.observer.borrow_mut() = Some(Rc::new(observer));
    }

    /// All there is, in bytes.
    pub fn capacity(&self) -> u64 {
        self.0.capacity.get()
    }

    /// What the system and all machines hold, in bytes.
    pub fn used(&self) -> u64 {
        self.0.used.get()
    }

    /// What is left, in bytes.
    pub fn available(&self) -> u64 {
        self.capacity().saturating_sub(self.used())
    }

    /// Says who knows the machines that take their memory from here.
    pub fn set_machines(&self, machines: impl Fn() -> Vec<Machine> + 'static) {
        *self.0.machines.borrow_mut() = Some(Rc::new(machines));
    }

    pub(crate) fn next_pid(&self) -> Pid {
        let pid = self.0.last_pid.get().wrapping_add(1).max(2);
        self.0.last_pid.set(pid);
        pid
    }

    /// A machine holds `now` bytes instead of `before`.
    pub(crate) fn changed(&self, before: u64, now: u64) {
        let pool = &self.0;
        let (was, watermark) = (pool.used.get(), pool.watermark.get());
        pool.used
            .set(was.saturating_sub(before).saturating_add(now));
        if was <= watermark && pool.used.get() > watermark {
            self.tell(MemoryEvent::Low);
        }
    }

    /// Kills until there is enough; tells of each kill.
    pub(crate) fn reclaim(&self) {
        while self.used() > self.capacity() {
            let Some((machine, victim)) = self.victim() else {
                return;
            };
            let event = MemoryEvent::Killed {
                process: comm(&victim),
                pid: victim.host_pid.get(),
            };
            machine.kill_for_memory(&victim);
            self.tell(event);
        }
    }

    fn tell(&self, event: MemoryEvent) {
        let observer = self.0.observer.borrow().clone();
        if let Some(observer) = observer {
            observer(event);
        }
    }

    /// The process with the highest score; of two with the same one, the one that was there first.
    fn victim(&self) -> Option<(Machine, Rc<Process>)> {
        let machines = self.0.machines.borrow().clone()?;
        let mut worst: Option<(i128, Machine, Rc<Process>)> = None;
        for machine in machines() {
            for process in machine.all() {
                let held = machine.resident(&process);
                if held == 0 || process.ended().is_some() {
                    continue;
                }
                let points = badness(held, machine.oom_score_adj(), self.capacity());
                if worst.as_ref().is_none_or(|(most, ..)| points > *most) {
                    worst = Some((points, machine.clone(), process));
                }
            }
        }
        worst.map(|(_, machine, process)| (machine, process))
    }
}

/// What the kernel compares: bytes held, and the adjustment's share of all there is.
fn badness(held: u64, adjust: i16, capacity: u64) -> i128 {
    i128::from(held) + i128::from(adjust) * i128::from(capacity) / 1000
}

/// A process's name as the kernel keeps it.
fn comm(process: &Process) -> String {
    let args = process.args.borrow();
    let name = args.first().map_or("", String::as_str);
    let name = name.rsplit('/').next().unwrap_or_default();
    name.chars().take(COMM).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adjustment_counts_in_thousandths_of_all_memory() {
        let gib = 1 << 30;
        // Holds a quarter of it, from a pod that may go first; holds half of it, from one that goes last.
        assert!(badness(4 * gib, 1000, 16 * gib) > badness(8 * gib, -997, 16 * gib));
        // Asked for a quarter of it, holds twice as much: above one that asked for nothing and holds little.
        assert!(badness(8 * gib, 750, 16 * gib) > badness(gib, 1000, 16 * gib));
        assert_eq!(badness(0, -1000, 16 * gib), -i128::from(16 * gib));
    }
}
