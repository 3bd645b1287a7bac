//! Whether a container is to be started (again).

use api::core::v1::{
    Container, ContainerRestartRule, Pod, RESTART_POLICY_ALWAYS, RESTART_POLICY_NEVER,
    RESTART_POLICY_ON_FAILURE,
};
use apimachinery::Str;
use runtime::{ContainerState, ContainerStatus, PodStatus};

/// Whether an init container is a sidecar: it is restarted for as long as the pod runs.
pub(crate) fn is_restartable_init(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some(RESTART_POLICY_ALWAYS)
}

/// A fingerprint of the parts of a container's spec whose change makes the kubelet replace it: name and image.
pub(crate) fn container_hash(container: &Container) -> u64 {
    container
        .name
        .bytes()
        .chain([0])
        .chain(container.image.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

/// What holds for a container when it ends: its own policy, or the pod's.
pub(crate) fn restart_policy_of<'a>(pod: &'a Pod, container: &'a Container) -> &'a Str {
    container
        .restart_policy
        .as_ref()
        .unwrap_or(&pod.spec.restart_policy)
}

/// Whether the newest run of a container ended with 0.
pub(crate) fn container_succeeded(name: &str, status: &PodStatus) -> bool {
    status
        .container(name)
        .is_some_and(|c| c.state == ContainerState::Exited && c.exit_code == 0)
}

/// Whether a container that does not run is to be started, by its policy and the rules for its exit code.
pub(crate) fn should_restart(container: &Container, pod: &Pod, status: &PodStatus) -> bool {
    if pod.metadata.deletion_timestamp.is_some() {
        return false;
    }
    let Some(newest) = status.container(&container.name) else {
        return true;
    };
    match newest.state {
        ContainerState::Running => false,
        ContainerState::Created => true,
        ContainerState::Exited => should_restart_after_exit(container, pod, newest),
    }
}

fn should_restart_after_exit(container: &Container, pod: &Pod, ended: &ContainerStatus) -> bool {
    restarts_after(container, pod, ended.exit_code)
}

/// Whether a container is started again after it has ended with that code.
pub(crate) fn restarts_after(container: &Container, pod: &Pod, code: i32) -> bool {
    // All actions there are mean that it is started again.
    if matching_rule(container, code).is_some() {
        return true;
    }
    match restart_policy_of(pod, container).as_str() {
        RESTART_POLICY_NEVER => false,
        RESTART_POLICY_ON_FAILURE => code != 0,
        _ => true,
    }
}

/// Whether there is any code after which a container is started again.
pub(crate) fn is_restartable(container: &Container, pod: &Pod) -> bool {
    !container.restart_policy_rules.is_empty()
        || restart_policy_of(pod, container) != RESTART_POLICY_NEVER
}

/// The first of a container's own rules that is for this exit code.
pub(super) fn matching_rule(container: &Container, code: i32) -> Option<&ContainerRestartRule> {
    container.restart_policy_rules.iter().find(|rule| {
        rule.exit_codes.as_ref().is_some_and(|codes| {
            let named = codes.values.contains(&code);
            match codes.operator.as_str() {
                "In" => named,
                "NotIn" => !named,
                _ => false,
            }
        })
    })
}
