//! `kubectl describe pod`.

use api::core::v1::{Container, Event, Pod, PodSpec, Toleration, TopologySpreadConstraint};
use apimachinery::labels::format_label_selector;

use super::container::{Section, containers};
use super::events::events as event_table;
use super::page::{Page, controller, date};
use super::volume::volumes;

/// The pod and its events.
pub(crate) fn pod(pod: &Pod, events: Option<&[Event]>, now: i64) -> String {
    let mut page = Page::new(now);
    head(&mut page, pod);
    let (spec, status) = (&pod.spec, &pod.status);
    if let Some(resources) = &spec.resources {
        page.line(0, "Resources:");
        page.quantities(1, "Limits", &resources.limits);
        page.quantities(1, "Requests", &resources.requests);
    }
    let section = |label| Section {
        label,
        level: 0,
        pod: Some(pod),
    };
    if !spec.init_containers.is_empty() {
        containers(
            &mut page,
            &section("Init Containers"),
            &spec.init_containers,
            &status.init_container_statuses,
        );
    }
    containers(
        &mut page,
        &section("Containers"),
        &spec.containers,
        &status.container_statuses,
    );
    let ephemeral: Vec<Container> = ephemeral(spec);
    if !ephemeral.is_empty() {
        containers(
            &mut page,
            &section("Ephemeral Containers"),
            &ephemeral,
            &status.ephemeral_container_statuses,
        );
    }
    conditions(&mut page, pod);
    volumes(&mut page, 0, &spec.volumes);
    page.field(0, "QoS Class", &status.qos_class);
    page.labels(0, "Node-Selectors", &spec.node_selector);
    tolerations(&mut page, 0, "Tolerations", &spec.tolerations);
    spread(&mut page, "", &spec.topology_spread_constraints);
    if let Some(events) = events {
        event_table(&mut page, events);
    }
    page.finish()
}

/// Everything above the containers.
fn head(page: &mut Page, pod: &Pod) {
    let (meta, spec, status) = (&pod.metadata, &pod.spec, &pod.status);
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    if let Some(priority) = spec.priority {
        page.field(0, "Priority", &priority.to_string());
    }
    page.field_if(0, "Priority Class Name", &spec.priority_class_name);
    page.field_if(
        0,
        "Runtime Class Name",
        spec.runtime_class_name.as_deref().unwrap_or_default(),
    );
    page.field_if(0, "Service Account", &spec.service_account_name);
    let node = if spec.node_name.is_empty() {
        "<none>".into()
    } else {
        format!("{}/{}", spec.node_name, status.host_ip)
    };
    page.field(0, "Node", &node);
    if let Some(start) = status.start_time {
        page.field(0, "Start Time", &date(start));
    }
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    match meta.deletion_timestamp {
        Some(deadline) if status.phase != "Failed" && status.phase != "Succeeded" => {
            page.field(
                0,
                "Status",
                &format!("Terminating (lasts {})", page.since(deadline)),
            );
            let grace = meta.deletion_grace_period_seconds.unwrap_or(0);
            page.field(0, "Termination Grace Period", &format!("{grace}s"));
        }
        _ => page.field(0, "Status", &status.phase),
    }
    page.field_if(0, "Reason", &status.reason);
    page.field_if(0, "Message", &status.message);
    if let Some(seccomp) = spec
        .security_context
        .as_ref()
        .and_then(|context| context.seccomp_profile.as_ref())
    {
        page.field(0, "SeccompProfile", &seccomp.type_);
        page.field_if(
            0,
            "LocalhostProfile",
            seccomp.localhost_profile.as_deref().unwrap_or_default(),
        );
    }
    page.field(0, "IP", &status.pod_ip);
    if status.pod_ips.is_empty() {
        page.field(0, "IPs", "<none>");
    } else {
        page.line(0, "IPs:");
        for address in &status.pod_ips {
            page.field(1, "IP", &address.ip);
        }
    }
    page.field_if(0, "Controlled By", &controller(meta).unwrap_or_default());
    page.field_if(0, "NominatedNodeName", &status.nominated_node_name);
}

fn conditions(page: &mut Page, pod: &Pod) {
    let conditions = &pod.status.conditions;
    if !pod.spec.readiness_gates.is_empty() {
        page.line(0, "Readiness Gates:");
        page.line(1, "Type\tStatus");
        for gate in &pod.spec.readiness_gates {
            let condition = conditions.iter().find(|c| c.type_ == gate.condition_type);
            let status = condition.map_or("<none>", |c| c.status.as_str());
            page.line(1, &format!("{} \t{status} ", gate.condition_type));
        }
    }
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus");
        for condition in conditions {
            page.line(1, &format!("{} \t{} ", condition.type_, condition.status));
        }
    }
}

/// Ephemeral containers have the fields of containers, and more.
fn ephemeral(spec: &PodSpec) -> Vec<Container> {
    spec.ephemeral_containers
        .iter()
        .map(|e| Container {
            name: e.name.clone(),
            image: e.image.clone(),
            command: e.command.clone(),
            args: e.args.clone(),
            ports: e.ports.clone(),
            env_from: e.env_from.clone(),
            env: e.env.clone(),
            resources: e.resources.clone(),
            volume_mounts: e.volume_mounts.clone(),
            volume_devices: e.volume_devices.clone(),
            security_context: e.security_context.clone(),
            ..Container::default()
        })
        .collect()
}

/// `key=value:Effect op=Exists for 300s` a line, by key.
pub(crate) fn tolerations(page: &mut Page, level: usize, label: &str, tolerations: &[Toleration]) {
    let mut sorted: Vec<&Toleration> = tolerations.iter().collect();
    sorted.sort_by_key(|t| t.key.clone());
    let items: Vec<String> = sorted.into_iter().map(toleration).collect();
    page.items(level, label, &items);
}

fn toleration(toleration: &Toleration) -> String {
    let mut text = toleration.key.to_string();
    if !toleration.value.is_empty() {
        text.push_str(&format!("={}", toleration.value));
    }
    if !toleration.effect.is_empty() {
        text.push_str(&format!(":{}", toleration.effect));
    }
    if toleration.operator == "Exists" && toleration.value.is_empty() {
        text.push_str(if text.is_empty() {
            "op=Exists"
        } else {
            " op=Exists"
        });
    }
    if let Some(seconds) = toleration.toleration_seconds {
        text.push_str(&format!(" for {seconds}s"));
    }
    text
}

/// Shown only where there are any.
pub(crate) fn spread(page: &mut Page, indent: &str, constraints: &[TopologySpreadConstraint]) {
    let mut sorted: Vec<&TopologySpreadConstraint> = constraints.iter().collect();
    sorted.sort_by_key(|c| c.topology_key.clone());
    let items: Vec<String> = sorted
        .into_iter()
        .map(|c| {
            let selector = c.label_selector.as_deref();
            let selector =
                selector.map(|s| format!(" for selector {}", format_label_selector(Some(s))));
            let (key, when, skew) = (&c.topology_key, &c.when_unsatisfiable, c.max_skew);
            format!(
                "{key}:{when} when max skew {skew} is exceeded{}",
                selector.unwrap_or_default()
            )
        })
        .collect();
    if !items.is_empty() {
        page.items(0, &format!("{indent}Topology Spread Constraints"), &items);
    }
}
