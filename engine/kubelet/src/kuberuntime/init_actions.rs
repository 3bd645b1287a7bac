//! Init containers: one after the other; sidecars among them keep running and are restarted.

use std::rc::Rc;

use api::core::v1::Pod;
use runtime::{ContainerState, ContainerStatus, PodStatus};

use super::actions::{Kill, KillReason, PodActions, Probed};
use super::restart::{container_hash, is_restartable_init, restarts_after};
use crate::prober::{ProbeKind, ProbeResult};

/// What a look at an init container leads to.
enum Step {
    /// It has been through; the next one's turn.
    Through,
    /// It is on its way; nothing to do for those after it.
    Underway,
    /// It has failed for good.
    Failed,
}

/// Adds what is to be done about init containers; whether the pod is initialised.
///
/// The last init container that was started decides how far the pod is; those before it only matter if they are
/// sidecars, which have to be kept running.
pub(crate) fn compute_init_container_actions(
    pod: &Pod,
    status: &PodStatus,
    probed: Probed<'_>,
    actions: &mut PodActions,
) -> bool {
    let containers = &pod.spec.init_containers;
    if containers.is_empty() {
        return true;
    }
    let was_initialized = any_container_started(pod, status);
    let mut initialized = was_initialized;
    let mut start = Vec::new();
    let mut seen_any = false;
    for (index, container) in containers.iter().enumerate().rev() {
        let sidecar = is_restartable_init(container);
        // Those before the furthest one are through; of them only sidecars still matter.
        let past = was_initialized || seen_any;
        if past && !sidecar {
            continue;
        }
        let Some(newest) = status.container(&container.name) else {
            if past {
                start.push(index);
            }
            continue;
        };
        let furthest = !seen_any;
        seen_any = true;
        let step = if sidecar {
            look_at_sidecar(pod, index, newest, probed, &mut start, actions)
        } else {
            look_at(pod, index, newest, &mut start)
        };
        if furthest && !was_initialized {
            match step {
                Step::Through if index + 1 == containers.len() => initialized = true,
                Step::Through => start.push(index + 1),
                Step::Underway => {}
                Step::Failed => {
                    actions.kill_pod = true;
                    actions.start_init.clear();
                    return false;
                }
            }
        }
    }
    if !was_initialized && !seen_any {
        start = vec![0];
    }
    start.sort_unstable();
    start.dedup();
    actions.start_init = start;
    initialized
}

/// Whether any of the pod's own containers was ever started in this sandbox: then initialisation is behind it.
fn any_container_started(pod: &Pod, status: &PodStatus) -> bool {
    pod.spec.containers.iter().any(|container| {
        status
            .container(&container.name)
            .is_some_and(|newest| newest.state != ContainerState::Created)
    })
}

fn look_at(pod: &Pod, index: usize, newest: &ContainerStatus, start: &mut Vec<usize>) -> Step {
    match newest.state {
        ContainerState::Created | ContainerState::Running => Step::Underway,
        ContainerState::Exited if newest.exit_code == 0 => Step::Through,
        ContainerState::Exited => {
            let container = &pod.spec.init_containers[index];
            if !restarts_after(container, pod, newest.exit_code) {
                return Step::Failed;
            }
            start.push(index);
            Step::Underway
        }
    }
}

fn look_at_sidecar(
    pod: &Pod,
    index: usize,
    newest: &ContainerStatus,
    probed: Probed<'_>,
    start: &mut Vec<usize>,
    actions: &mut PodActions,
) -> Step {
    let container = &pod.spec.init_containers[index];
    match newest.state {
        ContainerState::Created => return Step::Underway,
        ContainerState::Exited => {
            start.push(index);
            return Step::Underway;
        }
        ContainerState::Running => {}
    }
    let result = |kind| probed(kind, &newest.id);
    let mut kill = |reason, what: &str, start: &mut Vec<usize>| {
        actions.kill.push(Kill {
            id: Rc::clone(&newest.id),
            name: Rc::clone(&newest.name),
            message: format!("Init container {} {what}", container.name),
            reason,
        });
        start.push(index);
    };
    if container.startup_probe.is_some() {
        match result(ProbeKind::Startup) {
            Some(ProbeResult::Success) => {}
            Some(ProbeResult::Failure) => {
                kill(KillReason::Startup, "failed startup probe", start);
                return Step::Underway;
            }
            _ => return Step::Underway,
        }
    }
    if newest.hash != container_hash(container) {
        kill(KillReason::Changed, "container definition changed", start);
    } else if result(ProbeKind::Liveness) == Some(ProbeResult::Failure) {
        kill(KillReason::Liveness, "failed liveness probe", start);
    }
    Step::Through
}
