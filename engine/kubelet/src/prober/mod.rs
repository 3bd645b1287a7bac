//! Probes: asking containers how they are (upstream's `pkg/kubelet/prober`).
//!
//! Each probe of each container has a worker: a task that asks every `periodSeconds`, counts answers until a threshold
//! is reached, and then has the pod looked at again.

mod ask;
mod results;
mod worker;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Container, ContainerStatus, Pod, Probe};
use apimachinery::IntOrString;
use sim::{Notify, TaskHandle};

pub(crate) use results::{ProbeKind, ProbeResult, Results};

use crate::Uid;
use crate::kubelet::Kubelet;
use crate::kuberuntime::is_restartable_init;

/// All probes of the node.
#[derive(Default)]
pub(crate) struct ProbeManager {
    workers: RefCell<BTreeMap<Key, Handle>>,
    results: Results,
}

type Key = (Uid, String, ProbeKind);

struct Handle {
    task: TaskHandle,
    trigger: Notify,
    /// The container that was probed last.
    container: Rc<RefCell<Option<Rc<str>>>>,
    stopped: Rc<Cell<bool>>,
}

impl ProbeManager {
    /// What probes have found.
    pub(crate) fn results(&self) -> &Results {
        &self.results
    }

    fn has_worker(&self, uid: &str, name: &str, kind: ProbeKind) -> bool {
        let key = (Uid::from(uid), name.to_owned(), kind);
        self.workers.borrow().contains_key(&key)
    }

    fn trigger(&self, uid: &str, name: &str, kind: ProbeKind) {
        let key = (Uid::from(uid), name.to_owned(), kind);
        if let Some(handle) = self.workers.borrow().get(&key) {
            handle.trigger.notify();
        }
    }

    fn remove(&self, keys: &[Key]) {
        for key in keys {
            let Some(handle) = self.workers.borrow_mut().remove(key) else {
                continue;
            };
            handle.stopped.set(true);
            handle.task.abort();
            if let Some(id) = handle.container.borrow().as_ref() {
                self.results.remove(id, key.2);
            }
        }
    }

    fn keys_of(&self, uid: &str) -> Vec<Key> {
        let workers = self.workers.borrow();
        let of_pod = workers.keys().filter(|(known, _, _)| **known == *uid);
        of_pod.cloned().collect()
    }
}

/// The probes of a container.
fn probes_of(container: &Container) -> impl Iterator<Item = (ProbeKind, &Probe)> {
    [
        (ProbeKind::Startup, container.startup_probe.as_deref()),
        (ProbeKind::Readiness, container.readiness_probe.as_deref()),
        (ProbeKind::Liveness, container.liveness_probe.as_deref()),
    ]
    .into_iter()
    .filter_map(|(kind, probe)| Some((kind, probe?)))
}

/// The number of a port that is named or numbered, or what is wrong with it.
pub(crate) fn port_number(port: &IntOrString, container: &Container) -> Result<u16, String> {
    let number = match port {
        IntOrString::Int(number) => *number,
        IntOrString::Str(name) => {
            let named = container.ports.iter().find(|known| known.name == *name);
            named
                .map(|port| port.container_port)
                .ok_or_else(|| format!("port \"{name}\" not found"))?
        }
    };
    let valid = u16::try_from(number).ok().filter(|number| *number > 0);
    valid.ok_or_else(|| format!("invalid port number: {number}"))
}

impl Kubelet {
    /// Sees to it that a pod's probes are asked.
    pub(crate) fn probe_pod(&self, pod: &Rc<Pod>) {
        let uid: Uid = pod.metadata.uid.as_str().into();
        let spec = &pod.spec;
        let sidecars = spec
            .init_containers
            .iter()
            .filter(|c| is_restartable_init(c));
        for container in spec.containers.iter().chain(sidecars) {
            for (kind, probe) in probes_of(container) {
                let key = (Rc::clone(&uid), container.name.to_string(), kind);
                if !self.probes().workers.borrow().contains_key(&key) {
                    self.start_probe(pod, container, kind, probe, key);
                }
            }
        }
    }

    fn start_probe(
        &self,
        pod: &Rc<Pod>,
        container: &Container,
        kind: ProbeKind,
        probe: &Probe,
        key: Key,
    ) {
        let trigger = Notify::new();
        let worker = worker::Worker::new(pod, container, kind, probe, trigger.clone());
        let (probed, stopped) = (worker.container_handle(), worker.stopped_handle());
        let task = self.sim().spawn("probe", self.clone().run_probe(worker));
        let handle = Handle {
            task,
            trigger,
            container: probed,
            stopped,
        };
        self.probes().workers.borrow_mut().insert(key, handle);
    }

    /// A pod that is ending is not restarted, so it is not asked whether it should be.
    pub(crate) fn stop_liveness_probes(&self, pod: &Pod) {
        let mut keys = self.probes().keys_of(&pod.metadata.uid);
        keys.retain(|(_, _, kind)| *kind != ProbeKind::Readiness);
        self.probes().remove(&keys);
    }

    /// A pod that has ended is asked nothing.
    pub(crate) fn stop_probes(&self, pod: &Pod) {
        let keys = self.probes().keys_of(&pod.metadata.uid);
        self.probes().remove(&keys);
    }

    /// Whether a running container has started and is ready, as far as probes know.
    pub(crate) fn started_and_ready(
        &self,
        uid: &str,
        name: &str,
        container: &ContainerStatus,
    ) -> (bool, bool) {
        let probes = self.probes();
        let id = container_id(container);
        let started = match probes.results.get(id, ProbeKind::Startup) {
            Some(result) => result == ProbeResult::Success,
            None => !probes.has_worker(uid, name, ProbeKind::Startup),
        };
        if !started {
            return (false, false);
        }
        let ready = probes.results.get(id, ProbeKind::Readiness) == Some(ProbeResult::Success);
        if ready {
            return (true, true);
        }
        let asked = probes.has_worker(uid, name, ProbeKind::Readiness);
        if asked {
            // Ask at once rather than at the next turn.
            probes.trigger(uid, name, ProbeKind::Readiness);
        }
        (true, !asked)
    }
}

/// The runtime's id of a container.
pub(crate) fn container_id(container: &ContainerStatus) -> &str {
    let id = container.container_id.as_str();
    id.strip_prefix("containerd://").unwrap_or(id)
}
