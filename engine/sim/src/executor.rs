//! The executor: tasks, the ready queue and the clock.

use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use crate::timer::{Timer, TimerKey, TimerQueue};
use crate::{Link, LinkId, Rng, Sleep, Time, Trace};

/// How many tasks are polled at one instant before the clock moves all the same.
const POLLS_PER_INSTANT: u32 = 10_000;
/// How far it moves then.
const RUSH: Duration = Duration::from_millis(1);

/// Names a task; never used twice in one simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(u64);

/// How far [`Sim::run_until`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Everything up to the limit has happened, and the clock stands at the limit.
    Reached,
    /// The budget of task polls was used up first; call again to go on from here.
    OutOfBudget,
}

/// A simulation: the handle that every component holds. Cloning it is cheap and gives the same simulation.
///
/// A handle also names a group of tasks: those that are started through it. See [`Sim::group`].
#[derive(Clone)]
pub struct Sim(Rc<Inner>, u32, u64);

struct Inner {
    now: Cell<Time>,
    timers: RefCell<TimerQueue>,
    tasks: RefCell<Tasks>,
    ready: Arc<Ready>,
    trace: RefCell<Trace>,
    /// The task that is being polled, for diagnosis and for [`TaskHandle::abort`] of oneself.
    running: Cell<Option<TaskId>>,
    groups: Cell<u32>,
    /// By frozen group: its tasks that would have run meanwhile, in order.
    frozen: RefCell<BTreeMap<u32, Vec<(TaskId, LinkId)>>>,
    jumped: Cell<Duration>,
    /// The instant that tasks were last polled at, and how many.
    instant: Cell<(Time, u32)>,
}

/// What wakers share with the executor. `Waker` demands `Send + Sync`, hence the atomics; nothing here is contended.
#[derive(Default)]
struct Ready {
    queue: Mutex<VecDeque<(TaskId, LinkId)>>,
    cause: AtomicU64,
}

impl Ready {
    fn push(&self, id: TaskId, cause: LinkId) {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back((id, cause));
    }

    fn pop(&self) -> Option<(TaskId, LinkId)> {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }

    fn cause(&self) -> LinkId {
        LinkId(self.cause.load(Ordering::Relaxed))
    }

    fn set_cause(&self, cause: LinkId) {
        self.cause.store(cause.0, Ordering::Relaxed);
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    name: &'static str,
    group: u32,
    /// Taken out while it is being polled.
    future: Option<BoxFuture>,
    waker: Arc<TaskWaker>,
}

#[derive(Default)]
struct Tasks {
    live: BTreeMap<TaskId, Task>,
    last: u64,
}

struct TaskWaker {
    id: TaskId,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.push(self.id, self.ready.cause());
        }
    }
}

impl Sim {
    /// A simulation whose clock stands at `start` and whose randomness comes from `seed`.
    pub fn new(seed: u64, start: Time) -> Self {
        Self(
            Rc::new(Inner {
                now: Cell::new(start),
                timers: RefCell::default(),
                tasks: RefCell::default(),
                ready: Arc::default(),
                trace: RefCell::default(),
                running: Cell::new(None),
                groups: Cell::new(0),
                frozen: RefCell::default(),
                jumped: Cell::default(),
                instant: Cell::new((start, 0)),
            }),
            0,
            seed,
        )
    }

    /// A handle of the same simulation with randomness of its own: for a world beside the first in the same time.
    #[must_use]
    pub fn beside(&self, name: &str) -> Self {
        let seed = Rng::new(self.2, name).next_u64();
        Self(Rc::clone(&self.0), self.1, seed)
    }

    /// A handle whose tasks are a group of their own, which can be [frozen](Sim::freeze) without the others.
    #[must_use]
    pub fn group(&self) -> Self {
        self.0.groups.set(self.0.groups.get() + 1);
        Self(Rc::clone(&self.0), self.0.groups.get(), self.2)
    }

    /// Stops this handle's group, as SIGSTOP stops a program: its tasks do not run until [`Sim::thaw`].
    pub fn freeze(&self) {
        self.0.frozen.borrow_mut().entry(self.1).or_default();
    }

