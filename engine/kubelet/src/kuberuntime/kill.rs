//! Stopping containers: preStop hook, SIGTERM, SIGKILL; sidecars after the others.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Container, Pod, Probe};
use runtime::{ContainerState, PodStatus};
use sim::futures_util::FutureExt;
use sim::futures_util::future::{Either, Shared, join_all, select};
use sim::oneshot;

use super::restart::is_restartable_init;
use crate::kubelet::Kubelet;
use crate::status::ephemeral_as_container;

/// A container is always given at least this many seconds.
const MINIMUM_GRACE: i64 = 2;

/// Why a container is killed, as far as it decides how long it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KillWhy {
    /// Its liveness probe failed.
    Liveness,
    /// Its startup probe failed.
    Startup,
    /// Anything else.
    Other,
}

/// All containers of a pod: init containers, its own, ephemeral ones.
pub(crate) fn all_containers(pod: &Pod) -> Vec<Container> {
    let spec = &pod.spec;
    let ephemeral = spec.ephemeral_containers.iter().map(ephemeral_as_container);
    let own = spec.init_containers.iter().chain(&spec.containers).cloned();
    own.chain(ephemeral).collect()
}

/// A container's end, to be waited for by any number of others.
type End = Shared<oneshot::Receiver<()>>;

/// How a container says that it has ended.
type HasEnded = RefCell<Option<oneshot::Sender<()>>>;

/// Lets sidecars wait until those that come before them have ended.
#[derive(Default)]
struct Order {
    /// The containers that may be waited for, by name.
    ends: Vec<(String, HasEnded, End)>,
}

impl Order {
    /// Sidecars end in reverse order, each after all of the pod's own containers.
    fn of(pod: &Pod, running: &[(Rc<str>, Container)]) -> Self {
        let spec = &pod.spec;
        let sidecars = spec.init_containers.iter().rev();
        let sidecars = sidecars.filter(|container| is_restartable_init(container));
        let ends = spec
            .containers
            .iter()
            .chain(sidecars)
            .filter(|container| {
                running
                    .iter()
                    .any(|(_, known)| known.name == container.name)
            })
            .map(|container| {
                let (sender, receiver) = oneshot::channel();
                let name = container.name.to_string();
                (name, RefCell::new(Some(sender)), receiver.shared())
            })
            .collect();
        Self { ends }
    }

    /// The ends that have to come before that of `name`.
    fn before(&self, pod: &Pod, name: &str) -> Vec<End> {
        let sidecar = pod
            .spec
            .init_containers
            .iter()
            .any(|container| container.name == name && is_restartable_init(container));
        if !sidecar {
            return Vec::new();
        }
        self.ends
            .iter()
            .take_while(|(known, _, _)| known != name)
            .map(|(_, _, end)| end.clone())
            .collect()
    }

    fn has_ended(&self, name: &str) {
        if let Some((_, sender, _)) = self.ends.iter().find(|(known, _, _)| known == name)
            && let Some(sender) = sender.borrow_mut().take()
        {
            // Nobody may be waiting for it.
            let _ = sender.send(());
        }
    }
}

impl Kubelet {
    /// Stops all of a pod's containers, then its sandboxes.
    pub(crate) async fn kill_pod(&self, pod: &Rc<Pod>, status: &PodStatus, grace: Option<i64>) {
        let running = running_containers(pod, status);
        let order = Order::of(pod, &running);
        let grace = grace.or(pod.metadata.deletion_grace_period_seconds);
        let kills = running.iter().map(|(id, container)| {
            let order = &order;
            async move {
                let turn = order.before(pod, &container.name);
                let grace = grace_period(pod, container, KillWhy::Other, grace);
                self.stop(pod, id, container, None, grace, turn).await;
                order.has_ended(&container.name);
            }
        });
        join_all(kills).await;
        for sandbox in &status.sandboxes {
            self.runtime().stop_pod_sandbox(&sandbox.id).await;
        }
    }

    /// Stops one container.
    pub(crate) async fn kill_container(
        &self,
        pod: &Rc<Pod>,
        id: &Rc<str>,
        name: &str,
        message: Option<&str>,
        why: KillWhy,
    ) {
        let all = all_containers(pod);
        let Some(container) = all.iter().find(|container| container.name == name) else {
            return;
        };
        let grace = grace_period(
            pod,
            container,
            why,
            pod.metadata.deletion_grace_period_seconds,
        );
        self.stop(pod, id, container, message, grace, Vec::new())
            .await;
    }

    async fn stop(
        &self,
        pod: &Rc<Pod>,
        id: &Rc<str>,
        container: &Container,
        message: Option<&str>,
        grace: i64,
        turn: Vec<End>,
    ) {
        let name = &container.name;
        let default = format!("Stopping container {name}");
        self.container_event(pod, name, "Normal", "Killing", message.unwrap_or(&default));
        let mut left = grace;
        let began = self.sim().now();
        if left > 0 {
            self.run_pre_stop(pod, container, id, left).await;
            left = grace - seconds_since(self, began);
        }
        if left > 0 && !turn.is_empty() {
            let limit = self.sim().sleep(seconds(left));
            if let Either::Right(_) = select(join_all(turn), limit).await {
                left = 0;
            } else {
                left = grace - seconds_since(self, began);
            }
        }
        self.runtime()
            .stop_container(id, seconds(left.max(MINIMUM_GRACE)))
            .await;
    }

    /// Runs a container's preStop hook, for no longer than it has.
    async fn run_pre_stop(&self, pod: &Rc<Pod>, container: &Container, id: &Rc<str>, left: i64) {
        let hook = container
            .lifecycle
            .as_ref()
            .and_then(|lifecycle| lifecycle.pre_stop.as_ref());
        let Some(hook) = hook else { return };
        let run = std::pin::pin!(self.run_hook(pod, container, id, hook));
        let failed = match select(run, self.sim().sleep(seconds(left))).await {
            Either::Left((done, _)) => done.is_err(),
            Either::Right(_) => false,
        };
        if failed {
            let name = &container.name;
            self.container_event(
                pod,
                name,
                "Warning",
                "FailedPreStopHook",
                "PreStopHook failed",
            );
        }
    }
}

fn seconds(count: i64) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or(0))
}

fn seconds_since(kubelet: &Kubelet, began: sim::Time) -> i64 {
    let passed = kubelet.sim().now().since(began).as_secs();
    i64::try_from(passed).unwrap_or(i64::MAX)
}

/// The containers that run, with their specs, in the pod's order.
fn running_containers(pod: &Pod, status: &PodStatus) -> Vec<(Rc<str>, Container)> {
    all_containers(pod)
        .into_iter()
        .filter_map(|container| {
            let newest = status.container(&container.name)?;
            let runs = newest.state == ContainerState::Running;
            runs.then(|| (Rc::clone(&newest.id), container))
        })
        .collect()
}

/// Seconds that a container is given: what was decided for the pod, what its probe says, or what the pod says.
fn grace_period(pod: &Pod, container: &Container, why: KillWhy, decided: Option<i64>) -> i64 {
    let of_probe = |probe: &Option<apimachinery::Shared<Probe>>| {
        let probe = probe.as_ref()?;
        probe.termination_grace_period_seconds
    };
    let probe = match why {
        KillWhy::Liveness => of_probe(&container.liveness_probe),
        KillWhy::Startup => of_probe(&container.startup_probe),
        KillWhy::Other => None,
    };
    decided
        .or(probe)
        .or(pod.spec.termination_grace_period_seconds)
        .unwrap_or(MINIMUM_GRACE)
}
