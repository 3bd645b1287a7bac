//! When the node has no memory left (`pkg/kubelet/qos`, `pkg/kubelet/oom`): the kubelet tells the kernel beforehand whose
//! processes may go first, and tells in an event of the node whom it has killed.
//!
//! The killing itself is the kernel's: see `os::Memory`.

use api::core::v1::{Container, Pod};
use component_helpers::qos::qos_class;
use component_helpers::requests::{Options, pod_requests};
use os::MemoryEvent;

use crate::eviction::MEMORY_THRESHOLD;
use crate::kubelet::Kubelet;
use crate::kuberuntime::is_restartable_init;
use crate::static_pods::is_static;

/// What a node's own system holds of its memory, in bytes.
pub const SYSTEM_MEMORY: u64 = 900 << 20;
/// The adjustment of containers that are to be the last to go.
const GUARANTEED: i64 = -997;
/// And of those that asked for nothing.
const BEST_EFFORT: i64 = 1000;
/// Pods of this priority and higher are critical.
const CRITICAL: i32 = 2_000_000_000;

impl Kubelet {
    /// Learns of the node's memory running out.
    pub(crate) fn watch_memory(&self) {
        let memory = self.runtime().memory();
        memory.set_size(self.memory_capacity(), SYSTEM_MEMORY, MEMORY_THRESHOLD);
        let kubelet = self.downgrade();
        memory.set_observer(move |event| {
            let Some(kubelet) = kubelet() else {
                return;
            };
            match event {
                MemoryEvent::Low => kubelet.wake_eviction(),
                MemoryEvent::Killed { process, pid } => kubelet.tell_of_kill(process, pid),
            }
        });
    }

    /// What the machine has, in bytes.
    fn memory_capacity(&self) -> u64 {
        let capacity = self.config().capacity.get("memory");
        capacity.map_or(0, |all| u64::try_from(all.value()).unwrap_or(0))
    }

    /// A kubelet that is stopped does not read what the kernel says until it goes on.
    fn tell_of_kill(&self, process: String, pid: os::Pid) {
        let kubelet = self.clone();
        self.sim().spawn("oom watcher", async move {
            let message = format!("System OOM encountered, victim process: {process}, pid: {pid}");
            kubelet.node_event("Warning", "SystemOOM", &message);
        });
    }

    /// How willingly the kernel ends a container's processes, -1000 to 1000.
    pub(crate) fn oom_score_adj(&self, pod: &Pod, container: &Container) -> i16 {
        let capacity = i64::try_from(self.memory_capacity()).unwrap_or(i64::MAX);
        let adjust = oom_score_adjust(pod, container, capacity);
        i16::try_from(adjust).unwrap_or(i16::MAX)
    }
}

/// The adjustment by class of service, and for burstable pods by the share of the node's memory (in bytes) that the
/// container asks for.
fn oom_score_adjust(pod: &Pod, container: &Container, capacity: i64) -> i64 {
    if is_node_critical(pod) {
        return GUARANTEED;
    }
    match qos_class(&pod.spec) {
        "Guaranteed" => return GUARANTEED,
        "BestEffort" => return BEST_EFFORT,
        _ => {}
    }
    let extra = unclaimed_request(pod);
    let share = |request: i64| {
        let request = i128::from(request) + i128::from(extra);
        let thousandths = request * 1000 / i128::from(capacity.max(1));
        1000 - i64::try_from(thousandths).unwrap_or(i64::MAX).min(2000)
    };
    let mut adjust = share(memory_request(container));
    if is_restartable_init(container) && is_init(pod, container) {
        // A sidecar goes no earlier than the containers that it is there for.
        let least = pod.spec.containers.iter().map(memory_request).min();
        adjust = adjust.min(share(least.unwrap_or(0)));
    }
    // One that asks for all of the memory still goes before guaranteed ones, and one that asks for next to none after
    // those that ask for nothing.
    adjust.clamp(1000 + GUARANTEED, BEST_EFFORT - 1)
}

fn memory_request(container: &Container) -> i64 {
    let request = container.resources.requests.get("memory");
    request.map_or(0, apimachinery::Quantity::value)
}

