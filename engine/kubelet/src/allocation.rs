//! What pods have been given of CPU and memory, and changes of that while they run (`pkg/kubelet/allocation`, and the part
//! of `kuberuntime` that changes containers in place).
//!
//! ```text
//!   spec (wanted) ──fits?──▶ allocated ──containers changed or restarted──▶ actuated
//!           │ no: PodResizePending           PodResizeInProgress                │
//!           └── tried again when a pod goes or shrinks        both gone ◀───────┘
//! ```
//!
//! A pod that was never changed has no entry here: it has what it asks for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{
    Container, POD_RESIZE_IN_PROGRESS, POD_RESIZE_PENDING, Pod, PodCondition, ResourceRequirements,
};
use apimachinery::{Quantity, Str, Value, codec};
use ecow::eco_format;
use runtime::{ContainerState, PodStatus};

use crate::Uid;
use crate::kubelet::Kubelet;
use crate::kuberuntime::{Kill, KillReason, PodActions, is_restartable_init};

const INFEASIBLE: &str = "Infeasible";
const DEFERRED: &str = "Deferred";
const ERROR: &str = "Error";

/// What the pods have whose resources were changed.
#[derive(Default)]
pub(crate) struct Allocations(RefCell<BTreeMap<Uid, Allocation>>);

#[derive(Default)]
struct Allocation {
    /// By container: what it was given, and what it has.
    containers: BTreeMap<Str, Resources>,
    /// Why it was not given what it wants.
    pending: Option<PodCondition>,
    /// It was, and its containers are being changed.
    in_progress: Option<PodCondition>,
}

struct Resources {
    allocated: ResourceRequirements,
    actuated: ResourceRequirements,
}

impl Allocations {
    /// Forgets a pod.
    pub(crate) fn forget(&self, uid: &str) {
        self.0.borrow_mut().remove(uid);
    }

    fn look<T>(&self, uid: &str, look: impl FnOnce(&mut Allocation) -> T) -> Option<T> {
        self.0.borrow_mut().get_mut(uid).map(look)
    }
}

/// The containers whose resources can be changed while they run.
fn resizable(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.spec.init_containers.iter().chain(&pod.spec.containers)
}

/// Those of them that run as long as their pod.
fn lasting(pod: &Pod) -> impl Iterator<Item = &Container> {
    let sidecars = pod.spec.init_containers.iter();
    let sidecars = sidecars.filter(|container| is_restartable_init(container));
    sidecars.chain(&pod.spec.containers)
}

fn condition(pod: &Pod, type_: &str, reason: &str, message: Str) -> PodCondition {
    PodCondition {
        type_: type_.into(),
        observed_generation: pod.metadata.generation,
        status: "True".into(),
        reason: reason.into(),
        message,
        ..PodCondition::default()
    }
}

