//! The conditions that the kubelet keeps: ready to start containers, initialised, containers ready, ready.

use api::core::v1::{
    ALL_CONTAINERS_RESTARTING, Container, ContainerStatus, POD_FAILED, POD_RESIZE_IN_PROGRESS,
    POD_RESIZE_PENDING, POD_SUCCEEDED, Pod, PodCondition,
};
use apimachinery::Str;

use crate::kuberuntime::is_restartable_init;
use crate::names::bracketed;

/// The conditions that only the kubelet writes.
const OWNED: [&str; 8] = [
    ALL_CONTAINERS_RESTARTING,
    POD_RESIZE_PENDING,
    POD_RESIZE_IN_PROGRESS,
    "PodScheduled",
    "Ready",
    "Initialized",
    "ContainersReady",
    "PodReadyToStartContainers",
];

/// Whether the kubelet is the one who writes a condition.
pub(super) fn is_owned(type_: &str) -> bool {
    OWNED.contains(&type_)
}

fn condition(pod: &Pod, type_: &str, status: bool) -> PodCondition {
    PodCondition {
        type_: type_.into(),
        observed_generation: pod.metadata.generation,
        status: if status { "True" } else { "False" }.into(),
        ..PodCondition::default()
    }
}

fn refused(pod: &Pod, type_: &str, reason: &str, message: String) -> PodCondition {
    PodCondition {
        reason: reason.into(),
        message: message.into(),
        ..condition(pod, type_, false)
    }
}

/// Whether the pod's sandbox and network are there.
pub(crate) fn ready_to_start_condition(pod: &Pod, sandbox_ready: bool) -> PodCondition {
    condition(pod, "PodReadyToStartContainers", sandbox_ready)
}

/// Whether all containers are being taken away to be started again.
pub(super) fn all_restarting(pod: &Pod, restarting: bool, phase: &str) -> PodCondition {
    let mut made = PodCondition {
        observed_generation: 0,
        ..condition(pod, ALL_CONTAINERS_RESTARTING, restarting)
    };
    let ended = match phase {
        POD_SUCCEEDED => "PodCompleted",
        POD_FAILED => "PodFailed",
        _ => "",
    };
    if !ended.is_empty() {
        made.status = "False".into();
        made.reason = ended.into();
    } else if restarting {
        made.reason = "RestartAllContainersStarted".into();
        made.message = "container exited with restart policy rule".into();
    }
    made
}

/// Whether all init containers are through.
pub(super) fn initialized(pod: &Pod, statuses: &[ContainerStatus], phase: &str) -> PodCondition {
    const TYPE: &str = "Initialized";
    let spec = &pod.spec;
    let started_before = spec.containers.iter().any(|container| {
        find(statuses, container).is_some_and(|status| {
            let state = &status.state;
            state.running.is_some() || state.terminated.is_some()
        })
    });
    let unknown = names(&spec.init_containers, |c| find(statuses, c).is_none());
    if phase == POD_SUCCEEDED && unknown.is_empty() {
        return PodCondition {
            reason: "PodCompleted".into(),
            ..condition(pod, TYPE, true)
        };
    }
    if started_before {
        return condition(pod, TYPE, true);
    }
    let incomplete = names(&spec.init_containers, |container| {
        find(statuses, container).is_some_and(|status| {
            if is_restartable_init(container) {
                status.started != Some(true)
            } else {
                !status.ready
            }
        })
    });
    match complaint(&unknown, &incomplete, "incomplete") {
        Some(message) => refused(pod, TYPE, "ContainersNotInitialized", message),
        None => condition(pod, TYPE, true),
    }
}

/// Whether all containers (sidecars included) are ready.
pub(super) fn containers_ready(
    pod: &Pod,
    statuses: &[ContainerStatus],
    phase: &str,
) -> PodCondition {
    readiness(pod, "ContainersReady", statuses, phase)
}

/// Whether all containers are ready and all readiness gates are open. `conditions` are those others wrote.
pub(super) fn ready(
    pod: &Pod,
    conditions: &[PodCondition],
    statuses: &[ContainerStatus],
    phase: &str,
) -> PodCondition {
    let containers = readiness(pod, "Ready", statuses, phase);
    if containers.status != "True" {
        return containers;
    }
    let mut closed = Vec::new();
    for gate in &pod.spec.readiness_gates {
        let type_ = &gate.condition_type;
        match conditions.iter().find(|known| known.type_ == *type_) {
            None => closed.push(format!(
                "corresponding condition of pod readiness gate \"{type_}\" does not exist."
            )),
            Some(known) if known.status != "True" => closed.push(format!(
                "the status of pod readiness gate \"{type_}\" is not \"True\", but {}",
                known.status
            )),
            Some(_) => {}
        }
    }
    if closed.is_empty() {
        condition(pod, "Ready", true)
    } else {
        refused(pod, "Ready", "ReadinessGatesNotReady", closed.join(", "))
    }
}

fn readiness(pod: &Pod, type_: &str, statuses: &[ContainerStatus], phase: &str) -> PodCondition {
    if statuses.is_empty() {
        return refused(pod, type_, "UnknownContainerStatuses", String::new());
    }
    let spec = &pod.spec;
    let sidecars = spec
        .init_containers
        .iter()
        .filter(|c| is_restartable_init(c));
    let containers: Vec<_> = sidecars.chain(&spec.containers).collect();
    let unknown = names(containers.iter().copied(), |c| find(statuses, c).is_none());
    let unready = names(containers.iter().copied(), |c| {
        find(statuses, c).is_some_and(|status| !status.ready)
    });
    match phase {
        POD_SUCCEEDED if unknown.is_empty() => {
            return refused(pod, type_, "PodCompleted", String::new());
        }
        POD_FAILED => return refused(pod, type_, "PodFailed", String::new()),
        _ => {}
    }
    match complaint(&unknown, &unready, "unready") {
        Some(message) => refused(pod, type_, "ContainersNotReady", message),
        None => condition(pod, type_, true),
    }
}

fn find<'a>(statuses: &'a [ContainerStatus], container: &Container) -> Option<&'a ContainerStatus> {
    statuses.iter().find(|status| status.name == container.name)
}

fn names<'a>(
    containers: impl IntoIterator<Item = &'a Container>,
    wanted: impl Fn(&Container) -> bool,
) -> Vec<Str> {
    containers
        .into_iter()
        .filter(|container| wanted(container))
        .map(|container| container.name.clone())
        .collect()
}

/// What a condition's message says of containers without status and of those in the wrong one.
fn complaint(unknown: &[Str], wrong: &[Str], what: &str) -> Option<String> {
    let mut parts = Vec::new();
    if !unknown.is_empty() {
        parts.push(format!(
            "containers with unknown status: {}",
            bracketed(unknown)
        ));
    }
    if !wrong.is_empty() {
        parts.push(format!(
            "containers with {what} status: {}",
            bracketed(wrong)
        ));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
