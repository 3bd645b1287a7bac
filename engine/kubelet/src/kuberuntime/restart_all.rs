//! Restarting a whole pod in place (`RestartAllContainers`, on by default since v1.36): when a container ends with a code that
//! one of its rules names so, all containers are killed and forgotten, and the pod begins again with its init containers. It
//! keeps its UID, its sandbox with its address, and its volumes.
//!
//! Killed means at once: no `preStop` hook, no grace. The condition `AllContainersRestarting` is true until all are gone.

use std::rc::Rc;

use api::core::v1::{
    ALL_CONTAINERS_RESTARTING, CONTAINER_RESTART_RULE_ACTION_RESTART_ALL_CONTAINERS, Container,
    Pod, PodStatus as ApiPodStatus,
};
use runtime::{ContainerState, PodStatus};

use super::restart::matching_rule;
use crate::kubelet::Kubelet;

/// Init containers, then the pod's own.
fn containers(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.spec.init_containers.iter().chain(&pod.spec.containers)
}

/// Whether there is a code after which all containers of a pod are restarted.
pub(crate) fn could_restart_all(pod: &Pod) -> bool {
    containers(pod)
        .flat_map(|container| &container.restart_policy_rules)
        .any(|rule| rule.action == CONTAINER_RESTART_RULE_ACTION_RESTART_ALL_CONTAINERS)
}

fn asks_for_all(container: &Container, code: i32) -> bool {
    matching_rule(container, code)
        .is_some_and(|rule| rule.action == CONTAINER_RESTART_RULE_ACTION_RESTART_ALL_CONTAINERS)
}

/// Whether the containers of a pod are being taken away to be started again; `old` is its status before.
pub(crate) fn is_restarting_all(pod: &Pod, runtime: &PodStatus, old: &ApiPodStatus) -> bool {
    if !could_restart_all(pod) || pod.metadata.deletion_timestamp.is_some() {
        return false;
    }
    let gone = containers(pod).all(|container| runtime.container(&container.name).is_none());
    if gone {
        return false;
    }
    let told = old
        .conditions
        .iter()
        .any(|c| c.type_ == ALL_CONTAINERS_RESTARTING && c.status == "True");
    told || containers(pod).any(|container| {
        runtime.container(&container.name).is_some_and(|newest| {
            newest.state == ContainerState::Exited && asks_for_all(container, newest.exit_code)
        })
    })
}

impl Kubelet {
    /// Kills and forgets all containers of a pod, those last that asked for it.
    pub(super) async fn reset_containers(&self, pod: &Rc<Pod>, status: &PodStatus) {
        let mut sources = Vec::new();
        let mut targets = Vec::new();
        for container in containers(pod) {
            let runs = status.containers.iter();
            for run in runs.filter(|run| *run.name == *container.name) {
                let exited = run.state == ContainerState::Exited;
                if exited && asks_for_all(container, run.exit_code) {
                    sources.push(run);
                } else {
                    targets.push(run);
                }
            }
        }
        for run in targets.into_iter().chain(sources) {
            if run.state == ContainerState::Running {
                let message = format!("Stopping container {}", run.name);
                self.container_event(pod, &run.name, "Normal", "Killing", &message);
                let now = std::time::Duration::ZERO;
                self.runtime().stop_container(&run.id, now).await;
            }
            self.runtime().remove_container(&run.id);
        }
    }
}