fn is_init(pod: &Pod, container: &Container) -> bool {
    let mut all = pod.spec.init_containers.iter();
    all.any(|known| known.name == container.name)
}

/// What is asked for the pod as a whole and by none of its containers, for each of them.
fn unclaimed_request(pod: &Pod) -> i64 {
    let whole = pod.spec.resources.as_ref();
    let Some(whole) = whole.and_then(|resources| resources.requests.get("memory")) else {
        return 0;
    };
    let own = Options {
        containers_only: true,
        ..Options::default()
    };
    let left = whole.value().saturating_sub(pod_requests(pod, own).memory);
    let count = pod.spec.containers.len() + pod.spec.init_containers.len();
    left.max(0) / i64::try_from(count).unwrap_or(1).max(1)
}

/// Pods that a node needs to work.
fn is_node_critical(pod: &Pod) -> bool {
    let critical = is_static(pod)
        || pod
            .spec
            .priority
            .is_some_and(|priority| priority >= CRITICAL);
    critical && pod.spec.priority_class_name == "system-node-critical"
}

#[cfg(test)]
mod tests {
    use apimachinery::Quantity;

    use super::*;

    const CAPACITY: i64 = 16 << 30;

    fn container(name: &str, request: &str) -> Container {
        let mut container = Container {
            name: name.into(),
            ..Container::default()
        };
        if !request.is_empty() {
            let request = Quantity::parse(request).expect(request);
            container.resources.requests.insert("memory", request);
        }
        container
    }

    /// A burstable pod, if anything is asked for.
    fn pod(requests: &[&str]) -> Pod {
        let mut pod = Pod::default();
        pod.spec.containers = requests.iter().map(|text| container("c", text)).collect();
        pod
    }

    fn adjust(pod: &Pod) -> i64 {
        oom_score_adjust(pod, &pod.spec.containers[0], CAPACITY)
    }

    #[test]
    fn classes_and_requests_make_the_order() {
        for (request, wanted) in [
            ("", 1000),
            ("1Mi", 999),
            ("4Gi", 750),
            ("8Gi", 500),
            ("16Gi", 3),
            ("64Gi", 3),
        ] {
            assert_eq!(adjust(&pod(&[request])), wanted, "{request}");
        }
        let mut asks_for_processors = pod(&[""]);
        let amounts = &mut asks_for_processors.spec.containers[0].resources;
        amounts
            .requests
            .insert("cpu", Quantity::parse("1").expect("1"));
        assert_eq!(adjust(&asks_for_processors), 999);
        let mut guaranteed = pod(&["1Gi"]);
        let amounts = &mut guaranteed.spec.containers[0].resources;
        amounts
            .requests
            .insert("cpu", Quantity::parse("1").expect("1"));
        amounts.limits = amounts.requests.clone();
        assert_eq!(adjust(&guaranteed), -997);
    }

    #[test]
    fn critical_pods_go_last() {
        let mut critical = pod(&[""]);
        critical.spec.priority = Some(2_000_001_000);
        assert_eq!(adjust(&critical), 1000);
        critical.spec.priority_class_name = "system-node-critical".into();
        assert_eq!(adjust(&critical), -997);
    }

    #[test]
    fn sidecars_stay_as_long_as_what_they_serve() {
        let mut pod = pod(&["8Gi", "4Gi"]);
        let mut sidecar = container("side", "1Gi");
        sidecar.restart_policy = Some("Always".into());
        pod.spec.init_containers.push(sidecar);
        let sidecar = &pod.spec.init_containers[0];
        assert_eq!(oom_score_adjust(&pod, sidecar, CAPACITY), 750);
    }

    #[test]
    fn requests_of_the_whole_pod_are_shared_out() {
        let mut pod = pod(&["2Gi", ""]);
        let whole = container("", "6Gi").resources;
        pod.spec.resources = Some(whole.into());
        // 4Gi are left for two containers.
        assert_eq!(adjust(&pod), 750);
        assert_eq!(
            oom_score_adjust(&pod, &pod.spec.containers[1], CAPACITY),
            875
        );
    }
}
