//! How much a pod asks for (`component-helpers/resource`).
//!
//! Containers run side by side, so their requests add up. Init containers run one after another before them, so only
//! the largest counts; sidecars (restartable init containers) stay, so they count for everything that starts later.

use api::core::v1::{Container, ContainerStatus, Pod};
use apimachinery::{Map, Quantity, Str};

use crate::resource::Resource;

/// What a container without a CPU request counts as where the scheduler spreads load: 0.1 cores.
pub const DEFAULT_MILLI_CPU: i64 = 100;
/// What a container without a memory request counts as where the scheduler spreads load: 200 MiB.
pub const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

/// How to count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Take into account what running containers really have: the larger of wanted, allocated and actual.
    pub use_status: bool,
    /// Count containers without a CPU or memory request with the defaults above.
    pub non_zero: bool,
    /// Leave out what is asked for the pod as a whole.
    pub containers_only: bool,
}

/// What the whole pod asks for.
pub fn pod_requests(pod: &Pod, options: Options) -> Resource {
    let mut total = Resource::default();
    for container in &pod.spec.containers {
        let status = find(&pod.status.container_statuses, container);
        total.add(&container_requests(container, status, options), 1);
    }
    let mut sidecars = Resource::default();
    let mut largest = Resource::default();
    for container in &pod.spec.init_containers {
        let sidecar = is_sidecar(container);
        let status = find(&pod.status.init_container_statuses, container).filter(|_| sidecar);
        let mut own = container_requests(container, status, options);
        if sidecar {
            total.add(&own, 1);
            sidecars.add(&own, 1);
            own = sidecars.clone();
        } else {
            own.add(&sidecars, 1);
        }
        largest.raise_to(&own);
    }
    total.raise_to(&largest);
    if let Some(resources) = &pod.spec.resources
        && !options.containers_only
    {
        override_with(&mut total, &resources.requests);
    }
    total.add(&Resource::from_list(&pod.spec.overhead), 1);
    total
}

/// Whether an init container keeps running beside the others.
pub fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

fn find<'a>(statuses: &'a [ContainerStatus], container: &Container) -> Option<&'a ContainerStatus> {
    statuses.iter().find(|s| s.name == container.name)
}

fn container_requests(
    container: &Container,
    status: Option<&ContainerStatus>,
    options: Options,
) -> Resource {
    let requests = &container.resources.requests;
    let mut amount = Resource::from_list(requests);
    if options.use_status
        && let Some(status) = status
        && let Some(actual) = &status.resources
    {
        amount.raise_to(&Resource::from_list(&actual.requests));
        amount.raise_to(&Resource::from_list(&status.allocated_resources));
    }
    if options.non_zero {
        if !requests.contains_key("cpu") {
            amount.milli_cpu = DEFAULT_MILLI_CPU;
        }
        if !requests.contains_key("memory") {
            amount.memory = DEFAULT_MEMORY;
        }
    }
    amount
}

/// Requests of the pod as a whole stand in for the sum of its containers'.
fn override_with(total: &mut Resource, requests: &Map<Str, Quantity>) {
    let amount = |quantity: &Quantity| quantity.value();
    for (name, quantity) in requests {
        match name.as_str() {
            "cpu" => total.milli_cpu = quantity.milli_value(),
            "memory" => total.memory = amount(quantity),
            huge if huge.starts_with("hugepages-") => total.set_scalar(name, amount(quantity)),
            _ => (),
        }
    }
}
