//! A pod's status as a pure function of its spec, the runtime's state, and what probes found.

use api::core::v1::{
    ContainerStatus, HostIP, POD_FAILED, POD_RUNNING, POD_SUCCEEDED, Pod, PodCondition, PodIP,
    PodStatus, ResourceRequirements,
};
use apimachinery::Str;

use super::conditions::{
    all_restarting, containers_ready, initialized, is_owned, ready, ready_to_start_condition,
};
use super::containers::{List, container_statuses, ephemeral_statuses};
use super::phase::pod_phase;
use crate::deadline;
use crate::kuberuntime::{could_restart_all, is_restartable_init, is_restarting_all};

/// Why a container could not be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WaitingReason {
    /// In one word, such as `ImagePullBackOff`.
    pub(crate) reason: Str,
    /// In full.
    pub(crate) message: Str,
}

/// What a pod's status is made from.
pub(crate) struct StatusInput<'a> {
    /// The pod.
    pub(crate) pod: &'a Pod,
    /// What the runtime knows.
    pub(crate) runtime: &'a runtime::PodStatus,
    /// The status before.
    pub(crate) old: &'a PodStatus,
    /// No container will be started again.
    pub(crate) terminal: bool,
    /// The pod's time is up.
    pub(crate) past_deadline: bool,
    /// The node's address.
    pub(crate) host_ip: &'a str,
    /// Why the last start of a container failed, by its name.
    pub(crate) waiting_reason: &'a dyn Fn(&str) -> Option<WaitingReason>,
    /// What a container of that name has, where that differs from what it was given last.
    pub(crate) actuated: &'a dyn Fn(&str) -> Option<ResourceRequirements>,
    /// How far a change of resources has come.
    pub(crate) resizing: Vec<PodCondition>,
    /// Whether a running container has started, and is ready, by what its probes found.
    pub(crate) probed: &'a dyn Fn(&str, &ContainerStatus) -> (bool, bool),
}

/// Makes a pod's status.
pub(crate) fn generate_api_pod_status(input: &StatusInput<'_>) -> PodStatus {
    let pod = input.pod;
    let mut status = PodStatus {
        observed_generation: pod.metadata.generation,
        nominated_node_name: pod.status.nominated_node_name.clone(),
        qos_class: pod.status.qos_class.clone(),
        container_statuses: container_statuses(input, List::Regular),
        init_container_statuses: container_statuses(input, List::Init),
        ephemeral_container_statuses: ephemeral_statuses(input),
        resource_claim_statuses: pod.status.resource_claim_statuses.clone(),
        ..PodStatus::default()
    };
    let resources = match &pod.spec.resources {
        Some(resources) => resources.clone(),
        None => ResourceRequirements::default().into(),
    };
    status.resources = Some(resources);
    set_started_and_ready(input, &mut status);
    let all: Vec<ContainerStatus> = status
        .init_container_statuses
        .iter()
        .chain(&status.container_statuses)
        .cloned()
        .collect();
    let restarting = !input.terminal && is_restarting_all(pod, input.runtime, input.old);
    let phase = if restarting {
        POD_RUNNING
    } else {
        pod_phase(pod, &all, input.terminal)
    };
    status.phase = keep_terminal(phase, input).into();
    if status.phase == input.old.phase {
        let or = |old: &Str, api: &Str| {
            if old.is_empty() {
                api.clone()
            } else {
                old.clone()
            }
        };
        status.reason = or(&input.old.reason, &pod.status.reason);
        status.message = or(&input.old.message, &pod.status.message);
    }
    if input.past_deadline {
        status.phase = POD_FAILED.into();
        status.reason = deadline::REASON.into();
        status.message = deadline::MESSAGE.into();
    }
    set_conditions(input, &all, restarting, &mut status);
    set_addresses(input, &mut status);
    status
}

/// A pod that has come to its end never comes back.
fn keep_terminal<'a>(phase: &'a str, input: &'a StatusInput<'_>) -> &'a str {
    let ended = |phase: &str| phase == POD_SUCCEEDED || phase == POD_FAILED;
    if ended(phase) {
        return phase;
    }
    [&input.old.phase, &input.pod.status.phase]
        .into_iter()
        .find(|phase| ended(phase))
        .map_or(phase, Str::as_str)
}

fn set_started_and_ready(input: &StatusInput<'_>, status: &mut PodStatus) {
    for container in &mut status.container_statuses {
        let (started, ready) = probed(input, container);
        container.started = Some(started);
        container.ready = ready;
    }
    for container in &mut status.init_container_statuses {
        let spec = input
            .pod
            .spec
            .init_containers
            .iter()
            .find(|spec| spec.name == container.name);
        if spec.is_some_and(is_restartable_init) {
            let (started, ready) = probed(input, container);
            container.started = Some(started);
            container.ready = ready;
        } else {
            container.started = Some(container.state.running.is_some());
            container.ready = container
                .state
                .terminated
                .as_ref()
                .is_some_and(|ended| ended.exit_code == 0);
        }
    }
}

/// Whether a container has started and is ready. One that does not run is neither.
fn probed(input: &StatusInput<'_>, container: &ContainerStatus) -> (bool, bool) {
    if container.state.running.is_none() {
        return (false, false);
    }
    let (started, ready) = (input.probed)(&container.name, container);
    (started, started && ready)
}

fn set_conditions(
    input: &StatusInput<'_>,
    all: &[ContainerStatus],
    restarting: bool,
    status: &mut PodStatus,
) {
    let pod = input.pod;
    let others = pod.status.conditions.iter().filter(|c| !is_owned(&c.type_));
    let resizing = input.resizing.iter();
    let mut conditions: Vec<PodCondition> = resizing.chain(others).cloned().collect();
    let sandbox_ready = input.runtime.sandbox_ready();
    let phase = status.phase.as_str();
    let made = [
        ready_to_start_condition(pod, sandbox_ready),
        initialized(pod, all, phase),
        ready(pod, &conditions, all, phase),
        containers_ready(pod, all, phase),
        PodCondition {
            type_: "PodScheduled".into(),
            observed_generation: pod.metadata.generation,
            status: "True".into(),
            ..PodCondition::default()
        },
    ];
    conditions.extend(made);
    if could_restart_all(pod) {
        conditions.push(all_restarting(pod, restarting, phase));
    }
    status.conditions = conditions;
}

fn set_addresses(input: &StatusInput<'_>, status: &mut PodStatus) {
    status.host_ip = input.host_ip.into();
    status.host_ips = vec![HostIP {
        ip: input.host_ip.into(),
    }];
    let newest = input.runtime.sandboxes.first();
    let own = newest.and_then(|sandbox| sandbox.ip.filter(|_| sandbox.ready));
    let ip: Str = match own {
        Some(ip) => ecow::eco_format!("{ip}"),
        None if input.pod.spec.host_network => input.host_ip.into(),
        // An address is kept in the status after the sandbox has lost it.
        None if newest.is_some() => input.old.pod_ip.clone(),
        None => Str::new(),
    };
    if !ip.is_empty() {
        status.pod_ip = ip.clone();
        status.pod_ips = vec![PodIP { ip }];
    }
}

#[cfg(test)]
mod tests;
