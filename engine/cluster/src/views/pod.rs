//! A pod: a tile of the map, with its containers inside.

use std::collections::BTreeMap;

use api::core::v1::{Container, ContainerStatus, Pod, PodSpec};
use view::{
    ContainerKind, ContainerState, ContainerView, PodPhase, PodView, Pull, Resources, Termination,
    Time,
};

use super::{controller, resources, time};

/// What the kubelet is doing for a container that the API does not show.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ContainerWork {
    /// An image pull under way.
    pub(crate) pull: Option<Pull>,
    /// When a back-off ends.
    pub(crate) retry: Option<Time>,
}

/// The pod's tile; `status` is its STATUS column, `work` what its kubelet does, by container.
pub(crate) fn pod_view(
    pod: &Pod,
    status: String,
    work: &BTreeMap<String, ContainerWork>,
) -> PodView {
    let (meta, spec) = (&pod.metadata, &pod.spec);
    let condition = |name: &str| pod.status.conditions.iter().find(|c| c.type_ == name);
    let containers = containers(pod, work);
    PodView {
        uid: meta.uid.to_string(),
        namespace: meta.namespace.to_string(),
        name: meta.name.to_string(),
        node: (!spec.node_name.is_empty()).then(|| spec.node_name.to_string()),
        phase: phase(&pod.status.phase),
        status,
        ready: condition("Ready").is_some_and(|c| c.status == "True"),
        restarts: containers
            .iter()
            .fold(0, |sum, c| sum.saturating_add(c.restarts)),
        created: time(meta.creation_timestamp),
        termination: termination(pod),
        address: (!pod.status.pod_ip.is_empty()).then(|| pod.status.pod_ip.to_string()),
        owner: controller(meta),
        requests: requests(spec),
        containers,
        labels: meta
            .labels
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect(),
        unschedulable: condition("PodScheduled")
            .filter(|c| c.status == "False")
            .map(|c| c.message.to_string()),
    }
}

fn phase(phase: &str) -> PodPhase {
    match phase {
        "Running" => PodPhase::Running,
        "Succeeded" => PodPhase::Succeeded,
        "Failed" => PodPhase::Failed,
        "Unknown" => PodPhase::Unknown,
        _ => PodPhase::Pending,
    }
}

/// `deletionTimestamp` is the deadline; the grace period before it is when it began.
fn termination(pod: &Pod) -> Option<Termination> {
    let deadline = time(pod.metadata.deletion_timestamp?);
    let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or(0);
    Some(Termination {
        started: deadline.plus_micros(grace.saturating_mul(-Time::SECOND)),
        deadline,
    })
}

/// The scheduler's sum: the containers together (with sidecars), or the largest init container, whichever is more.
fn requests(spec: &PodSpec) -> Resources {
    let of = |container: &Container| resources(&container.resources.requests);
    let mut running = spec
        .containers
        .iter()
        .map(of)
        .fold(Resources::default(), |sum, one| sum + one);
    let mut largest_init = Resources::default();
    for container in &spec.init_containers {
        let mut needed = running_sidecars(spec, container) + of(container);
        if is_sidecar(container) {
            running = running + of(container);
            needed = Resources::default();
        }
        largest_init.cpu_millis = largest_init.cpu_millis.max(needed.cpu_millis);
        largest_init.memory_bytes = largest_init.memory_bytes.max(needed.memory_bytes);
    }
    Resources {
        cpu_millis: running.cpu_millis.max(largest_init.cpu_millis),
        memory_bytes: running.memory_bytes.max(largest_init.memory_bytes),
        pods: 1,
    }
}

