//! RuntimeClass: what a pod costs more, and where it may go, because of its runtime.

use api::core::v1::{Pod, Toleration};
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
            let own = std::mem::take(&mut pod.spec.tolerations);
            pod.spec.tolerations = merged(own, &scheduling.tolerations);
        }
        Ok(())
    }
}

/// Both lists as one, without those that another one includes (`MergeTolerations` of `pkg/util/tolerations`).
fn merged(mut all: Vec<Toleration>, more: &[Toleration]) -> Vec<Toleration> {
    all.extend_from_slice(more);
    let mut out: Vec<Toleration> = Vec::new();
    for (i, toleration) in all.iter().enumerate() {
        let included = out.iter().any(|other| includes(other, toleration));
        // Of two that are equal, the first one stays.
        let mut later = all.iter().skip(i + 1);
        if !included && !later.any(|other| other != toleration && includes(other, toleration)) {
            out.push(toleration.clone());
        }
    }
    out
}

/// Whether whatever `narrow` tolerates, `wide` does.
fn includes(wide: &Toleration, narrow: &Toleration) -> bool {
    if wide == narrow {
        return true;
    }
    let every_key = wide.key.is_empty() && wide.operator == "Exists";
    if wide.key != narrow.key && !every_key {
        return false;
    }
    if wide.effect != narrow.effect && !wide.effect.is_empty() {
        return false;
    }
    let shorter = |wide: i64| narrow.toleration_seconds.is_none_or(|narrow| narrow > wide);
    if wide.effect == "NoExecute" && wide.toleration_seconds.is_some_and(shorter) {
        return false;
    }
    let equal = |operator: &str| matches!(operator, "Equal" | "");
    match wide.operator.as_str() {
        "Exists" => true,
        operator if equal(operator) => equal(&narrow.operator) && wide.value == narrow.value,
        _ => false,
    }
}