impl Kubelet {
    /// The pod as it was given its resources.
    pub(crate) fn allocated(&self, pod: &Rc<Pod>) -> Rc<Pod> {
        let all = self.allocations().0.borrow();
        let Some(allocation) = all.get(pod.metadata.uid.as_str()) else {
            return Rc::clone(pod);
        };
        let given = |container: &Container| {
            let given = allocation.containers.get(&container.name)?;
            (given.allocated != container.resources).then(|| given.allocated.clone())
        };
        if !resizable(pod).any(|container| given(container).is_some()) {
            return Rc::clone(pod);
        }
        let mut pod = (**pod).clone();
        let spec = &mut *pod.spec;
        for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
            if let Some(given) = given(container) {
                container.resources = given;
            }
        }
        Rc::new(pod)
    }

    /// A pod's spec has changed: perhaps it wants other resources.
    pub(crate) fn follow_resources(&self, old: &Pod, pod: &Rc<Pod>) {
        let known = self
            .allocations()
            .0
            .borrow()
            .contains_key(pod.metadata.uid.as_str());
        let differs = || {
            let mut pairs = resizable(old).zip(resizable(pod));
            pairs.any(|(old, new)| old.resources != new.resources)
        };
        if !known && !differs() {
            return;
        }
        if !known {
            let containers = resizable(old).map(|container| {
                let resources = Resources {
                    allocated: container.resources.clone(),
                    actuated: container.resources.clone(),
                };
                (container.name.clone(), resources)
            });
            let allocation = Allocation {
                containers: containers.collect(),
                ..Allocation::default()
            };
            let uid = self.uid(&pod.metadata.uid);
            self.allocations().0.borrow_mut().insert(uid, allocation);
        }
        if self.try_resize(pod) {
            self.retry_resizes();
        }
    }

    /// Gives a pod what it wants, if there is room; whether it was given something.
    fn try_resize(&self, pod: &Rc<Pod>) -> bool {
        let uid = pod.metadata.uid.as_str();
        if self.allocated(pod).spec == pod.spec {
            self.allocations().look(uid, |a| a.pending = None);
            return false;
        }
        if let Some(short) = self.shortage(pod) {
            let (reason, message) = if short.requested > short.capacity {
                let message = eco_format!(
                    "Node didn't have enough capacity: {}, requested: {}, capacity: {}",
                    short.resource,
                    short.requested,
                    short.capacity
                );
                (INFEASIBLE, message)
            } else {
                (DEFERRED, short.to_text())
            };
            let pending = condition(pod, POD_RESIZE_PENDING, reason, message.clone());
            let news = self.allocations().look(uid, |allocation| {
                let before = allocation.pending.replace(pending.clone());
                before.as_ref() != Some(&pending)
            });
            if news == Some(true) {
                let text = resize_message(
                    pod,
                    &format!("Pod resize {reason}"),
                    pod.metadata.generation,
                    &message,
                );
                self.pod_event(pod, "Warning", &format!("Resize{reason}"), &text);
            }
            return false;
        }
        self.allocations().look(uid, |allocation| {
            for container in resizable(pod) {
                if let Some(given) = allocation.containers.get_mut(&container.name) {
                    given.allocated = container.resources.clone();
                }
            }
            allocation.pending = None;
            let type_ = POD_RESIZE_IN_PROGRESS;
            allocation.in_progress = Some(condition(pod, type_, "", Str::new()));
        });
        let text = resize_message(pod, "Pod resize started", pod.metadata.generation, "");
        self.pod_event(pod, "Normal", "ResizeStarted", &text);
        true
    }

    /// There may be room now for what had to wait.
    pub(crate) fn retry_resizes(&self) {
        let waiting: Vec<Uid> = {
            let all = self.allocations().0.borrow();
            let deferred = all.iter().filter(|(_, allocation)| {
                let pending = allocation.pending.as_ref();
                pending.is_some_and(|pending| pending.reason == DEFERRED)
            });
            deferred.map(|(uid, _)| Rc::clone(uid)).collect()
        };
        for uid in waiting {
            let pod = self.pods().borrow().get(&uid).cloned();
            if let Some(pod) = pod
                && self.try_resize(&pod)
            {
                self.update_pod(&pod, None);
            }
        }
    }

    /// What a container has, if its pod's resources were changed.
    pub(crate) fn actuated(&self, uid: &str, container: &str) -> Option<ResourceRequirements> {
        let all = self.allocations().0.borrow();
        let resources = all.get(uid)?.containers.get(container)?;
        Some(resources.actuated.clone())
    }

    /// A container has just got what its pod was given for it.
    pub(crate) fn set_actuated(&self, pod: &Pod, container: &Container) {
        self.allocations().look(&pod.metadata.uid, |allocation| {
            if let Some(resources) = allocation.containers.get_mut(&container.name) {
                resources.actuated = container.resources.clone();
            }
        });
    }

    /// How far a change has come.
    pub(crate) fn resize_conditions(&self, uid: &str) -> Vec<PodCondition> {
        let look = |allocation: &mut Allocation| {
            let both = allocation.pending.iter().chain(&allocation.in_progress);
            both.cloned().collect()
        };
        self.allocations().look(uid, look).unwrap_or_default()
    }

    /// A change is over when every container that runs has what it was given.
    pub(crate) fn finish_resize(&self, pod: &Rc<Pod>, status: &PodStatus) {
        let done = self.allocations().look(&pod.metadata.uid, |allocation| {
            let late = |container: &Container| {
                let runs = status
                    .container(&container.name)
                    .is_some_and(|run| run.state == ContainerState::Running);
                let has = allocation.containers.get(&container.name);
                runs && has.is_some_and(|has| has.actuated != has.allocated)
            };
            if resizable(pod).any(late) {
                return None;
            }
            allocation.in_progress.take()
        });
        if let Some(Some(done)) = done {
            let generation = done.observed_generation;
            let text = resize_message(pod, "Pod resize completed", generation, "");
            self.pod_event(pod, "Normal", "ResizeCompleted", &text);
        }
    }

    /// Changes the containers that have other resources than they were given: in place, or by restarting them where
    /// their policy says so.
    pub(crate) fn resize_containers(
        &self,
        pod: &Rc<Pod>,
        status: &PodStatus,
        actions: &mut PodActions,
    ) {
        let uid = pod.metadata.uid.as_str();
        if actions.kill_pod || !self.allocations().0.borrow().contains_key(uid) {
            return;
        }
        let mut changed = false;
        for container in resizable(pod) {
            let Some(run) = status.container(&container.name) else {
                continue;
            };
            let Some(has) = self.actuated(uid, &container.name) else {
                continue;
            };
            let leaves = actions.kill.iter().any(|kill| kill.id == run.id);
            if run.state != ContainerState::Running || leaves || has == container.resources {
                continue;
            }
            if needs_restart(container, &has) {
                restart(pod, container, run, actions);
                continue;
            }
            match self.change_in_place(container, &has, &run.id) {
                Ok(()) => {
                    self.set_actuated(pod, container);
                    changed = true;
                }
                Err(why) => self.resize_failed(pod, &why),
            }
        }
        if changed {
            // The next look finds that it is done.
            self.relist_pod(&Uid::from(uid));
            self.wake_pod(uid);
        }
    }

    fn change_in_place(
        &self,
        container: &Container,
        has: &ResourceRequirements,
        id: &str,
    ) -> Result<(), String> {
        let new = &container.resources;
        let memory = new.limits.get("memory").map(Quantity::value);
        let shrinks = memory < has.limits.get("memory").map(Quantity::value);
        if let Some(memory) = memory
            && shrinks
            && let Some((_, used)) = self.runtime().usage(id)
            && i64::try_from(used).is_ok_and(|used| used >= memory)
        {
            return Err(format!(
                "cannot decrease memory limits: attempting to set container \"{}\" memory limit ({memory}) below current \
                 usage ({used})",
                container.name
            ));
        }
        let cpu = new.limits.get("cpu").map(Quantity::milli_value);
        self.runtime().update_container(
            id,
            cpu.and_then(|cpu| u32::try_from(cpu).ok()),
            memory.and_then(|memory| u64::try_from(memory).ok()),
        );
        Ok(())
    }

    fn resize_failed(&self, pod: &Pod, why: &str) {
        let news = self.allocations().look(&pod.metadata.uid, |allocation| {
            let condition = allocation.in_progress.as_mut()?;
            let news = condition.message != why;
            condition.reason = ERROR.into();
            condition.message = why.into();
            news.then_some(condition.observed_generation)
        });
        if let Some(Some(generation)) = news {
            let text = resize_message(pod, "Pod resize error", generation, why);
            self.pod_event(pod, "Warning", "ResizeError", &text);
        }
    }
}

