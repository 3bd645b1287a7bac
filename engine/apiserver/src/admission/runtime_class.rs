//! RuntimeClass: what a pod costs more, and where it may go, because of its runtime.

use api::core::v1::Pod;
use api::node::v1::RuntimeClass;
use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin, lookup};

/// The plugin.
pub(super) struct RuntimeClassAdmission;

impl Plugin for RuntimeClassAdmission {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.is("", "pods") {
            return Ok(());
        }
        let Some(pod) = object.downcast_mut::<Pod>() else {
            return Ok(());
        };
        let Some(name) = pod.spec.runtime_class_name.clone() else {
            return Ok(());
        };
        let Some(class) = lookup::<RuntimeClass>(attributes.cx, "", &name) else {
            let because = format!("pod rejected: RuntimeClass \"{name}\" not found");
            return Err(attributes.forbidden(Some(pod), &because));
        };
        if let Some(overhead) = &class.overhead {
            if !pod.spec.overhead.is_empty() && pod.spec.overhead != overhead.pod_fixed {
                let because =
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
                return Err(attributes.forbidden(Some(pod), because));
            }
            pod.spec.overhead = overhead.pod_fixed.clone();
        } else if !pod.spec.overhead.is_empty() {
            let because = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
            return Err(attributes.forbidden(Some(pod), because));
        }
        if let Some(scheduling) = &class.scheduling {
            for (key, value) in &scheduling.node_selector {
                if pod
                    .spec
                    .node_selector
                    .get(key.as_str())
                    .is_some_and(|own| own != value)
                {
                    let because = format!(
                        "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {}",
                        pod.spec
                            .node_selector
                            .get(key.as_str())
                            .map_or("", |own| own.as_str())
                    );
                    return Err(attributes.forbidden(Some(pod), &because));
                }
                pod.spec.node_selector.insert(key.clone(), value.clone());
            }
            for toleration in &scheduling.tolerations {
                if !pod.spec.tolerations.contains(toleration) {
                    pod.spec.tolerations.push(toleration.clone());
                }
            }
        }
        Ok(())
    }
}
