//! What objects count against the quotas of their namespace (`pkg/quota/v1/evaluator/core`, `apiserver/pkg/quota`).
//!
//! The server's admission plugin adds up what is asked for; the quota controller what there is. Both count here.
//!
//! Not here: device claims, quotas of volume attributes classes.

use api::core::v1::{PersistentVolumeClaim, Pod, ResourceQuota, Service};
use apimachinery::gvk::GroupResource;
use apimachinery::quantity::Format;
use apimachinery::{Map, Object, Quantity, Str, Time};

use crate::pod::is_terminal;
use crate::requests::is_sidecar;

/// Amounts by the names that quotas have for them.
pub type Amounts = Map<Str, Quantity>;

/// Kinds of the core group that have a name of their own in quotas.
const COUNTED: [&str; 7] = [
    "configmaps",
    "persistentvolumeclaims",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "pods",
];
const CLASS_SUFFIX: &str = ".storageclass.storage.k8s.io/";

/// The name under which a quota counts the objects of a resource: `count/deployments.apps`.
pub fn count_name(resource: &GroupResource) -> Str {
    if resource.group.is_empty() {
        format!("count/{}", resource.resource).into()
    } else {
        format!("count/{}.{}", resource.resource, resource.group).into()
    }
}

/// What an object counts for.
pub fn usage(resource: &GroupResource, object: &dyn Object, now: Time) -> Amounts {
    let mut amounts = Amounts::new();
    amounts.insert(count_name(resource), one());
    if !resource.group.is_empty() || !COUNTED.contains(&&*resource.resource) {
        return amounts;
    }
    if let Some(pod) = object.downcast_ref::<Pod>() {
        add_pod(&mut amounts, pod, now);
        return amounts;
    }
    amounts.insert(resource.resource.clone(), one());
    if let Some(service) = object.downcast_ref::<Service>() {
        add_service(&mut amounts, service);
    }
    if let Some(claim) = object.downcast_ref::<PersistentVolumeClaim>() {
        add_claim(&mut amounts, claim);
    }
    amounts
}

/// Whether a quota is about an object at all: only pods have scopes.
pub fn matches_scopes(quota: &ResourceQuota, object: &dyn Object) -> bool {
    let spec = &quota.spec;
    let selector = spec.scope_selector.iter();
    let mut expressions = selector.flat_map(|selector| &selector.match_expressions);
    if spec.scopes.is_empty() && expressions.clone().next().is_none() {
        return true;
    }
    let Some(pod) = object.downcast_ref::<Pod>() else {
        return false;
    };
    spec.scopes.iter().all(|scope| in_scope(pod, scope))
        && expressions.all(|expression| {
            let class = &pod.spec.priority_class_name;
            let listed = expression.values.contains(class);
            match (&*expression.scope_name, &*expression.operator) {
                ("PriorityClass", "In") => listed,
                ("PriorityClass", "NotIn") => !listed,
                ("PriorityClass", "DoesNotExist") => class.is_empty(),
                (scope, _) => in_scope(pod, scope),
            }
        })
}

/// Adds up amounts.
pub fn add(total: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        match total.get_mut(name.as_str()) {
            Some(sum) => sum.add(amount),
            None => drop(total.insert(name.clone(), amount.clone())),
        }
    }
}

fn one() -> Quantity {
    Quantity::from_int(1, Format::DecimalSi)
}

fn in_scope(pod: &Pod, scope: &str) -> bool {
    let ends = pod.spec.active_deadline_seconds.is_some_and(|d| d >= 0);
    match scope {
        "Terminating" => ends,
        "NotTerminating" => !ends,
        "BestEffort" => is_best_effort(pod),
        "NotBestEffort" => !is_best_effort(pod),
        "PriorityClass" => !pod.spec.priority_class_name.is_empty(),
        "CrossNamespacePodAffinity" => reaches_other_namespaces(pod),
        _ => false,
    }
}

fn is_best_effort(pod: &Pod) -> bool {
    let spec = &pod.spec;
    let mut containers = spec.containers.iter().chain(&spec.init_containers);
    containers.all(|c| {
        let resources = [&c.resources.requests, &c.resources.limits];
        resources.iter().all(|list| {
            let asks = |name: &str| list.get(name).is_some_and(|q| !q.is_zero());
            !asks("cpu") && !asks("memory")
        })
    })
}

