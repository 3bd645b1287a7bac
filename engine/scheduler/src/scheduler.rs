//! The scheduler as a component: informers in, bindings out.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use client::events::SeriesRecorder;
use client::{Client, Informers, Lister, NamespacedName};
use sim::futures_util::future::{Either, select};
use sim::{Notify, TaskHandle};

use crate::algorithm::Algorithm;
use crate::binding::WaitingBinding;
use crate::cache::Cache;
use crate::decision::{Decision, Decisions};
use crate::event_handlers;
use crate::framework::{Objects, registry};
use crate::queue::{Queued, SchedulingQueue};

/// The scheduler that pods name when they name none.
pub const DEFAULT_SCHEDULER_NAME: &str = "default-scheduler";
/// The host that the control plane runs on, as events name it.
const HOST: &str = "controlplane";
/// After so many pods in a row, other tasks get their turn; caches then hear of what was bound.
const PODS_PER_TURN: usize = 32;

/// kube-scheduler. Cloning gives the same one.
#[derive(Clone)]
pub struct Scheduler {
    pub(crate) inner: Rc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) recorder: SeriesRecorder,
    pub(crate) objects: Objects,
    pub(crate) pods: Lister<api::core::v1::Pod>,
    pub(crate) state: RefCell<State>,
    pub(crate) wake: Notify,
    /// The trace's link that led to the pod's being in the queue is kept there; this counts what was tried.
    attempts: Cell<u64>,
    task: RefCell<Option<TaskHandle>>,
}

pub(crate) struct State {
    pub(crate) cache: Cache,
    pub(crate) queue: SchedulingQueue,
    pub(crate) algorithm: Algorithm,
    pub(crate) decisions: Decisions,
    /// Pods that have a node and wait for their volumes.
    pub(crate) waiting: BTreeMap<NamespacedName, WaitingBinding>,
}

impl Scheduler {
    /// Starts the scheduler.
    pub fn start(client: &Client, informers: &Informers) -> Self {
        let client = client.as_user("system:kube-scheduler", "kube-scheduler");
        let rng = client.sim().rng("scheduler");
        let scheduler = Self {
            inner: Rc::new(Inner {
                recorder: SeriesRecorder::new(&client, DEFAULT_SCHEDULER_NAME, HOST),
                objects: objects(informers),
                pods: informers.lister(),
                state: RefCell::new(State {
                    cache: Cache::default(),
                    queue: SchedulingQueue::default(),
                    algorithm: Algorithm::new(registry::default_framework(), rng),
                    decisions: Decisions::default(),
                    waiting: BTreeMap::new(),
                }),
                wake: Notify::new(),
                attempts: Cell::new(0),
                task: RefCell::default(),
                client,
            }),
        };
        event_handlers::register(&scheduler, informers);
        scheduler.resume();
        scheduler
    }

    /// Stops scheduling: what the scheduler hears of, it still takes note of.
    pub fn pause(&self) {
        if let Some(task) = self.inner.task.take() {
            task.abort();
        }
    }

    /// Goes on scheduling.
    pub fn resume(&self) {
        if self.inner.task.borrow().is_none() {
            let scheduler = self.clone();
            let sim = self.inner.client.sim();
            let task = sim.spawn("scheduler", async move { scheduler.run().await });
            *self.inner.task.borrow_mut() = Some(task);
        }
    }

    /// The last decision about a pod: why this node, or why none.
    pub fn last_decision(&self, pod: &NamespacedName) -> Option<Rc<Decision>> {
        self.inner.state.borrow().decisions.last(pod).cloned()
    }

    /// How many attempts there were so far.
    pub fn attempts(&self) -> u64 {
        self.inner.attempts.get()
    }

    async fn run(&self) {
        let sim = self.inner.client.sim().clone();
        let mut in_a_row = 0;
        loop {
            if let Some(pod) = self.pop() {
                self.inner.attempts.set(self.inner.attempts.get() + 1);
                self.schedule_one(&pod);
                in_a_row += 1;
                if in_a_row == PODS_PER_TURN {
                    in_a_row = 0;
                    sim.sleep(std::time::Duration::ZERO).await;
                }
                continue;
            }
            in_a_row = 0;
            let due = self.next_due();
            let notified = self.inner.wake.notified();
            match due {
                None => notified.await,
                Some(due) => {
                    let sleep = sim.sleep_until(due);
                    match select(notified, sleep).await {
                        Either::Left(_) => (),
                        Either::Right(_) => self.check_deadlines(),
                    }
                }
            }
        }
    }

    fn pop(&self) -> Option<Queued> {
        let now = self.inner.client.sim().now();
        let mut state = self.inner.state.borrow_mut();
        let State {
            queue, algorithm, ..
        } = &mut *state;
        let popped = queue.pop(algorithm.framework(), now)?;
        self.inner.client.sim().set_cause(popped.cause);
        Some(popped)
    }

    fn next_due(&self) -> Option<sim::Time> {
        let state = self.inner.state.borrow();
        let deadline = state.waiting.values().map(|waiting| waiting.deadline).min();
        state.queue.next_due().into_iter().chain(deadline).min()
    }
}

fn objects(informers: &Informers) -> Objects {
    Objects {
        namespaces: informers.lister(),
        services: informers.lister(),
        replication_controllers: informers.lister(),
        replica_sets: informers.lister(),
        stateful_sets: informers.lister(),
        disruption_budgets: informers.lister(),
        claims: informers.lister(),
        volumes: informers.lister(),
        storage_classes: informers.lister(),
        csi_nodes: informers.lister(),
        csi_drivers: informers.lister(),
    }
}
