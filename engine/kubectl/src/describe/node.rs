//! `kubectl describe node`: with the pods on it and what they ask for.

use api::coordination::v1::Lease;
use api::core::v1::{Container, Event, Node, Pod, Taint};
use apimachinery::{Map, Quantity, Str};

use super::events::events as event_table;
use super::page::{Page, date, or_none};
use super::{Query, Related, decode, list};
use crate::error::Error;

/// The node.
pub(crate) fn node(
    node: &Node,
    related: &dyn Related,
    events: Option<&[Event]>,
    now: i64,
) -> Result<String, Error> {
    let fields = format!(
        "spec.nodeName={},status.phase!=Failed,status.phase!=Succeeded",
        node.metadata.name
    );
    let pods: Vec<Pod> = list(
        related,
        &Query {
            fields: &fields,
            ..Query::default()
        },
    )?;
    let mut page = Page::new(now);
    page.field(0, "Name", &node.metadata.name);
    page.field(0, "Roles", or_none(&roles(node)));
    page.labels(0, "Labels", &node.metadata.labels);
    page.annotations("Annotations", &node.metadata.annotations);
    page.field(
        0,
        "CreationTimestamp",
        &date(node.metadata.creation_timestamp),
    );
    taints(&mut page, &node.spec.taints);
    page.field(0, "Unschedulable", &node.spec.unschedulable.to_string());
    lease(&mut page, node, related)?;
    conditions(&mut page, node);
    page.line(0, "Addresses:");
    for address in &node.status.addresses {
        page.field(1, &address.type_, &address.address);
    }
    page.quantities(0, "Capacity", &node.status.capacity);
    page.quantities(0, "Allocatable", &node.status.allocatable);
    system_info(&mut page, node);
    page.field_if(0, "PodCIDR", &node.spec.pod_cidr);
    let cidrs: Vec<&str> = node.spec.pod_cidrs.iter().map(Str::as_str).collect();
    page.field_if(0, "PodCIDRs", &cidrs.join(","));
    page.field_if(0, "ProviderID", &node.spec.provider_id);
    resources(&mut page, node, &pods);
    if let Some(events) = events {
        event_table(&mut page, events);
    }
    Ok(page.finish())
}

/// From the labels that name roles.
fn roles(node: &Node) -> String {
    let mut roles: Vec<&str> = Vec::new();
    for (key, value) in &node.metadata.labels {
        if let Some(role) = key
            .strip_prefix("node-role.kubernetes.io/")
            .filter(|role| !role.is_empty())
        {
            roles.push(role);
        } else if key == "kubernetes.io/role" && !value.is_empty() {
            roles.push(value);
        }
    }
    roles.sort_unstable();
    roles.dedup();
    roles.join(",")
}

fn taints(page: &mut Page, taints: &[Taint]) {
    let mut sorted: Vec<&Taint> = taints.iter().collect();
    sorted.sort_by_key(|t| (t.effect.clone(), t.key.clone()));
    let items: Vec<String> = sorted
        .into_iter()
        .map(|t| match (t.effect.as_str(), t.value.as_str()) {
            ("", "") => t.key.to_string(),
            ("", value) => format!("{}={value}:", t.key),
            (effect, "") => format!("{}:{effect}", t.key),
            (effect, value) => format!("{}={value}:{effect}", t.key),
        })
        .collect();
    page.items(0, "Taints", &items);
}

fn lease(page: &mut Page, node: &Node, related: &dyn Related) -> Result<(), Error> {
    let name = &node.metadata.name;
    let Some(lease) = related.get("coordination.k8s.io/v1", "leases", "kube-node-lease", name)?
    else {
        let missing = format!("Failed to get lease: leases.coordination.k8s.io {name:?} not found");
        page.field(0, "Lease", &missing);
        return Ok(());
    };
    let lease: Lease = decode(&lease)?;
    let micro = |time: Option<apimachinery::MicroTime>| {
        time.map_or("<unset>".to_owned(), |t| {
            crate::util::time::long(t.unix_micros())
        })
    };
    page.line(0, "Lease:");
    page.field(
        1,
        "HolderIdentity",
        lease.spec.holder_identity.as_deref().unwrap_or("<unset>"),
    );
    page.field(1, "AcquireTime", &micro(lease.spec.acquire_time));
    page.field(1, "RenewTime", &micro(lease.spec.renew_time));
    Ok(())
}

fn conditions(page: &mut Page, node: &Node) {
    if node.status.conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(
        1,
        "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
    );
    page.line(
        1,
        "----\t------\t-----------------\t------------------\t------\t-------",
    );
    for c in &node.status.conditions {
        let (beat, change) = (date(c.last_heartbeat_time), date(c.last_transition_time));
        page.line(
            1,
            &format!(
                "{} \t{} \t{beat} \t{change} \t{} \t{}",
                c.type_, c.status, c.reason, c.message
            ),
        );
    }
}

