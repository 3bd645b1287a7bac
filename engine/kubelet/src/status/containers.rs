//! The status of a pod's containers: what the runtime knows, and what the kubelet knows of those that do not run.

use std::collections::BTreeMap;

use api::core::v1::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated,
    ContainerStateWaiting, ContainerStatus, ContainerUser, EphemeralContainer, LinuxContainerUser,
    POD_FAILED, POD_SUCCEEDED, ResourceRequirements, VolumeMount, VolumeMountStatus,
};
use apimachinery::Str;
use ecow::eco_format;

use super::generate::StatusInput;
use crate::clock::api_time;
use crate::kuberuntime::{could_restart_all, is_restartable_init, should_restart};

/// The reason of containers whose end nobody saw.
pub(crate) const VANISHED: &str = "ContainerStatusUnknown";

/// Which list of the pod's containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Init,
    Regular,
}

/// The statuses of a list of containers: regular ones by name, init containers in their order.
pub(super) fn container_statuses(input: &StatusInput<'_>, list: List) -> Vec<ContainerStatus> {
    let spec = &input.pod.spec;
    let (containers, old) = match list {
        List::Init => (&spec.init_containers, &input.old.init_container_statuses),
        List::Regular => (&spec.containers, &input.old.container_statuses),
    };
    let waiting = if spec.init_containers.is_empty() {
        "ContainerCreating"
    } else {
        "PodInitializing"
    };
    let mut statuses = BTreeMap::new();
    for container in containers {
        let old = old.iter().find(|status| status.name == container.name);
        let mut status = one_status(input, container, old, waiting);
        apply_waiting_reason(input, container, list, &mut status);
        status.volume_mounts = volume_mounts(&container.volume_mounts);
        statuses.insert(container.name.clone(), status);
    }
    match list {
        List::Regular => statuses.into_values().collect(),
        List::Init => containers
            .iter()
            .filter_map(|container| statuses.remove(&container.name))
            .collect(),
    }
}

/// The statuses of ephemeral containers.
pub(super) fn ephemeral_statuses(input: &StatusInput<'_>) -> Vec<ContainerStatus> {
    let old = &input.old.ephemeral_container_statuses;
    let containers = &input.pod.spec.ephemeral_containers;
    let status = |ephemeral: &EphemeralContainer| {
        let container = ephemeral_as_container(ephemeral);
        let old = old.iter().find(|status| status.name == container.name);
        let mut status = one_status(input, &container, old, "ContainerCreating");
        status.resources = None;
        apply_waiting_reason(input, &container, List::Regular, &mut status);
        status
    };
    let mut statuses: Vec<_> = containers.iter().map(status).collect();
    statuses.sort_by(|a, b| a.name.cmp(&b.name));
    statuses
}

/// What an ephemeral container has in common with others. It is never restarted.
pub(crate) fn ephemeral_as_container(ephemeral: &EphemeralContainer) -> Container {
    Container {
        name: ephemeral.name.clone(),
        image: ephemeral.image.clone(),
        command: ephemeral.command.clone(),
        args: ephemeral.args.clone(),
        working_dir: ephemeral.working_dir.clone(),
        env_from: ephemeral.env_from.clone(),
        env: ephemeral.env.clone(),
        volume_mounts: ephemeral.volume_mounts.clone(),
        restart_policy: Some("Never".into()),
        termination_message_path: ephemeral.termination_message_path.clone(),
        termination_message_policy: ephemeral.termination_message_policy.clone(),
        image_pull_policy: ephemeral.image_pull_policy.clone(),
        security_context: ephemeral.security_context.clone(),
        stdin: ephemeral.stdin,
        stdin_once: ephemeral.stdin_once,
        tty: ephemeral.tty,
        ..Container::default()
    }
}

/// The status of one container, from its two newest runs; without any, from its old status.
fn one_status(
    input: &StatusInput<'_>,
    container: &Container,
    old: Option<&ContainerStatus>,
    waiting: &str,
) -> ContainerStatus {
    let mut runs = input
        .runtime
        .containers
        .iter()
        .filter(|run| *run.name == *container.name);
    let Some(newest) = runs.next() else {
        let mut status = status_without_run(container, old, waiting);
        if status.state.terminated.is_some() && could_restart_all(input.pod) && !has_ended(input) {
            // Taken away to be started again.
            status.last_state = std::mem::replace(&mut status.state, waiting_state(waiting, ""));
        }
        return status;
    };
    let mut status = convert(newest);
    if let Some(previous) = runs.next() {
        status.last_state = convert(previous).state;
    } else if let Some(old) = old.filter(|old| old.restart_count == status.restart_count) {
        // The run before has been cleaned up.
        status.last_state = old.last_state.clone();
    }
    let requests = &container.resources.requests;
    if !requests.is_empty() {
        status.allocated_resources = requests.clone();
    }
    let resources = (input.actuated)(&container.name).unwrap_or_else(|| ResourceRequirements {
        limits: container.resources.limits.clone(),
        requests: requests.clone(),
        ..ResourceRequirements::default()
    });
    status.resources = Some(resources.into());
    status
}

