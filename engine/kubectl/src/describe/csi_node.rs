//! `kubectl describe csinode`: which storage drivers a node has.

use api::storage::v1::CSINode;

use super::about::About;
use super::page::date;
use crate::error::Error;
use crate::util::go;

/// The node's drivers.
pub(crate) fn csi_node(node: &CSINode, about: &About<'_>) -> Result<String, Error> {
    let meta = &node.metadata;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field(0, "CreationTimestamp", &date(meta.creation_timestamp));
    page.line(0, "Spec:");
    if !node.spec.drivers.is_empty() {
        page.line(1, "Drivers:");
    }
    for driver in &node.spec.drivers {
        page.line(2, &format!("{}:", driver.name));
        page.field(3, "Node ID", &driver.node_id);
        if let Some(count) = driver.allocatable.as_ref().and_then(|a| a.count) {
            page.line(3, "Allocatables:");
            page.field(4, "Count", &count.to_string());
        }
        if !driver.topology_keys.is_empty() {
            page.field(3, "Topology Keys", &go::slice(&driver.topology_keys));
        }
    }
    Ok(about.finish(page))
}