fn system_info(page: &mut Page, node: &Node) {
    let info = &node.status.node_info;
    page.line(0, "System Info:");
    for (label, value) in [
        ("Machine ID", &info.machine_id),
        ("System UUID", &info.system_uuid),
        ("Boot ID", &info.boot_id),
        ("Kernel Version", &info.kernel_version),
        ("OS Image", &info.os_image),
        ("Operating System", &info.operating_system),
        ("Architecture", &info.architecture),
        ("Container Runtime Version", &info.container_runtime_version),
        ("Kubelet Version", &info.kubelet_version),
    ] {
        page.field(1, label, value);
    }
}

/// Which amounts of a container count.
type Pick = fn(&Container) -> &Map<Str, Quantity>;

/// The pods with what they ask for, and the sums.
fn resources(page: &mut Page, node: &Node, pods: &[Pod]) {
    let status = &node.status;
    let allocatable = if status.allocatable.is_empty() {
        &status.capacity
    } else {
        &status.allocatable
    };
    let requests: Pick = |container| &container.resources.requests;
    let limits: Pick = |container| &container.resources.limits;
    let cell = |amount: &Quantity, name: &str| {
        let share = match allocatable.get(name).map_or(0.0, Quantity::as_f64) {
            0.0 => 0.0,
            all => amount.as_f64() / all * 100.0,
        };
        format!("{} ({}%)", amount.as_str(), share.trunc())
    };
    page.field(
        0,
        "Non-terminated Pods",
        &format!("({} in total)", pods.len()),
    );
    page.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    page.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    for pod in pods {
        let cells = [
            ("cpu", requests),
            ("cpu", limits),
            ("memory", requests),
            ("memory", limits),
        ]
        .map(|(name, pick)| cell(&pod_amount(pod, name, pick), name));
        let age = page.since(pod.metadata.creation_timestamp);
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        page.line(
            1,
            &format!("{namespace}\t{name}\t\t{}\t{age}", cells.join("\t")),
        );
    }
    page.line(0, "Allocated resources:");
    page.line(
        1,
        "(Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    page.line(1, "Resource\tRequests\tLimits");
    page.line(1, "--------\t--------\t------");
    for name in ["cpu", "memory", "ephemeral-storage"] {
        let (requests, limits) = (total(pods, name, requests), total(pods, name, limits));
        page.line(
            1,
            &format!("{name}\t{}\t{}", cell(&requests, name), cell(&limits, name)),
        );
    }
    let known = |name: &str| matches!(name, "cpu" | "memory" | "ephemeral-storage" | "pods");
    let names = || {
        allocatable
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !known(name))
    };
    for name in names().filter(|name| name.starts_with("hugepages-")) {
        let (requests, limits) = (total(pods, name, requests), total(pods, name, limits));
        page.line(
            1,
            &format!("{name}\t{}\t{}", cell(&requests, name), cell(&limits, name)),
        );
    }
    for name in names().filter(|name| !name.starts_with("hugepages-")) {
        let (requests, limits) = (total(pods, name, requests), total(pods, name, limits));
        page.line(
            1,
            &format!("{name}\t{}\t{}", requests.as_str(), limits.as_str()),
        );
    }
}

fn total(pods: &[Pod], name: &str, pick: Pick) -> Quantity {
    let mut sum = Quantity::default();
    for pod in pods {
        sum.add(&pod_amount(pod, name, pick));
    }
    sum
}

/// What a pod counts for: its containers and sidecars together, or the largest init container beside the sidecars
/// before it, whichever is more; and its overhead.
fn pod_amount(pod: &Pod, name: &str, pick: Pick) -> Quantity {
    let of = |container: &Container| pick(container).get(name).cloned().unwrap_or_default();
    let mut sum = Quantity::default();
    for container in &pod.spec.containers {
        sum.add(&of(container));
    }
    let mut sidecars = Quantity::default();
    let mut init = Quantity::default();
    for container in &pod.spec.init_containers {
        let mut needed = sidecars.clone();
        needed.add(&of(container));
        if container.restart_policy.as_deref() == Some("Always") {
            sidecars = needed.clone();
            sum.add(&of(container));
        }
        if needed.nanos() > init.nanos() {
            init = needed;
        }
    }
    let mut amount = if init.nanos() > sum.nanos() {
        init
    } else {
        sum
    };
    if let Some(overhead) = pod.spec.overhead.get(name).filter(|_| !amount.is_zero()) {
        amount.add(overhead);
    }
    amount
}