/// Whether the pod has come to its end before.
fn has_ended(input: &StatusInput<'_>) -> bool {
    let phase = &input.old.phase;
    input.terminal || phase == POD_SUCCEEDED || phase == POD_FAILED
}

/// The status of a container that the runtime knows nothing of.
fn status_without_run(
    container: &Container,
    old: Option<&ContainerStatus>,
    waiting: &str,
) -> ContainerStatus {
    let mut status = ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone(),
        state: waiting_state(waiting, ""),
        ..ContainerStatus::default()
    };
    if let Some(old) = old {
        if old.state.terminated.is_some() {
            return old.clone();
        }
        status.restart_count = old.restart_count;
        status.last_state = old.last_state.clone();
        if old.state.running.is_some() && status.last_state.terminated.is_none() {
            status.last_state.terminated = Some(vanished().into());
            status.restart_count += 1;
        }
    }
    status
}

/// How a container ended that ran and is not there any more.
fn vanished() -> ContainerStateTerminated {
    ContainerStateTerminated {
        reason: VANISHED.into(),
        message: "The container could not be located when the pod was deleted.  The container used to be Running"
            .into(),
        exit_code: 137,
        ..ContainerStateTerminated::default()
    }
}

/// A container that is about to be started again waits for the reason that its last start failed for.
fn apply_waiting_reason(
    input: &StatusInput<'_>,
    container: &Container,
    list: List,
    status: &mut ContainerStatus,
) {
    let through = list == List::Init
        && !is_restartable_init(container)
        && status
            .state
            .terminated
            .as_ref()
            .is_some_and(|ended| ended.exit_code == 0);
    if through || !should_restart(container, input.pod, input.runtime) {
        return;
    }
    let Some(why) = (input.waiting_reason)(&container.name) else {
        return;
    };
    if status.state.terminated.is_some() {
        status.last_state = std::mem::take(&mut status.state);
    }
    status.state = waiting_state(&why.reason, &why.message);
}

fn waiting_state(reason: &str, message: &str) -> ContainerState {
    let waiting = ContainerStateWaiting {
        reason: reason.into(),
        message: message.into(),
    };
    ContainerState {
        waiting: Some(waiting.into()),
        ..ContainerState::default()
    }
}

/// A run of a container as the API tells it.
fn convert(run: &runtime::ContainerStatus) -> ContainerStatus {
    let id: Str = eco_format!("containerd://{}", run.id);
    let (uid, gid, groups) = &run.user;
    let user = LinuxContainerUser {
        uid: i64::from(*uid),
        gid: i64::from(*gid),
        supplemental_groups: groups.iter().map(|group| i64::from(*group)).collect(),
    };
    ContainerStatus {
        name: (&*run.name).into(),
        state: convert_state(run, &id),
        restart_count: i32::try_from(run.attempt).unwrap_or(i32::MAX),
        image: (&*run.image).into(),
        image_id: (&*run.image_ref).into(),
        container_id: id,
        user: Some(
            ContainerUser {
                linux: Some(user.into()),
            }
            .into(),
        ),
        ..ContainerStatus::default()
    }
}

fn convert_state(run: &runtime::ContainerStatus, id: &Str) -> ContainerState {
    match run.state {
        runtime::ContainerState::Created => waiting_state("", ""),
        runtime::ContainerState::Running => {
            let running = ContainerStateRunning {
                started_at: api_time(run.started_at),
            };
            ContainerState {
                running: Some(running.into()),
                ..ContainerState::default()
            }
        }
        runtime::ContainerState::Exited => {
            let terminated = ContainerStateTerminated {
                exit_code: run.exit_code,
                signal: 0,
                reason: run.reason.into(),
                message: (&*run.message).into(),
                started_at: api_time(run.started_at),
                finished_at: run.finished_at.map(api_time).unwrap_or_default(),
                container_id: id.clone(),
            };
            ContainerState {
                terminated: Some(terminated.into()),
                ..ContainerState::default()
            }
        }
    }
}

fn volume_mounts(mounts: &[VolumeMount]) -> Vec<VolumeMountStatus> {
    mounts
        .iter()
        .map(|mount| VolumeMountStatus {
            name: mount.name.clone(),
            mount_path: mount.mount_path.clone(),
            read_only: mount.read_only,
            recursive_read_only: mount.read_only.then(|| {
                let wanted = mount.recursive_read_only.as_deref();
                match wanted {
                    Some("Enabled" | "IfPossible") => "Enabled".into(),
                    _ => "Disabled".into(),
                }
            }),
            volume_status: None,
        })
        .collect()
}
