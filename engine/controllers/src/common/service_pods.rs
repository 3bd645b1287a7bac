//! What the two endpoint controllers know about services and their pods (`pkg/controller/util/endpoint`, the trigger
//! time tracker of `k8s.io/endpointslice`).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Pod, Service, ServicePort};
use apimachinery::labels::Selector;
use apimachinery::{IntOrString, Str, Time};
use client::{Change, Informer, Lister, NamespacedName, WorkQueue};
use component_helpers::pod;

use crate::context::Context;

/// Tells consumers when the pods or the service changed that an object with endpoints is written for.
pub(crate) const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
/// On what belongs to a service without an address of its own.
pub(crate) const HEADLESS: &str = "service.kubernetes.io/headless";

/// Puts services into a queue when they change, or when a pod that matters to them does.
pub(crate) fn follow(context: &Context, queue: &WorkQueue<NamespacedName>) -> Lister<Service> {
    let informers = context.informers();
    let services: Informer<Service> = informers.of();
    services.on_change(crate::worker::enqueue(queue));
    let (lister, queue) = (services.lister(), queue.clone());
    let pods: Informer<Pod> = informers.of();
    pods.index_labels();
    pods.on_change(move |change| enqueue_services(change, &lister, &queue));
    services.lister()
}

fn enqueue_services(
    change: &Change<'_, Pod>,
    services: &Lister<Service>,
    queue: &WorkQueue<NamespacedName>,
) {
    let new = change.object();
    let (mut matters, mut relabelled) = (true, None);
    if let Change::Updated { old, .. } = change {
        relabelled =
            (old.metadata.labels != new.metadata.labels || names_differ(old, new)).then_some(old);
        matters = relabelled.is_some() || endpoint_differs(old, new);
    }
    if !matters {
        return;
    }
    for service in services.in_namespace(&new.metadata.namespace) {
        if service.spec.selector.is_empty() {
            continue;
        }
        let selector = Selector::from_set(&service.spec.selector);
        let before = relabelled.is_some_and(|old| selector.matches(&old.metadata.labels));
        if before || selector.matches(&new.metadata.labels) {
            queue.add(NamespacedName::of(&service.metadata));
        }
    }
}

fn names_differ(old: &Pod, new: &Pod) -> bool {
    old.spec.hostname != new.spec.hostname || old.spec.subdomain != new.spec.subdomain
}

/// Whether an endpoint made of the pod would look different.
fn endpoint_differs(old: &Pod, new: &Pod) -> bool {
    old.metadata.is_deleting() != new.metadata.is_deleting()
        || pod::is_ready(old) != pod::is_ready(new)
        || pod::is_terminal(old) != pod::is_terminal(new)
        || old.status.pod_ips != new.status.pod_ips
        || old.status.pod_ip != new.status.pod_ip
        || old.spec.node_name != new.spec.node_name
        || ready_since(old) != ready_since(new)
}

fn ready_since(pod: &Pod) -> Option<Time> {
    Some(pod::condition(&pod.status, "Ready")?.last_transition_time)
}

/// Whether the service's endpoints are made of pods at all.
pub(crate) fn has_pods(service: &Service) -> bool {
    !service.spec.selector.is_empty() && service.spec.type_ != "ExternalName"
}

/// Whether the service has no address of its own.
pub(crate) fn is_headless(service: &Service) -> bool {
    service.spec.cluster_ip == "None"
}

/// Whether a pod is an endpoint: it has an address, has not ended, and is not on its way out (or that is no matter).
pub(crate) fn is_endpoint(pod: &Pod, even_terminating: bool) -> bool {
    !pod::is_terminal(pod)
        && !addresses(pod).is_empty()
        && (even_terminating || !pod.metadata.is_deleting())
}

/// The pod's addresses.
pub(crate) fn addresses(pod: &Pod) -> Vec<Str> {
    let status = &pod.status;
    if status.pod_ips.is_empty() {
        let ip = Some(status.pod_ip.clone());
        return ip.filter(|ip| !ip.is_empty()).into_iter().collect();
    }
    status.pod_ips.iter().map(|ip| ip.ip.clone()).collect()
}

/// The name under which DNS knows the pod in the service.
pub(crate) fn host_name(pod: &Pod, service: &Service) -> Option<Str> {
    let named = !pod.spec.hostname.is_empty() && pod.spec.subdomain == service.metadata.name;
    named.then(|| pod.spec.hostname.clone())
}

/// The number of a service's port on a pod; none if the pod has no port of that name.
pub(crate) fn find_port(pod: &Pod, port: &ServicePort) -> Option<i32> {
    let name = match &port.target_port {
        IntOrString::Int(number) => return Some(*number),
        IntOrString::Str(name) => name,
    };
    let sidecars = pod.spec.init_containers.iter();
    let sidecars = sidecars.filter(|c| component_helpers::requests::is_sidecar(c));
    let containers = pod.spec.containers.iter().chain(sidecars);
    containers
        .flat_map(|container| &container.ports)
        .find(|candidate| candidate.name == *name && candidate.protocol == port.protocol)
        .map(|found| found.container_port)
}

/// Finds out when the change happened that a service's endpoints are written for.
#[derive(Default)]
pub(crate) struct TriggerTimes(RefCell<BTreeMap<NamespacedName, Known>>);

#[derive(Default)]
struct Known {
    service: Time,
    pods: BTreeMap<Str, Time>,
}

impl TriggerTimes {
    /// The service is gone.
    pub(crate) fn forget(&self, key: &NamespacedName) {
        self.0.borrow_mut().remove(key);
    }

    /// The earliest of the changes since the last call; none if nothing that counts has changed.
    pub(crate) fn next(&self, service: &Service, pods: &[Rc<Pod>]) -> Option<Time> {
        let key = NamespacedName::of(&service.metadata);
        let since = pods.iter().filter_map(|pod| {
            let since = ready_since(pod)?;
            Some((pod.metadata.name.clone(), since))
        });
        let now = Known {
            service: service.metadata.creation_timestamp,
            pods: since.collect(),
        };
        let mut known = self.0.borrow_mut();
        let Some(before) = known.get(&key) else {
            let created = now.service;
            known.insert(key, now);
            return Some(created);
        };
        let changed = now.pods.iter().filter(|(name, time)| {
            let before = before.pods.get(*name);
            before.is_none_or(|before| before < time)
        });
        let mut earliest = changed.map(|(_, time)| *time).min();
        if before.service < now.service {
            earliest = Some(earliest.map_or(now.service, |time| time.min(now.service)));
        }
        known.insert(key, now);
        earliest
    }
}
