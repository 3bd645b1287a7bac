//! A pod's phase: a summary of what its containers do.

use api::core::v1::{ContainerStatus, POD_FAILED, POD_PENDING, POD_RUNNING, POD_SUCCEEDED, Pod};

use crate::kuberuntime::{is_restartable_init, restarts_after};

/// How many containers do what.
#[derive(Debug, Default)]
struct Count {
    unknown: u32,
    running: u32,
    waiting: u32,
    stopped: u32,
    /// Of these, those that are not started again.
    over: u32,
    succeeded: u32,
    pending_init: u32,
    pending_sidecar: u32,
    /// Init containers that have failed and are not started again.
    failed_init: u32,
}

/// The phase of a pod whose containers have these statuses. `terminal`: none of them will be started again.
pub(super) fn pod_phase(pod: &Pod, statuses: &[ContainerStatus], terminal: bool) -> &'static str {
    let mut count = Count::default();
    count_init_containers(pod, statuses, &mut count);
    let any_started = count_containers(pod, statuses, &mut count);
    if count.failed_init > 0 {
        return POD_FAILED;
    }
    let initializing = count.pending_init > 0 || (count.pending_sidecar > 0 && !any_started);
    if initializing || count.waiting > 0 {
        return POD_PENDING;
    }
    if count.running > 0 && count.unknown == 0 {
        return POD_RUNNING;
    }
    if count.running > 0 || count.stopped == 0 || count.unknown > 0 {
        return POD_PENDING;
    }
    let all_well = count.stopped == count.succeeded;
    if !terminal && count.stopped != count.over {
        return POD_RUNNING;
    }
    if all_well { POD_SUCCEEDED } else { POD_FAILED }
}

fn find<'a>(statuses: &'a [ContainerStatus], name: &str) -> Option<&'a ContainerStatus> {
    statuses.iter().find(|status| status.name == name)
}

fn count_init_containers(pod: &Pod, statuses: &[ContainerStatus], count: &mut Count) {
    for container in &pod.spec.init_containers {
        let status = find(statuses, &container.name);
        if is_restartable_init(container) {
            count_sidecar(status, count);
            continue;
        }
        let Some(status) = status else {
            count.pending_init += 1;
            continue;
        };
        let last = if status.state.waiting.is_some() {
            status.last_state.terminated.as_ref()
        } else {
            None
        };
        match status.state.terminated.as_ref().or(last) {
            Some(ended) if ended.exit_code != 0 => {
                count.failed_init += u32::from(!restarts_after(container, pod, ended.exit_code));
            }
            Some(_) => {}
            None => count.pending_init += 1,
        }
    }
}

fn count_sidecar(status: Option<&ContainerStatus>, count: &mut Count) {
    let Some(status) = status else {
        count.unknown += 1;
        return;
    };
    let state = &status.state;
    if state.running.is_some() {
        if status.started != Some(true) {
            count.pending_sidecar += 1;
        }
        count.running += 1;
    } else if state.terminated.is_some() {
        // What ended sidecars did does not matter for the phase.
    } else if state.waiting.is_some() {
        if status.last_state.terminated.is_none() {
            count.pending_sidecar += 1;
            count.waiting += 1;
        }
    } else {
        count.pending_sidecar += 1;
        count.unknown += 1;
    }
}

/// Counts the pod's own containers; whether any of them has ever been started.
fn count_containers(pod: &Pod, statuses: &[ContainerStatus], count: &mut Count) -> bool {
    let mut any_started = false;
    for container in &pod.spec.containers {
        let Some(status) = find(statuses, &container.name) else {
            count.unknown += 1;
            continue;
        };
        let state = &status.state;
        any_started |= state.running.is_some()
            || state.terminated.is_some()
            || status.last_state.terminated.is_some();
        if state.running.is_some() {
            count.running += 1;
        } else if let Some(ended) = &state.terminated {
            count.stopped += 1;
            count.over += u32::from(!restarts_after(container, pod, ended.exit_code));
            count.succeeded += u32::from(ended.exit_code == 0);
        } else if state.waiting.is_some() {
            if let Some(ended) = &status.last_state.terminated {
                count.stopped += 1;
                count.over += u32::from(!restarts_after(container, pod, ended.exit_code));
            } else {
                count.waiting += 1;
            }
        } else {
            count.unknown += 1;
        }
    }
    any_started
}