fn reaches_other_namespaces(pod: &Pod) -> bool {
    let Some(affinity) = &pod.spec.affinity else {
        return false;
    };
    let near = affinity.pod_affinity.iter().flat_map(|a| {
        let preferred = &a.preferred_during_scheduling_ignored_during_execution;
        let preferred = preferred.iter().map(|term| &term.pod_affinity_term);
        a.required_during_scheduling_ignored_during_execution
            .iter()
            .chain(preferred)
    });
    let far = affinity.pod_anti_affinity.iter().flat_map(|a| {
        let preferred = &a.preferred_during_scheduling_ignored_during_execution;
        let preferred = preferred.iter().map(|term| &term.pod_affinity_term);
        a.required_during_scheduling_ignored_during_execution
            .iter()
            .chain(preferred)
    });
    near.chain(far)
        .any(|term| !term.namespaces.is_empty() || term.namespace_selector.is_some())
}

/// A pod that has ended, or should have by now, holds nothing any more.
fn is_over(pod: &Pod, now: Time) -> bool {
    let overdue = pod.metadata.deletion_timestamp.is_some_and(|since| {
        let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or(0);
        since.unix() + grace < now.unix()
    });
    is_terminal(pod) || overdue
}

fn add_pod(amounts: &mut Amounts, pod: &Pod, now: Time) {
    if is_over(pod, now) {
        return;
    }
    amounts.insert("pods", one());
    let mut requests = sum(pod, |c| &c.resources.requests);
    add(&mut requests, &pod.spec.overhead);
    let mut limits = sum(pod, |c| &c.resources.limits);
    if !limits.is_empty() {
        add(&mut limits, &pod.spec.overhead);
    }
    for (name, amount) in &requests {
        let plain = matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage");
        if plain || name.starts_with("hugepages-") {
            amounts.insert(name.clone(), amount.clone());
        }
        amounts.insert(format!("requests.{name}"), amount.clone());
    }
    for (name, amount) in &limits {
        if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") {
            amounts.insert(format!("limits.{name}"), amount.clone());
        }
    }
}

/// What a pod's containers ask for together: those that run side by side add up, of those that run before only the
/// largest counts.
pub fn sum(pod: &Pod, of: fn(&api::core::v1::Container) -> &Amounts) -> Amounts {
    let mut total = Amounts::new();
    for container in &pod.spec.containers {
        add(&mut total, of(container));
    }
    let (mut sidecars, mut largest) = (Amounts::new(), Amounts::new());
    for container in &pod.spec.init_containers {
        let mut own = sidecars.clone();
        add(&mut own, of(container));
        if is_sidecar(container) {
            add(&mut total, of(container));
            sidecars.clone_from(&own);
        }
        raise_to(&mut largest, &own);
    }
    raise_to(&mut total, &largest);
    total
}

fn raise_to(total: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        match total.get_mut(name.as_str()) {
            Some(there) if *there >= *amount => {}
            Some(there) => there.clone_from(amount),
            None => drop(total.insert(name.clone(), amount.clone())),
        }
    }
}

fn add_service(amounts: &mut Amounts, service: &Service) {
    let spec = &service.spec;
    let allocated = spec.allocate_load_balancer_node_ports != Some(false);
    let ports = i64::try_from(spec.ports.len()).unwrap_or(i64::MAX);
    match &*spec.type_ {
        "NodePort" => drop(amounts.insert(
            "services.nodeports",
            Quantity::from_int(ports, Format::DecimalSi),
        )),
        "LoadBalancer" => {
            amounts.insert("services.loadbalancers", one());
            let given = spec.ports.iter().filter(|port| port.node_port != 0).count();
            let ports = if allocated {
                ports
            } else {
                i64::try_from(given).unwrap_or(i64::MAX)
            };
            amounts.insert(
                "services.nodeports",
                Quantity::from_int(ports, Format::DecimalSi),
            );
        }
        _ => {}
    }
}

fn add_claim(amounts: &mut Amounts, claim: &PersistentVolumeClaim) {
    let class = claim.spec.storage_class_name.clone().unwrap_or_default();
    let request = claim.spec.resources.requests.get("storage").cloned();
    if !class.is_empty() {
        let name = format!("{class}{CLASS_SUFFIX}persistentvolumeclaims");
        amounts.insert(name, one());
    }
    let Some(mut request) = request else { return };
    // What was promised already counts when it is more than what is asked for.
    if let Some(allocated) = claim.status.allocated_resources.get("storage")
        && *allocated > request
    {
        request.clone_from(allocated);
    }
    if !class.is_empty() {
        amounts.insert(
            format!("{class}{CLASS_SUFFIX}requests.storage"),
            request.clone(),
        );
    }
    amounts.insert("requests.storage", request);
}
