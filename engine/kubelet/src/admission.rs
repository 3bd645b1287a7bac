//! Whether the node takes a pod (upstream's `pkg/kubelet/lifecycle/predicate.go`).
//!
//! The scheduler has decided already; this matters for pods that name their node themselves.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{POD_FAILED, Pod, PodStatus};
use apimachinery::{Quantity, Str};
use component_helpers::selector::required_affinity_matches;
use component_helpers::taints::first_untolerated;
use ecow::eco_format;
use sim::Time;

use crate::kubelet::Kubelet;
use crate::kuberuntime::is_restartable_init;
use crate::static_pods::is_static;

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
        if let Some(short) = self.shortage(pod) {
            return Err(Refused {
                reason: eco_format!("OutOf{}", short.resource),
                message: short.to_text(),
            });
        }
        match self.mismatch(pod) {
            None => Ok(()),
            Some((name, why)) => Err(Refused {
                reason: name.into(),
                message: eco_format!("Predicate {name} failed: {why}"),
            }),
        }
    }

    /// Which of the scheduler's rules the pod would break here, and how.
    fn mismatch(&self, pod: &Pod) -> Option<(&'static str, &'static str)> {
        let node = self.api().node(&self.config().node).ok()?;
        if !required_affinity_matches(pod, &node) {
            return Some((
                "NodeAffinity",
                "node(s) didn't match Pod's node affinity/selector",
            ));
        }
        if self.wants_taken_port(pod) {
            return Some((
                "NodePorts",
                "node(s) didn't have free ports for the requested pod ports",
            ));
        }
        let (taints, tolerations) = (&node.spec.taints, &pod.spec.tolerations);
        first_untolerated(taints, tolerations, &["NoExecute"])?;
        (!is_static(pod)).then_some((
            "TaintToleration",
            "node(s) had taints that the pod didn't tolerate",
        ))
    }

    /// Whether another pod of the node has one of the ports of the node that this one wants.
    fn wants_taken_port(&self, pod: &Pod) -> bool {
        let wanted = host_ports(pod);
        if wanted.is_empty() {
            return false;
        }
        let pods = self.pods().borrow();
        let mut others = pods.values().filter(|other| {
            let phase = &other.status.phase;
            other.metadata.uid != pod.metadata.uid && phase != "Failed" && phase != "Succeeded"
        });
        others.any(|other| {
            let taken = host_ports(other);
            wanted.iter().any(|port| taken.contains(port))
        })
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
                let amount = |pod: &Pod| in_units(resource, request(pod, resource));
                let requested = amount(pod);
                // What is not asked for is not short, whatever the others have of it.
                let used = match requested {
                    0 => 0,
                    _ => others.iter().map(|other| amount(other)).sum(),
                };
                (requested, used, in_units(resource, available.nanos()))
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

/// The ports of the node that a pod wants, with their protocols.
fn host_ports(pod: &Pod) -> Vec<(i32, &str)> {
    let containers = pod.spec.containers.iter();
    let sidecars = pod
        .spec
        .init_containers
        .iter()
        .filter(|c| is_restartable_init(c));
    let ports = containers.chain(sidecars).flat_map(|c| &c.ports);
    let ports = ports.filter(|port| port.host_port > 0);
    ports
        .map(|port| (port.host_port, &*port.protocol))
        .collect()
}

/// A whole unit of [`Quantity::nanos`].
const NANO: i128 = 1_000_000_000;

/// CPU counts in thousandths, everything else in ones; what is left over counts as one more.
fn in_units(resource: &str, nanos: i128) -> i64 {
    let unit = if resource == "cpu" { NANO / 1000 } else { NANO };
    let whole = nanos.div_euclid(unit) + i128::from(nanos.rem_euclid(unit) != 0);
    i64::try_from(whole).unwrap_or(if whole < 0 { i64::MIN } else { i64::MAX })
}

/// What a pod asks for: its containers together with its sidecars, or its greediest init container if that is more.
fn request(pod: &Pod, resource: &str) -> i128 {
    let spec = &pod.spec;
    let ask = |container: &api::core::v1::Container| {
        let asked = container.resources.requests.get(resource);
        asked.map_or(0, Quantity::nanos)
    };
    let mut sum: i128 = spec.containers.iter().map(ask).sum();
    let (mut sidecars, mut greediest): (i128, i128) = (0, 0);
    for container in &spec.init_containers {
        let now = ask(container) + sidecars;
        if is_restartable_init(container) {
            sidecars = now;
        }
        greediest = greediest.max(now);
    }
    sum += sidecars;
    let overhead = spec.overhead.get(resource);
    sum.max(greediest) + overhead.map_or(0, Quantity::nanos)
}
