//! What is to be done about a pod's containers: a pure function of its spec, the runtime's state and probe results.
//!
//! ```text
//!   no (ready) sandbox ──▶ make one, then start at the beginning
//!   init containers not through ──▶ start the next one, or give up (policy Never)
//!   else for each container: not running ──▶ start it if its policy says so
//!                            running, but changed or failing its probes ──▶ kill it, and start it again
//!   nothing runs and nothing will be started ──▶ kill the pod
//! ```

use std::rc::Rc;

use api::core::v1::{Container, Pod, RESTART_POLICY_NEVER, RESTART_POLICY_ON_FAILURE};
use runtime::{ContainerState, ContainerStatus, PodStatus};

use super::init_actions::compute_init_container_actions;
use super::restart::{container_hash, container_succeeded, is_restartable, should_restart};
use crate::prober::{ProbeKind, ProbeResult};

/// Why a container is killed, apart from the pod's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KillReason {
    /// Its spec has changed.
    Changed,
    /// Its liveness probe failed.
    Liveness,
    /// Its startup probe failed.
    Startup,
}

/// A container to be killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kill {
    /// Its id.
    pub(crate) id: Rc<str>,
    /// Its name.
    pub(crate) name: Rc<str>,
    /// What the event says.
    pub(crate) message: String,
    /// Why.
    pub(crate) reason: KillReason,
}

/// What is to be done, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PodActions {
    /// Stop everything.
    pub(crate) kill_pod: bool,
    /// Make a sandbox.
    pub(crate) create_sandbox: bool,
    /// The sandbox that there is.
    pub(crate) sandbox: Option<Rc<str>>,
    /// How many sandboxes there were before the one to be made.
    pub(crate) attempt: u32,
    /// Containers to be killed, in the spec's order.
    pub(crate) kill: Vec<Kill>,
    /// Ephemeral containers to be started, by index.
    pub(crate) start_ephemeral: Vec<usize>,
    /// Init containers to be started, by index.
    pub(crate) start_init: Vec<usize>,
    /// Containers to be started, by index.
    pub(crate) start: Vec<usize>,
}

/// What the probes last said of a container, by its id.
pub(crate) type Probed<'a> = &'a dyn Fn(ProbeKind, &str) -> Option<ProbeResult>;

/// Computes what is to be done about a pod.
pub(crate) fn compute_pod_actions(pod: &Pod, status: &PodStatus, probed: Probed<'_>) -> PodActions {
    let mut actions = PodActions::default();
    let newest = status.sandboxes.first();
    actions.sandbox = newest.map(|sandbox| Rc::clone(&sandbox.id));
    actions.attempt = newest.map_or(0, |sandbox| sandbox.attempt);
    if needs_new_sandbox(status) {
        actions.kill_pod = true;
        actions.create_sandbox = true;
        actions.attempt = newest.map_or(0, |sandbox| sandbox.attempt + 1);
        start_from_the_beginning(pod, status, &mut actions);
        return actions;
    }
    for (index, container) in pod.spec.ephemeral_containers.iter().enumerate() {
        if status.container(&container.name).is_none() {
            actions.start_ephemeral.push(index);
        }
    }
    let initialized = compute_init_container_actions(pod, status, probed, &mut actions);
    if actions.kill_pod || !initialized {
        return actions;
    }
    let mut kept = 0;
    for (index, container) in pod.spec.containers.iter().enumerate() {
        let running = status
            .container(&container.name)
            .filter(|newest| newest.state == ContainerState::Running);
        let Some(running) = running else {
            if should_restart(container, pod, status) {
                actions.start.push(index);
            }
            continue;
        };
        match reason_to_kill(container, running, probed) {
            None => kept += 1,
            Some((reason, message)) => {
                let restart = reason == KillReason::Changed || is_restartable(container, pod);
                let message = if restart {
                    actions.start.push(index);
                    format!("{message}, will be restarted")
                } else {
                    message
                };
                actions.kill.push(Kill {
                    id: Rc::clone(&running.id),
                    name: Rc::clone(&running.name),
                    message,
                    reason,
                });
            }
        }
    }
    if kept == 0 && actions.start.is_empty() {
        actions.kill_pod = true;
        // Sidecars must not keep the pod alive.
        actions.start_init.clear();
    }
    actions
}

/// Whether the pod has no sandbox that could take containers.
pub(crate) fn needs_new_sandbox(status: &PodStatus) -> bool {
    !status.sandbox_ready()
}

/// What is started in a new sandbox; perhaps nothing, and then no sandbox is made either.
fn start_from_the_beginning(pod: &Pod, status: &PodStatus, actions: &mut PodActions) {
    let spec = &pod.spec;
    let has_run = actions.attempt != 0 && !status.containers.is_empty();
    if spec.restart_policy == RESTART_POLICY_NEVER && has_run {
        actions.create_sandbox = false;
        return;
    }
    let on_failure = spec.restart_policy == RESTART_POLICY_ON_FAILURE;
    let start: Vec<usize> = spec
        .containers
        .iter()
        .enumerate()
        .filter(|(_, container)| !(on_failure && container_succeeded(&container.name, status)))
        .map(|(index, _)| index)
        .collect();
    if start.is_empty() {
        actions.create_sandbox = false;
        return;
    }
    if spec.init_containers.is_empty() {
        actions.start = start;
    } else {
        actions.start_init = vec![0];
    }
}

/// Why a running container has to be killed, with what the event says of it.
fn reason_to_kill(
    container: &Container,
    running: &ContainerStatus,
    probed: Probed<'_>,
) -> Option<(KillReason, String)> {
    let name = &container.name;
    if running.hash != container_hash(container) {
        let message = format!("Container {name} definition changed");
        return Some((KillReason::Changed, message));
    }
    let failed = |kind| probed(kind, &running.id) == Some(ProbeResult::Failure);
    if failed(ProbeKind::Liveness) {
        let message = format!("Container {name} failed liveness probe");
        return Some((KillReason::Liveness, message));
    }
    if failed(ProbeKind::Startup) {
        let message = format!("Container {name} failed startup probe");
        return Some((KillReason::Startup, message));
    }
    None
}

#[cfg(test)]
mod tests;
