//! PodTopologyLabels: a pod is told the zone and the region of its node, as labels. Kubernetes' room for this is
//! `plugin/pkg/admission/podtopologylabels`.

use api::core::v1::{Node, Pod};
use apimachinery::{Object, Status, Str};

use super::{Attributes, Operation, Plugin, lookup};
use crate::context::Context;

/// What a node tells its pods.
const LABELS: [&str; 2] = [
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// The plugin: for pods that are made on a node. Those that are put on one later get theirs with the binding.
pub(super) struct PodTopologyLabels;

impl Plugin for PodTopologyLabels {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.is("", "pods") {
            return Ok(());
        }
        let Some(pod) = object.downcast_mut::<Pod>() else {
            return Ok(());
        };
        if pod.spec.node_name.is_empty() {
            return Ok(());
        }
        for (key, value) in topology_labels(attributes.cx, &pod.spec.node_name) {
            if !pod.metadata.labels.contains_key(key) {
                pod.metadata.labels.insert(key, value);
            }
        }
        Ok(())
    }
}

/// The labels that the pods of a node get; none if there is no such node.
pub(crate) fn topology_labels(cx: &Context, node: &str) -> Vec<(&'static str, Str)> {
    let Some(node) = lookup::<Node>(cx, "", node) else {
        return Vec::new();
    };
    LABELS
        .into_iter()
        .filter_map(|key| Some((key, node.metadata.labels.get(key)?.clone())))
        .collect()
}
