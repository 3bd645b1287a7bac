//! Whether the node takes a pod (upstream's `pkg/kubelet/lifecycle/predicate.go`).
//!
//! The scheduler has decided already; this matters for pods that name their node themselves.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{POD_FAILED, Pod, PodStatus};
use apimachinery::{Quantity, Str};
use ecow::eco_format;
use sim::Time;

use crate::kubelet::Kubelet;
use crate::kuberuntime::is_restartable_init;

/// Why a pod is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    reason: Str,
    message: Str,
}

/// A resource that the node has too little of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortage {
    pub(crate) resource: Str,
    pub(crate) requested: i64,
    used: i64,
    pub(crate) capacity: i64,
}

impl Shortage {
    pub(crate) fn to_text(&self) -> Str {
        let Self {
            resource,
            requested,
            used,
            capacity,
        } = self;
        eco_format!(
            "Node didn't have enough resource: {resource}, requested: {requested}, used: {used}, capacity: {capacity}"
        )
    }
}

/// A kubelet asks the API server at most so often (`kubeAPIQPS: 50`) …
const INTERVAL: Duration = Duration::from_millis(20);
/// … but for so many times in a row (`kubeAPIBurst: 100`).
const BURST: u32 = 100;

/// Until when the requests that tell of refused pods are booked.
///
/// A controller that puts a new pod in the place of every refused one makes a storm, here as on a real node, and this is
/// what slows it down.
#[derive(Default)]
pub(crate) struct Refusals(Cell<Time>);

impl Refusals {
    /// How long the next request has to wait.
    fn book(&self, now: Time) -> Duration {
        let booked = self.0.get().max(now);
        self.0.set(booked + INTERVAL);
        booked.since(now).saturating_sub(INTERVAL * BURST)
    }
}

impl Kubelet {
    /// Checks that there is room for a pod.
    pub(crate) fn admit(&self, pod: &Pod) -> Result<(), Refused> {
        if let Some(message) = self.refused_by_pressure(pod) {
            return Err(Refused {
                reason: "Evicted".into(),
                message: message.into(),
            });
        }
        match self.shortage(pod) {
            None => Ok(()),
            Some(short) => Err(Refused {
                reason: eco_format!("OutOf{}", short.resource),
                message: short.to_text(),
            }),
        }
    }

    /// What the node has too little of for a pod beside the others.
    pub(crate) fn shortage(&self, pod: &Pod) -> Option<Shortage> {
        let pods = self.pods().borrow();
        let others: Vec<Rc<Pod>> = pods
            .values()
            .filter(|other| other.metadata.uid != pod.metadata.uid)
            .filter(|other| other.status.phase != "Failed" && other.status.phase != "Succeeded")
            .map(|other| self.allocated(other))
            .collect();
        let resources = self.config().capacity.iter();
        let mut looks = resources.map(|(resource, available)| {
            let (requested, used, capacity) = if *resource == "pods" {
                let used = i64::try_from(others.len()).unwrap_or(i64::MAX);
                (1, used, available.value())
            } else {
                let amount = |pod: &Pod| in_units(resource, &request(pod, resource));
                let used = others.iter().map(|other| amount(other)).sum();
                (amount(pod), used, in_units(resource, available))
            };
            Shortage {
                resource: resource.clone(),
                requested,
                used,
                capacity,
            }
        });
        looks.find(|look| look.requested > 0 && look.used + look.requested > look.capacity)
    }

    /// Lets a pod fail that is not taken.
    pub(crate) fn reject_pod(&self, pod: &Rc<Pod>, refused: Refused) {
        let wait = self.refusals().book(self.sim().now());
        if wait.is_zero() {
            return self.tell_refused(pod, &refused);
        }
        let (kubelet, pod) = (self.clone(), Rc::clone(pod));
        self.sim().spawn("refused pod", async move {
            kubelet.sim().sleep(wait).await;
            let known = kubelet
                .pods()
                .borrow()
                .contains_key(pod.metadata.uid.as_str());
            if known {
                kubelet.tell_refused(&pod, &refused);
            }
        });
    }

    fn tell_refused(&self, pod: &Rc<Pod>, refused: &Refused) {
        self.pod_event(pod, "Warning", &refused.reason, &refused.message);
        let mut status = PodStatus {
            phase: POD_FAILED.into(),
            reason: refused.reason.clone(),
            message: eco_format!("Pod was rejected: {}", refused.message),
            observed_generation: pod.metadata.generation,
            ..PodStatus::default()
        };
        status.qos_class = pod.status.qos_class.clone();
        self.set_pod_status(pod, status);
    }
}

/// CPU counts in thousandths, everything else in ones.
fn in_units(resource: &str, amount: &Quantity) -> i64 {
    if resource == "cpu" {
        amount.milli_value()
    } else {
        amount.value()
    }
}

/// What a pod asks for: its containers together with its sidecars, or its greediest init container if that is more.
fn request(pod: &Pod, resource: &str) -> Quantity {
    let spec = &pod.spec;
    let ask = |container: &api::core::v1::Container| {
        container
            .resources
            .requests
            .get(resource)
            .cloned()
            .unwrap_or_default()
    };
    let mut sum = Quantity::default();
    for container in &spec.containers {
        sum.add(&ask(container));
    }
    let mut sidecars = Quantity::default();
    let mut greediest = Quantity::default();
    for container in &spec.init_containers {
        let mut now = ask(container);
        if is_restartable_init(container) {
            sidecars.add(&now);
            now = sidecars.clone();
        } else {
            now.add(&sidecars);
        }
        if now.nanos() > greediest.nanos() {
            greediest = now;
        }
    }
    sum.add(&sidecars);
    let mut total = if greediest.nanos() > sum.nanos() {
        greediest
    } else {
        sum
    };
    if let Some(overhead) = spec.overhead.get(resource) {
        total.add(overhead);
    }
    total
}
