//! The table of nodes.

use std::collections::BTreeSet;

use api::core::v1::{Node, NodeSystemInfo};
use apimachinery::Str;

use crate::printers::{Cells, Column, PrintOptions};

const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE_LABEL: &str = "kubernetes.io/role";

pub(super) const COLUMNS: &[Column] = &[
    Column::NAME,
    Column::text("Status"),
    Column::text("Roles"),
    Column::AGE,
    Column::text("Version"),
    Column::wide("Internal-IP"),
    Column::wide("External-IP"),
    Column::wide("OS-Image"),
    Column::wide("Kernel-Version"),
    Column::wide("Container-Runtime"),
];

pub(super) fn row(node: &Node, options: &PrintOptions) -> Cells {
    let ready = node
        .status
        .conditions
        .iter()
        .find(|condition| condition.type_ == "Ready");
    let mut status = Str::from(match ready {
        None => "Unknown",
        Some(condition) if condition.status == "True" => "Ready",
        Some(_) => "NotReady",
    });
    if node.spec.unschedulable {
        status.push_str(",SchedulingDisabled");
    }
    let info = &node.status.node_info;
    Cells::new()
        .text(node.metadata.name.clone())
        .text(status)
        .text(roles(node))
        .age(node.metadata.creation_timestamp, options)
        .text(info.kubelet_version.clone())
        .text(address(node, "InternalIP"))
        .text(address(node, "ExternalIP"))
        .text(or_unknown(&info.os_image))
        .text(kernel(info))
        .text(or_unknown(&info.container_runtime_version))
}

fn roles(node: &Node) -> Str {
    let mut roles = BTreeSet::new();
    for (key, value) in node.metadata.labels.iter() {
        match key.strip_prefix(ROLE_PREFIX) {
            Some(role) if !role.is_empty() => drop(roles.insert(role)),
            None if key == ROLE_LABEL && !value.is_empty() => drop(roles.insert(value.as_str())),
            _ => {}
        }
    }
    if roles.is_empty() {
        "<none>".into()
    } else {
        roles.into_iter().collect::<Vec<_>>().join(",").into()
    }
}

fn address(node: &Node, kind: &str) -> Str {
    let found = node
        .status
        .addresses
        .iter()
        .find(|address| address.type_ == kind);
    found.map_or("<none>".into(), |address| address.address.clone())
}

/// The kernel's version, and what machine it is for.
fn kernel(info: &NodeSystemInfo) -> Str {
    if info.kernel_version.is_empty() || info.architecture.is_empty() {
        return or_unknown(&info.kernel_version);
    }
    format!("{} ({})", info.kernel_version, info.architecture).into()
}

fn or_unknown(text: &Str) -> Str {
    if text.is_empty() {
        "<unknown>".into()
    } else {
        text.clone()
    }
}