    /// Lets this handle's group go on. What was due meanwhile happens now.
    pub fn thaw(&self) {
        let parked = self.0.frozen.borrow_mut().remove(&self.1);
        for (id, cause) in parked.unwrap_or_default() {
            self.0.ready.push(id, cause);
        }
    }

    /// Puts the clock forward, as when a machine wakes from suspension: what would have been due meanwhile is late.
    pub fn jump(&self, by: Duration) {
        self.0.now.set(self.now() + by);
        self.0.jumped.set(self.jumped() + by);
    }

    /// How far the clock was put forward in all.
    pub fn jumped(&self) -> Duration {
        self.0.jumped.get()
    }

    /// The present instant.
    pub fn now(&self) -> Time {
        self.0.now.get()
    }

    /// The seed this simulation was made with.
    pub fn seed(&self) -> u64 {
        self.2
    }

    /// A fresh copy of the random stream `name`; call it once per component and keep the result.
    pub fn rng(&self, name: &str) -> Rng {
        Rng::new(self.2, name)
    }

    /// Completes `duration` from now.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.now() + duration)
    }

    /// Completes when the clock reaches `due`; at once if it has.
    pub fn sleep_until(&self, due: Time) -> Sleep {
        Sleep::new(self.clone(), due)
    }

    /// Starts a task. It is polled for the first time after everything that is ready now.
    ///
    /// `name` is shown when something goes wrong; it need not be unique.
    pub fn spawn(
        &self,
        name: &'static str,
        future: impl Future<Output = ()> + 'static,
    ) -> TaskHandle {
        let mut tasks = self.0.tasks.borrow_mut();
        tasks.last += 1;
        let id = TaskId(tasks.last);
        let waker = Arc::new(TaskWaker {
            id,
            queued: AtomicBool::new(true),
            ready: Arc::clone(&self.0.ready),
        });
        let future: BoxFuture = Box::pin(future);
        tasks.live.insert(
            id,
            Task {
                name,
                group: self.1,
                future: Some(future),
                waker,
            },
        );
        self.0.ready.push(id, self.0.ready.cause());
        TaskHandle {
            sim: self.clone(),
            id,
        }
    }

    /// Lets happen what is due until `limit`, with at most `budget` task polls.
    ///
    /// The budget bounds the work of one call, so that a page stays responsive and a runaway program cannot hang its
    /// host; it is counted down, and has no influence on what happens. The clock may go past the limit, by a millisecond,
    /// where so much happens at one instant that time itself has to move.
    pub fn run_until(&self, limit: Time, budget: &mut u64) -> Progress {
        loop {
            while let Some((id, cause)) = self.0.ready.pop() {
                let moved = self.poll_task(id, cause);
                *budget = budget.saturating_sub(1);
                if moved && self.now() > limit {
                    return Progress::Reached;
                }
                if *budget == 0 {
                    return Progress::OutOfBudget;
                }
            }
            let due = self.0.timers.borrow_mut().pop_due(limit);
            let Some((due, timer)) = due else {
                self.0.now.set(self.now().max(limit));
                return Progress::Reached;
            };
            self.fire(due, timer);
        }
    }

    /// Lets happen everything that is due now, without moving the clock.
    pub fn run_ready(&self, budget: &mut u64) -> Progress {
        self.run_until(self.now(), budget)
    }

    /// Polls one ready task, or wakes the earliest timer due by `limit`; `false` when there is neither.
    ///
    /// For callers that look at the world after every step (`StepToNextEvent`, waiting for a command to end).
    pub fn step(&self, limit: Time) -> bool {
        if let Some((id, cause)) = self.0.ready.pop() {
            self.poll_task(id, cause);
            return true;
        }
        let due = self.0.timers.borrow_mut().pop_due(limit);
        let Some((due, timer)) = due else {
            return false;
        };
        self.fire(due, timer);
        true
    }

    /// When the next thing happens: now if a task is ready, else when the earliest timer is due.
    pub fn next_due(&self) -> Option<Time> {
        let ready = !self
            .0
            .ready
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty();
        if ready {
            Some(self.now())
        } else {
            self.0.timers.borrow().next_due()
        }
    }

    /// The trace so far.
    pub fn trace(&self) -> Ref<'_, Trace> {
        self.0.trace.borrow()
    }

    /// Records that `actor` did `verb` to `object`, caused by whatever woke the running task.
    ///
    /// From here until its next wake-up, what the running task does is caused by this link.
    pub fn record(
        &self,
        actor: &str,
        verb: &'static str,
        object: impl Into<Box<str>>,
        detail: &str,
    ) -> LinkId {
        let link = Link {
            id: LinkId::default(),
            cause: self.0.ready.cause(),
            at: self.now(),
            actor: self.0.trace.borrow_mut().actor(actor),
            verb,
            object: object.into(),
            detail: detail.into(),
        };
        let id = self.0.trace.borrow_mut().record(link);
        self.0.ready.set_cause(id);
        id
    }

    /// The link that the running task's next action will be caused by.
    pub fn cause(&self) -> LinkId {
        self.0.ready.cause()
    }

    /// Says that what follows was caused by `cause`: for work that waited in a queue or behind a timer.
    pub fn set_cause(&self, cause: LinkId) {
        self.0.ready.set_cause(cause);
    }

    /// Ends every task and timer. Tasks hold handles to the simulation, so without this it would never be freed.
    pub fn shutdown(&self) {
        loop {
            // Dropping a task may start or wake others, hence the loop; taken out first, so nothing is borrowed.
            let tasks = std::mem::take(&mut self.0.tasks.borrow_mut().live);
            let timers = self.0.timers.borrow_mut().clear();
            if tasks.is_empty() && timers.is_empty() {
                break;
            }
            drop(tasks);
            drop(timers);
        }
        while self.0.ready.pop().is_some() {}
        self.0.frozen.borrow_mut().clear();
    }

    /// Puts a task of a frozen group aside; whether it was one.
    fn park(&self, id: TaskId, cause: LinkId) -> bool {
        let mut frozen = self.0.frozen.borrow_mut();
        if frozen.is_empty() {
            return false;
        }
        let group = self.0.tasks.borrow().live.get(&id).map(|task| task.group);
        match group.and_then(|group| frozen.get_mut(&group)) {
            Some(parked) => {
                parked.push((id, cause));
                true
            }
            None => false,
        }
    }

    /// The names of all live tasks, oldest first, for diagnosis.
    pub fn task_names(&self) -> Vec<&'static str> {
        self.0
            .tasks
            .borrow()
            .live
            .values()
            .map(|task| task.name)
            .collect()
    }

    pub(crate) fn set_timer(&self, due: Time, waker: Waker) -> TimerKey {
        let cause = self.0.ready.cause();
        self.0.timers.borrow_mut().set(due, Timer { waker, cause })
    }

    pub(crate) fn reset_timer(&self, key: TimerKey, waker: &Waker) {
        self.0.timers.borrow_mut().reset_waker(key, waker);
    }

    pub(crate) fn cancel_timer(&self, key: TimerKey) {
        // The waker is dropped after the borrow ends: dropping it may drop a task's last reference.
        let timer = self.0.timers.borrow_mut().cancel(key);
        drop(timer);
    }

    /// Moves the clock to a timer that came due and wakes its task. What a timer sets off was caused by whatever led
    /// to its being set.
    fn fire(&self, due: Time, timer: Timer) {
        self.0.now.set(self.now().max(due));
        self.0.ready.set_cause(timer.cause);
        timer.waker.wake();
        self.0.ready.set_cause(LinkId::default());
    }

    /// Work takes time: two tasks that wake each other for ever at one instant would stop the clock, and with it whoever
    /// waits for it to reach a limit. Whether it was moved for that.
    fn rush(&self) -> bool {
        let now = self.now();
        let (instant, polls) = self.0.instant.get();
        let polls = if instant == now { polls + 1 } else { 1 };
        self.0.instant.set((now, polls));
        let moved = polls >= POLLS_PER_INSTANT;
        if moved {
            self.0.now.set(now + RUSH);
            loop {
                let due = self.0.timers.borrow_mut().pop_due(now + RUSH);
                let Some((due, timer)) = due else { break };
                self.fire(due, timer);
            }
        }
        moved
    }

    /// Polls a task; whether the clock was moved for it.
    fn poll_task(&self, id: TaskId, cause: LinkId) -> bool {
        let moved = self.rush();
        self.poll_at_once(id, cause);
        moved
    }

    fn poll_at_once(&self, id: TaskId, cause: LinkId) {
        if self.park(id, cause) {
            return;
        }
        let taken = {
            let mut tasks = self.0.tasks.borrow_mut();
            tasks.live.get_mut(&id).and_then(|task| {
                task.waker.queued.store(false, Ordering::Relaxed);
                Some((task.future.take()?, Waker::from(Arc::clone(&task.waker))))
            })
        };
        let Some((mut future, waker)) = taken else {
            return;
        };
        self.0.ready.set_cause(cause);
        let outer = self.0.running.replace(Some(id));
        let poll = future.as_mut().poll(&mut Context::from_waker(&waker));
        self.0.running.set(outer);
        self.0.ready.set_cause(LinkId::default());
        let finished = {
            let mut tasks = self.0.tasks.borrow_mut();
            match (poll, tasks.live.get_mut(&id)) {
                (Poll::Pending, Some(task)) => {
                    task.future = Some(future);
                    return;
                }
                // Done, or aborted while it ran.
                _ => tasks.live.remove(&id),
            }
        };
        // Dropped only now: a future's drop may spawn, wake or abort.
        drop(finished);
    }
}

