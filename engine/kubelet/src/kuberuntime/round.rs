//! One round of doing what [`compute_pod_actions`] says.

use std::rc::Rc;

use api::core::v1::{Container, Pod};
use runtime::{ContainerState, PodStatus, SandboxConfig};
use sim::Time;

use super::actions::{KillReason, PodActions, compute_pod_actions};
use super::kill::KillWhy;
use super::restart::is_restartable_init;
use super::restart_all::is_restarting_all;
use crate::kubelet::Kubelet;
use crate::names::pod_name;
use crate::status::{WaitingReason, ephemeral_as_container};
use crate::sync::SyncError;

/// Why a container could not be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartError {
    /// What the container waits for.
    pub(crate) waiting: WaitingReason,
    /// Until when it has to wait, if it is known.
    pub(crate) until: Option<Time>,
}

impl StartError {
    pub(crate) fn new(reason: &str, message: impl Into<apimachinery::Str>) -> Self {
        Self {
            waiting: WaitingReason {
                reason: reason.into(),
                message: message.into(),
            },
            until: None,
        }
    }
}

/// What came of a round.
#[derive(Debug, Default)]
pub(crate) struct Round {
    acted: bool,
    failed: bool,
    starts: Vec<(String, Result<(), StartError>)>,
}

impl Round {
    /// Whether anything was done.
    pub(crate) fn acted(&self) -> bool {
        self.acted
    }

    /// The error that decides when the pod is looked at again: the earliest end of a back-off, unless something failed
    /// for another reason.
    pub(crate) fn error(&self) -> Option<SyncError> {
        let errors: Vec<_> = self
            .starts
            .iter()
            .filter_map(|(_, started)| started.as_ref().err())
            .collect();
        if errors.is_empty() && !self.failed {
            return None;
        }
        let untils: Option<Vec<Time>> = errors.iter().map(|error| error.until).collect();
        match untils.and_then(|untils| untils.into_iter().min()) {
            Some(until) if !self.failed => Some(SyncError::Backoff(until)),
            _ => Some(SyncError::Failed),
        }
    }
}

/// Under which name a container's crashes are counted. A new image starts anew.
pub(crate) fn crash_key(pod: &Pod, container: &Container) -> String {
    format!("{}/{}/{}", pod_name(pod), container.name, container.image)
}

impl Kubelet {
    /// Does what is to be done about a pod's containers.
    pub(crate) async fn run_containers(&self, pod: &Rc<Pod>, status: &PodStatus) -> Round {
        let probed = |kind, id: &str| self.probes().results().get(id, kind);
        let mut actions = compute_pod_actions(pod, status, &probed);
        let mut round = Round::default();
        let old = self.last_status(&pod.metadata.uid);
        if is_restarting_all(pod, status, old.as_deref().unwrap_or(&pod.status)) {
            self.reset_containers(pod, status).await;
            round.acted = true;
            // That containers are gone wakes nobody.
            self.wake_pod(&pod.metadata.uid);
            return round;
        }
        self.resize_containers(pod, status, &mut actions);
        self.stop_what_must_stop(pod, status, &actions, &mut round)
            .await;
        let Some(sandbox) = self.sandbox(pod, status, &actions, &mut round).await else {
            return round;
        };
        let spec = &pod.spec;
        for index in &actions.start_ephemeral {
            let container = ephemeral_as_container(&spec.ephemeral_containers[*index]);
            self.start_or_wait(pod, &container, &sandbox, status, &mut round)
                .await;
        }
        for index in &actions.start_init {
            let container = &spec.init_containers[*index];
            let started = self
                .start_or_wait(pod, container, &sandbox, status, &mut round)
                .await;
            if !started && !is_restartable_init(container) {
                return round;
            }
        }
        for index in &actions.start {
            let container = &spec.containers[*index];
            self.start_or_wait(pod, container, &sandbox, status, &mut round)
                .await;
        }
        round
    }

    async fn stop_what_must_stop(
        &self,
        pod: &Rc<Pod>,
        status: &PodStatus,
        actions: &PodActions,
        round: &mut Round,
    ) {
        if actions.kill_pod {
            if actions.create_sandbox && actions.attempt > 0 {
                let message = "Pod sandbox changed, it will be killed and re-created.";
                self.pod_event(pod, "Normal", "SandboxChanged", message);
            }
            if !status.sandboxes.is_empty() {
                self.kill_pod(pod, status, None).await;
                round.acted = true;
            }
            return;
        }
        for kill in &actions.kill {
            let why = match kill.reason {
                KillReason::Changed => KillWhy::Other,
                KillReason::Liveness => KillWhy::Liveness,
                KillReason::Startup => KillWhy::Startup,
            };
            self.kill_container(pod, &kill.id, &kill.name, Some(&kill.message), why)
                .await;
            round.acted = true;
        }
    }

