//! What runs on a node cannot ask for more than the whole node has. Kubernetes' room for this is the admission of
//! `pods/resize`.
//!
//! Whether there is room beside the other pods is for the kubelet to say.

use api::core::v1::{Node, Pod};
use apimachinery::{Object, Status};
use component_helpers::requests::{Options, pod_requests};

use super::{Attributes, Operation, Plugin, lookup};

/// The plugin.
pub(super) struct PodResize;

impl Plugin for PodResize {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        let names = &attributes.resource.names;
        let about = names.group.is_empty() && names.plural == "pods";
        if !about || attributes.operation != Operation::Update || attributes.subresource != "resize"
        {
            return Ok(());
        }
        let Some(pod) = object.and_then(|object| object.downcast_ref::<Pod>()) else {
            return Ok(());
        };
        let Some(node) = lookup::<Node>(attributes.cx, "", &pod.spec.node_name) else {
            return Ok(());
        };
        let wanted = pod_requests(pod, Options::default());
        let there = &node.status.allocatable;
        let mut short = Vec::new();
        for (name, requested, allocatable) in [
            (
                "cpu",
                wanted.milli_cpu,
                there.get("cpu").map(|amount| amount.milli_value()),
            ),
            (
                "memory",
                wanted.memory,
                there.get("memory").map(|amount| amount.value()),
            ),
        ] {
            if let Some(allocatable) = allocatable
                && requested > allocatable
            {
                short.push(format!(
                    "{name}, requested: {requested}, allocatable: {allocatable}"
                ));
            }
        }
        if short.is_empty() {
            return Ok(());
        }
        let text = format!(
            "node didn't have enough allocatable resources: {}",
            short.join("; ")
        );
        Err(attributes.forbidden(object, &text))
    }
}