/// Whether a container has to be restarted for what changes.
fn needs_restart(container: &Container, has: &ResourceRequirements) -> bool {
    let new = &container.resources;
    container.resize_policy.iter().any(|policy| {
        let name = policy.resource_name.as_str();
        let limit = new.limits.get(name) != has.limits.get(name);
        // Memory requests change nothing for a container that runs.
        let request = name == "cpu" && new.requests.get(name) != has.requests.get(name);
        policy.restart_policy == "RestartContainer" && (limit || request)
    })
}

fn restart(
    pod: &Pod,
    container: &Container,
    run: &runtime::ContainerStatus,
    actions: &mut PodActions,
) {
    actions.kill.push(Kill {
        id: Rc::clone(&run.id),
        name: Rc::clone(&run.name),
        message: format!("Container {} resize requires restart", container.name),
        reason: KillReason::Changed,
    });
    let index = |list: &[Container]| list.iter().position(|c| c.name == container.name);
    if let Some(index) = index(&pod.spec.containers) {
        actions.start.push(index);
        actions.start.sort_unstable();
    } else if let Some(index) = index(&pod.spec.init_containers) {
        actions.start_init.push(index);
        actions.start_init.sort_unstable();
    }
}

/// `Pod resize started: {"containers":[…],"generation":2}`
fn resize_message(pod: &Pod, what: &str, generation: i64, error: &str) -> String {
    let list = |containers: Vec<&Container>| -> Option<String> {
        let texts: Vec<String> = containers
            .iter()
            .map(|container| {
                let name = Value::from(container.name.as_str());
                let resources = codec::to_json(&container.resources);
                format!("{{\"name\":{name},\"resources\":{resources}}}")
            })
            .collect();
        (!texts.is_empty()).then(|| texts.join(","))
    };
    let (init, regular) = lasting(pod).partition::<Vec<&Container>, _>(|container| {
        let init = &pod.spec.init_containers;
        init.iter().any(|known| known.name == container.name)
    });
    let mut parts = Vec::new();
    for (field, containers) in [("initContainers", init), ("containers", regular)] {
        if let Some(text) = list(containers) {
            parts.push(format!("\"{field}\":[{text}]"));
        }
    }
    parts.push(format!("\"generation\":{generation}"));
    if !error.is_empty() {
        parts.push(format!("\"error\":{}", Value::from(error)));
    }
    format!("{what}: {{{}}}", parts.join(","))
}