/// What the sidecars that start before an init container ask for.
fn running_sidecars(spec: &PodSpec, until: &Container) -> Resources {
    spec.init_containers
        .iter()
        .take_while(|container| container.name != until.name)
        .filter(|container| is_sidecar(container))
        .fold(Resources::default(), |sum, container| {
            sum + resources(&container.resources.requests)
        })
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn containers(pod: &Pod, work: &BTreeMap<String, ContainerWork>) -> Vec<ContainerView> {
    let view = |name: &str, image: &str, kind, statuses: &[ContainerStatus]| {
        let status = statuses.iter().find(|s| s.name == name);
        let work = work.get(name).cloned().unwrap_or_default();
        ContainerView {
            name: name.to_owned(),
            image: image.to_owned(),
            kind,
            state: state(status, work),
            ready: status.is_some_and(|s| s.ready),
            restarts: status.map_or(0, |s| u32::try_from(s.restart_count).unwrap_or(0)),
        }
    };
    let (spec, status) = (&pod.spec, &pod.status);
    let mut out = Vec::new();
    for c in &spec.init_containers {
        let kind = if is_sidecar(c) {
            ContainerKind::Sidecar
        } else {
            ContainerKind::Init
        };
        out.push(view(
            &c.name,
            &c.image,
            kind,
            &status.init_container_statuses,
        ));
    }
    for c in &spec.containers {
        out.push(view(
            &c.name,
            &c.image,
            ContainerKind::Main,
            &status.container_statuses,
        ));
    }
    for c in &spec.ephemeral_containers {
        out.push(view(
            &c.name,
            &c.image,
            ContainerKind::Ephemeral,
            &status.ephemeral_container_statuses,
        ));
    }
    out
}

fn state(status: Option<&ContainerStatus>, work: ContainerWork) -> ContainerState {
    let state = status.map(|s| &s.state);
    if let Some(running) = state.and_then(|s| s.running.as_deref()) {
        return ContainerState::Running {
            since: time(running.started_at),
        };
    }
    if let Some(ended) = state.and_then(|s| s.terminated.as_deref()) {
        return ContainerState::Terminated {
            reason: ended.reason.to_string(),
            exit_code: ended.exit_code,
            at: time(ended.finished_at),
        };
    }
    let waiting = state.and_then(|s| s.waiting.as_deref());
    ContainerState::Waiting {
        reason: waiting.map(|w| w.reason.to_string()).unwrap_or_default(),
        message: waiting.map(|w| w.message.to_string()).unwrap_or_default(),
        pull: work.pull,
        retry: work.retry,
    }
}

#[cfg(test)]
mod tests {
    use apimachinery::Quantity;

    use super::*;

    fn container(name: &str, cpu: &str, sidecar: bool) -> Container {
        let mut container = Container {
            name: name.into(),
            ..Container::default()
        };
        container
            .resources
            .requests
            .insert("cpu", Quantity::parse(cpu).expect("a quantity"));
        container.restart_policy = sidecar.then(|| "Always".into());
        container
    }

    #[test]
    fn requests_are_the_schedulers_sum() {
        let mut pod = Pod::default();
        pod.spec.containers = vec![container("a", "100m", false), container("b", "200m", false)];
        assert_eq!(requests(&pod.spec).cpu_millis, 300);
        pod.spec.init_containers = vec![
            container("side", "50m", true),
            container("init", "400m", false),
        ];
        assert_eq!(
            requests(&pod.spec).cpu_millis,
            450,
            "an init container runs beside earlier sidecars"
        );
        pod.spec.init_containers.remove(1);
        assert_eq!(requests(&pod.spec).cpu_millis, 350);
    }

    #[test]
    fn the_grace_period_ends_at_the_deletion_timestamp() {
        let mut pod = Pod::default();
        assert_eq!(termination(&pod), None);
        pod.metadata.deletion_timestamp = Some(apimachinery::Time::from_unix(100));
        pod.metadata.deletion_grace_period_seconds = Some(30);
        let termination = termination(&pod).expect("it is being deleted");
        assert_eq!(
            (termination.started.0, termination.deadline.0),
            (70_000_000, 100_000_000)
        );
    }
}
