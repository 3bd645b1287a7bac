//! How the kubelet names pods and containers in messages and references.

use api::core::v1::{Container, ObjectReference, Pod};
use apimachinery::Str;
use ecow::eco_format;

/// `name_namespace(uid)`, as in back-off messages.
pub(crate) fn pod_name(pod: &Pod) -> Str {
    let meta = &pod.metadata;
    eco_format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
}

/// A reference to a pod, for events.
pub(crate) fn pod_reference(pod: &Pod) -> ObjectReference {
    let meta = &pod.metadata;
    ObjectReference {
        kind: "Pod".into(),
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        api_version: "v1".into(),
        resource_version: meta.resource_version.clone(),
        field_path: Str::new(),
    }
}

/// A reference to a container of a pod: the pod's, with the path to the container.
pub(crate) fn container_reference(pod: &Pod, name: &str) -> ObjectReference {
    let spec = &pod.spec;
    let has = |containers: &[Container]| containers.iter().any(|container| container.name == name);
    let list = if has(&spec.containers) {
        "containers"
    } else if has(&spec.init_containers) {
        "initContainers"
    } else {
        "ephemeralContainers"
    };
    ObjectReference {
        field_path: eco_format!("spec.{list}{{{name}}}"),
        ..pod_reference(pod)
    }
}

/// The list of names in a condition's message: `[a b]`.
pub(crate) fn bracketed(names: &[Str]) -> String {
    format!("[{}]", names.join(" "))
}
