//! What a container's `fieldRef` and `resourceFieldRef` stand for, as far as the API knows it.

use api::core::v1::{Container, Pod, ResourceFieldSelector};
use apimachinery::Quantity;

/// A field of the pod by its downward API path. kubectl resolves those of the metadata, as a whole; others are empty.
pub(crate) fn pod_field(pod: &Pod, path: &str) -> String {
    let meta = &pod.metadata;
    match path {
        "metadata.name" => meta.name.to_string(),
        "metadata.namespace" => meta.namespace.to_string(),
        "metadata.uid" => meta.uid.to_string(),
        "metadata.labels" => formatted(&meta.labels),
        "metadata.annotations" => formatted(&meta.annotations),
        _ => String::new(),
    }
}

fn formatted(map: &apimachinery::Map<apimachinery::Str, apimachinery::Str>) -> String {
    let lines: Vec<String> = map
        .iter()
        .map(|(key, value)| format!("{key}={}", apimachinery::gotext::quote(value)))
        .collect();
    lines.join("\n")
}

/// A container's request or limit in units of the divisor, rounded up; `node allocatable` where no limit is set.
pub(crate) fn container_resource(container: &Container, field: &ResourceFieldSelector) -> String {
    let Some((list, name)) = field.resource.split_once('.') else {
        return String::new();
    };
    let list = match list {
        "limits" => &container.resources.limits,
        "requests" => &container.resources.requests,
        _ => return String::new(),
    };
    let nanos = list.get(name).map_or(0, Quantity::nanos);
    let divisor = match field.divisor.nanos() {
        0 => 1_000_000_000,
        nanos => nanos,
    };
    let units = nanos.div_euclid(divisor) + i128::from(nanos.rem_euclid(divisor) != 0);
    if units == 0 && matches!(field.resource.as_str(), "limits.cpu" | "limits.memory") {
        return "node allocatable".into();
    }
    units.to_string()
}