    /// The sandbox to start containers in: a new one, or the one there is. `None` if there is none and none is wanted, or
    /// it cannot be made.
    async fn sandbox(
        &self,
        pod: &Rc<Pod>,
        status: &PodStatus,
        actions: &PodActions,
        round: &mut Round,
    ) -> Option<Rc<str>> {
        if !actions.create_sandbox {
            let ready = status.sandbox_ready() && !actions.kill_pod;
            return actions.sandbox.clone().filter(|_| ready);
        }
        round.acted = true;
        let meta = &pod.metadata;
        let config = SandboxConfig {
            uid: self.uid(&meta.uid),
            name: meta.name.as_str().into(),
            namespace: meta.namespace.as_str().into(),
            attempt: actions.attempt,
            hostname: self.hostname(pod),
            host_network: pod.spec.host_network,
            host_ports: host_ports(pod),
        };
        match self.runtime().run_pod_sandbox(config).await {
            Ok(id) => {
                self.set_sandbox_ready(pod);
                Some(id)
            }
            Err(error) => {
                let message = format!("Failed to create pod sandbox: {error}");
                self.pod_event(pod, "Warning", "FailedCreatePodSandBox", &message);
                round.failed = true;
                None
            }
        }
    }

    /// Starts a container unless it has to wait; whether it runs now.
    async fn start_or_wait(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
        sandbox: &Rc<str>,
        status: &PodStatus,
        round: &mut Round,
    ) -> bool {
        round.acted = true;
        let started = match self.wait_after_crash(pod, container, status) {
            Some(error) => Err(error),
            None => self.start_container(pod, container, sandbox, status).await,
        };
        let runs = started.is_ok();
        round.starts.push((container.name.to_string(), started));
        runs
    }

    /// Whether a container has to wait before it is started again, by the end of its last run that is over: one that was
    /// just killed for its probes does not count yet.
    fn wait_after_crash(
        &self,
        pod: &Pod,
        container: &Container,
        status: &PodStatus,
    ) -> Option<StartError> {
        let mut runs = status.containers.iter();
        let ended = runs
            .find(|run| *run.name == *container.name && run.state == ContainerState::Exited)?
            .finished_at?;
        let name = &container.name;
        let full_name = pod_name(pod);
        let key = crash_key(pod, container);
        let now = self.sim().now();
        let mut crashes = self.crashes().borrow_mut();
        if !crashes.is_waiting_since(&key, ended, now) {
            crashes.next(&key, ended, now);
            return None;
        }
        let wait = crashes.get(&key);
        drop(crashes);
        let message = format!("Back-off restarting failed container {name} in pod {full_name}");
        self.container_event(pod, name, "Warning", "BackOff", &message);
        let wait_text = apimachinery::time::format_go_duration(
            i64::try_from(wait.as_nanos()).unwrap_or(i64::MAX),
        );
        let mut error = StartError::new(
            "CrashLoopBackOff",
            format!("back-off {wait_text} restarting failed container={name} pod={full_name}"),
        );
        error.until = Some(ended + wait);
        Some(error)
    }

    /// Keeps why containers could not be started, for the pod's status.
    pub(crate) fn keep_reasons(&self, pod: &Pod, round: &Round) {
        let mut reasons = self.reasons().borrow_mut();
        let of_pod = reasons.entry(pod.metadata.uid.as_str().into()).or_default();
        for (name, started) in &round.starts {
            match started {
                Ok(()) => of_pod.remove(name),
                Err(error) => of_pod.insert(name.clone(), error.waiting.clone()),
            };
        }
        if of_pod.is_empty() {
            reasons.remove(pod.metadata.uid.as_str());
        }
        drop(reasons);
        if !round.starts.is_empty() {
            self.progress_changed(&pod.metadata.uid);
        }
    }
}

/// The ports of the node that lead to the pod's.
fn host_ports(pod: &Pod) -> Vec<(u16, u16)> {
    let spec = &pod.spec;
    let ports = spec
        .init_containers
        .iter()
        .chain(&spec.containers)
        .flat_map(|container| &container.ports);
    let tcp = ports.filter(|port| port.host_port > 0 && port.protocol != "UDP");
    tcp.filter_map(|port| {
        let number = |port: i32| u16::try_from(port).ok();
        Some((number(port.host_port)?, number(port.container_port)?))
    })
    .collect()
}