/// A task that was started. Dropping the handle lets the task go on.
#[derive(Clone)]
pub struct TaskHandle {
    sim: Sim,
    id: TaskId,
}

impl TaskHandle {
    /// The task's name.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Ends the task at its present await point. A task may abort itself; it ends when it next waits.
    pub fn abort(&self) {
        let task = self.sim.0.tasks.borrow_mut().live.remove(&self.id);
        drop(task);
    }

    /// Whether the task has ended or was aborted.
    pub fn is_finished(&self) -> bool {
        !self.sim.0.tasks.borrow().live.contains_key(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Notify;

    const FOREVER: u64 = u64::MAX;

    fn sim() -> Sim {
        Sim::new(1, Time::from_secs(0))
    }

    fn run(sim: &Sim, secs: i64) {
        let mut budget = FOREVER;
        assert_eq!(
            sim.run_until(Time::from_secs(secs), &mut budget),
            Progress::Reached
        );
    }

    #[test]
    fn timers_fire_in_order_of_due_then_of_setting() {
        let sim = sim();
        let log = Rc::new(RefCell::new(Vec::new()));
        for (name, secs) in [("b", 2), ("c", 2), ("a", 1)] {
            let (s, log) = (sim.clone(), Rc::clone(&log));
            sim.spawn(name, async move {
                s.sleep(Duration::from_secs(secs)).await;
                log.borrow_mut().push((s.now().as_secs(), name));
            });
        }
        run(&sim, 10);
        assert_eq!(*log.borrow(), [(1, "a"), (2, "b"), (2, "c")]);
        assert_eq!(sim.now(), Time::from_secs(10));
        assert_eq!(sim.next_due(), None);
        assert!(sim.task_names().is_empty());
    }

    #[test]
    fn a_dropped_sleep_leaves_no_timer() {
        let sim = sim();
        let handle = sim.spawn("sleeper", {
            let sim = sim.clone();
            async move { sim.sleep(Duration::from_secs(5)).await }
        });
        run(&sim, 1);
        assert_eq!(sim.next_due(), Some(Time::from_secs(5)));
        handle.abort();
        assert!(handle.is_finished());
        assert_eq!(sim.next_due(), None);
    }

    #[test]
    fn a_task_may_abort_itself_and_spawn_from_its_drop() {
        struct SpawnOnDrop(Sim, Rc<Cell<bool>>);
        impl Drop for SpawnOnDrop {
            fn drop(&mut self) {
                let flag = Rc::clone(&self.1);
                self.0.spawn("child", async move { flag.set(true) });
            }
        }
        let sim = sim();
        let flag = Rc::new(Cell::new(false));
        let slot: Rc<RefCell<Option<TaskHandle>>> = Rc::default();
        let guard = SpawnOnDrop(sim.clone(), Rc::clone(&flag));
        let (s, own) = (sim.clone(), Rc::clone(&slot));
        let handle = sim.spawn("suicidal", async move {
            let _guard = guard;
            let me = own.borrow_mut().take();
            me.expect("the handle was put there").abort();
            s.sleep(Duration::from_secs(1)).await;
            unreachable!("aborted at its first wait");
        });
        *slot.borrow_mut() = Some(handle);
        run(&sim, 5);
        assert!(flag.get());
        assert!(sim.task_names().is_empty());
    }

    #[test]
    fn tasks_that_keep_waking_each_other_do_not_stop_the_clock() {
        let sim = sim();
        let notify = (Rc::new(Notify::new()), Rc::new(Notify::new()));
        for (mine, other) in [(&notify.0, &notify.1), (&notify.1, &notify.0)] {
            let (mine, other) = (Rc::clone(mine), Rc::clone(other));
            sim.spawn("ping", async move {
                loop {
                    other.notify();
                    mine.notified().await;
                }
            });
        }
        let limit = Time::from_secs(0) + Duration::from_millis(5);
        let mut budget = FOREVER;
        assert_eq!(sim.run_until(limit, &mut budget), Progress::Reached);
        assert_eq!(sim.now(), limit + RUSH, "a step too far");
        let sleeper = Rc::new(Cell::new(None));
        let (s, done) = (sim.clone(), Rc::clone(&sleeper));
        sim.spawn("sleeper", async move {
            s.sleep(Duration::from_millis(10)).await;
            done.set(Some(s.now()));
        });
        sim.run_until(limit + Duration::from_millis(30), &mut budget);
        let woken = sleeper.get().expect("the sleeper has its turn");
        assert!(woken.since(limit) < Duration::from_millis(20), "{woken}");
    }

    #[test]
    fn a_frozen_group_waits_and_goes_on_late() {
        let sim = sim();
        let log = Rc::new(RefCell::new(Vec::new()));
        let group = sim.group();
        for (name, handle) in [("free", &sim), ("frozen", &group)] {
            let (s, log) = (sim.clone(), Rc::clone(&log));
            handle.spawn(name, async move {
                s.sleep(Duration::from_secs(1)).await;
                log.borrow_mut().push((s.now().as_secs(), name));
            });
        }
        group.freeze();
        run(&sim, 5);
        group.thaw();
        run(&sim, 10);
        assert_eq!(*log.borrow(), [(1, "free"), (6, "frozen")]);
    }

    #[test]
    fn after_a_jump_what_was_due_is_late() {
        let sim = sim();
        let at = Rc::new(Cell::new(0));
        let (s, a) = (sim.clone(), Rc::clone(&at));
        sim.spawn("sleeper", async move {
            s.sleep(Duration::from_secs(5)).await;
            a.set(s.now().as_secs());
        });
        run(&sim, 1);
        sim.jump(Duration::from_secs(60));
        run(&sim, 61);
        assert_eq!(at.get(), 61);
    }

    #[test]
    fn the_budget_bounds_a_runaway_task() {
        let sim = sim();
        sim.spawn(
            "spinner",
            std::future::poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::Pending
            }),
        );
        let mut budget = 1000;
        assert_eq!(
            sim.run_until(Time::from_secs(1), &mut budget),
            Progress::OutOfBudget
        );
        assert_eq!(
            sim.now(),
            Time::from_secs(0),
            "the clock does not move past unfinished work"
        );
    }

    #[test]
    fn whoever_is_woken_inherits_the_cause() {
        let sim = sim();
        let notify = crate::Notify::new();
        let (s, n) = (sim.clone(), notify.clone());
        sim.spawn("effect", async move {
            n.notified().await;
            s.record("b", "react", "y", "");
        });
        let s = sim.clone();
        sim.spawn("cause", async move {
            s.record("a", "act", "x", "first");
            notify.notify();
        });
        run(&sim, 0);
        let trace = sim.trace();
        let chain: Vec<String> = trace.chain(trace.last()).map(ToString::to_string).collect();
        assert_eq!(
            chain,
            ["2 <1 0.000000 b react y", "1 <0 0.000000 a act x first"]
        );
    }

    #[test]
    fn shutdown_frees_everything() {
        let sim = sim();
        let alive = Rc::new(());
        let (s, held) = (sim.clone(), Rc::clone(&alive));
        sim.spawn("holder", async move {
            s.sleep(Duration::from_secs(1)).await;
            drop(held);
        });
        sim.shutdown();
        assert_eq!(Rc::strong_count(&alive), 1);
        assert_eq!(sim.next_due(), None);
    }
}
