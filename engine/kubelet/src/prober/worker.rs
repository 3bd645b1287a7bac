//! One probe of one container.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{
    Container, ContainerStatus, POD_FAILED, POD_SUCCEEDED, Pod, PodStatus, Probe,
    RESTART_POLICY_NEVER,
};
use sim::futures_util::future::{Either, select};
use sim::{Notify, Time};

use super::{ProbeKind, ProbeResult, container_id};
use crate::kubelet::Kubelet;

/// What a worker knows.
pub(super) struct Worker {
    pub(super) pod: Rc<Pod>,
    pub(super) container: Container,
    pub(super) kind: ProbeKind,
    pub(super) probe: Probe,
    trigger: Notify,
    probed: Rc<RefCell<Option<Rc<str>>>>,
    stopped: Rc<Cell<bool>>,
    last: Option<ProbeResult>,
    in_a_row: i32,
    /// It has failed for good; what matters next is a new container.
    on_hold: bool,
}

impl Worker {
    pub(super) fn new(
        pod: &Rc<Pod>,
        container: &Container,
        kind: ProbeKind,
        probe: &Probe,
        trigger: Notify,
    ) -> Self {
        Self {
            pod: Rc::clone(pod),
            container: container.clone(),
            kind,
            probe: probe.clone(),
            trigger,
            probed: Rc::default(),
            stopped: Rc::default(),
            last: None,
            in_a_row: 0,
            on_hold: false,
        }
    }

    pub(super) fn container_handle(&self) -> Rc<RefCell<Option<Rc<str>>>> {
        Rc::clone(&self.probed)
    }

    pub(super) fn stopped_handle(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.stopped)
    }

    fn period(&self) -> Duration {
        let seconds = u64::try_from(self.probe.period_seconds).unwrap_or(0);
        Duration::from_secs(seconds.max(1))
    }

    /// What counts before the first answer.
    fn initial(&self) -> ProbeResult {
        match self.kind {
            ProbeKind::Readiness => ProbeResult::Failure,
            ProbeKind::Liveness => ProbeResult::Success,
            ProbeKind::Startup => ProbeResult::Unknown,
        }
    }

    /// Counts an answer; the result if the threshold is reached.
    fn count(&mut self, answer: ProbeResult) -> Option<ProbeResult> {
        if self.last == Some(answer) {
            self.in_a_row = self.in_a_row.saturating_add(1);
        } else {
            self.last = Some(answer);
            self.in_a_row = 1;
        }
        let threshold = match answer {
            ProbeResult::Success => self.probe.success_threshold,
            _ => self.probe.failure_threshold,
        };
        (self.in_a_row >= threshold.max(1)).then_some(answer)
    }
}

/// Whether a worker goes on.
enum Next {
    Again,
    Stop,
}

impl Kubelet {
    /// Asks every period, and when told to, until the pod ends.
    pub(super) async fn run_probe(self, mut worker: Worker) {
        let mut tick = self.sim().now();
        loop {
            if worker.stopped.get() {
                return;
            }
            if let Next::Stop = self.do_probe(&mut worker).await {
                return;
            }
            tick = next_tick(tick, worker.period(), self.sim().now());
            let trigger = std::pin::pin!(worker.trigger.notified());
            if let Either::Left(_) = select(trigger, self.sim().sleep_until(tick)).await {
                tick = self.sim().now();
            }
        }
    }

    async fn do_probe(&self, worker: &mut Worker) -> Next {
        let Some(status) = self.last_status(&worker.pod.metadata.uid) else {
            return Next::Again;
        };
        if status.phase == POD_FAILED || status.phase == POD_SUCCEEDED {
            return Next::Stop;
        }
        let Some(container) = find(&status, &worker.container.name) else {
            return Next::Again;
        };
        let id: Rc<str> = container_id(container).into();
        if id.is_empty() {
            return Next::Again;
        }
        self.look_for_new_container(worker, &id);
        if worker.on_hold {
            return Next::Again;
        }
        let Some(running) = &container.state.running else {
            self.set_probe_result(worker, &id, ProbeResult::Failure);
            let restarts = worker.pod.spec.restart_policy != RESTART_POLICY_NEVER;
            return if container.state.terminated.is_none() || restarts {
                Next::Again
            } else {
                Next::Stop
            };
        };
        let age = self.sim().now().as_secs() - running.started_at.unix();
        if age < i64::from(worker.probe.initial_delay_seconds) {
            return Next::Again;
        }
        let started = container.started == Some(true);
        if started == (worker.kind == ProbeKind::Startup) {
            return Next::Again;
        }
        let Some(answer) = self.ask(worker, &id).await else {
            return Next::Again;
        };
        let Some(result) = worker.count(answer) else {
            return Next::Again;
        };
        if worker.stopped.get() {
            return Next::Stop;
        }
        self.set_probe_result(worker, &id, result);
        if worker.kind != ProbeKind::Readiness && result == ProbeResult::Failure {
            worker.on_hold = true;
            worker.in_a_row = 0;
        }
        Next::Again
    }

    fn look_for_new_container(&self, worker: &mut Worker, id: &Rc<str>) {
        let known = worker.probed.borrow().clone();
        if known.as_ref() == Some(id) {
            return;
        }
        if let Some(old) = known {
            self.probes().results().remove(&old, worker.kind);
        }
        *worker.probed.borrow_mut() = Some(Rc::clone(id));
        self.set_probe_result(worker, id, worker.initial());
        worker.on_hold = false;
    }

    /// Notes a result, and if it is a new one, has it told and the pod looked at.
    fn set_probe_result(&self, worker: &Worker, id: &Rc<str>, result: ProbeResult) {
        if !self.probes().results().set(id, worker.kind, result) {
            return;
        }
        let pod = &worker.pod;
        let name = &worker.container.name;
        match worker.kind {
            ProbeKind::Readiness => {
                self.set_container_readiness(pod, name, id, result == ProbeResult::Success);
            }
            ProbeKind::Startup => {
                self.set_container_startup(pod, name, id, result == ProbeResult::Success);
            }
            ProbeKind::Liveness if result != ProbeResult::Failure => return,
            ProbeKind::Liveness => {}
        }
        self.wake_pod(&pod.metadata.uid);
    }
}

fn find<'a>(status: &'a PodStatus, name: &str) -> Option<&'a ContainerStatus> {
    status
        .container_statuses
        .iter()
        .chain(&status.init_container_statuses)
        .find(|container| container.name == name)
}

/// The next turn after `now`; a turn that was missed is made up for at once.
fn next_tick(last: Time, period: Duration, now: Time) -> Time {
    let next = last + period;
    if next >= now { next } else { now }
}
