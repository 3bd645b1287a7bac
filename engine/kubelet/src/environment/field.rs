//! What a pod may ask about itself: fields and resources, for its environment and its files.

use api::core::v1::{Container, ObjectFieldSelector, Pod, PodStatus, ResourceFieldSelector};
use apimachinery::{Map, Quantity, Str};

/// What selectors are answered from.
pub(crate) struct SelfView<'a> {
    pub(crate) pod: &'a Pod,
    /// The newest status; that of the pod may be older.
    pub(crate) status: &'a PodStatus,
    /// What stands in for limits that neither the container nor its pod has.
    pub(crate) allocatable: &'a Map<Str, Quantity>,
}

/// The value of a field of a pod. `None` for a field that cannot be asked for.
pub(crate) fn field(view: &SelfView<'_>, selector: &ObjectFieldSelector) -> Option<String> {
    let (pod, status) = (view.pod, view.status);
    let meta = &pod.metadata;
    let path = selector.field_path.as_str();
    if let Some(key) = subscript(path, "metadata.labels") {
        return Some(meta.labels.get(key).map(Str::to_string).unwrap_or_default());
    }
    if let Some(key) = subscript(path, "metadata.annotations") {
        return Some(
            meta.annotations
                .get(key)
                .map(Str::to_string)
                .unwrap_or_default(),
        );
    }
    Some(match path {
        "metadata.name" => meta.name.to_string(),
        "metadata.namespace" => meta.namespace.to_string(),
        "metadata.uid" => meta.uid.to_string(),
        "metadata.labels" => format_map(&meta.labels),
        "metadata.annotations" => format_map(&meta.annotations),
        "spec.nodeName" => pod.spec.node_name.to_string(),
        "spec.serviceAccountName" => pod.spec.service_account_name.to_string(),
        "status.hostIP" => status.host_ip.to_string(),
        "status.hostIPs" => status.host_ip.to_string(),
        "status.podIP" => status.pod_ip.to_string(),
        "status.podIPs" => status.pod_ip.to_string(),
        _ => return None,
    })
}

/// The key in `path['key']`.
fn subscript<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    path.strip_prefix(base)?
        .strip_prefix("['")?
        .strip_suffix("']")
}

/// One `key="value"` a line, as in downward API files.
fn format_map(map: &Map<Str, Str>) -> String {
    let lines: Vec<_> = map
        .iter()
        .map(|(key, value)| format!("{key}={}", apimachinery::gotext::quote(value)))
        .collect();
    lines.join("\n")
}

/// The value of a container's resource, in units of the divisor, rounded up. The error is upstream's.
pub(crate) fn resource(
    view: &SelfView<'_>,
    container: &Container,
    selector: &ResourceFieldSelector,
) -> Result<String, String> {
    let resources = &container.resources;
    let (kind, name) = selector
        .resource
        .split_once('.')
        .ok_or_else(|| format!("Unsupported container resource : {}", selector.resource))?;
    let amount = match kind {
        "limits" => resources
            .limits
            .get(name)
            .or_else(|| view.pod.spec.resources.as_ref()?.limits.get(name))
            .or_else(|| view.allocatable.get(name)),
        "requests" => resources.requests.get(name),
        _ => {
            return Err(format!(
                "Unsupported container resource : {}",
                selector.resource
            ));
        }
    };
    let amount = amount.map_or(0, Quantity::nanos);
    let divisor = match selector.divisor.nanos() {
        0 => 1_000_000_000,
        divisor => divisor,
    };
    let value = (amount + divisor - 1).div_euclid(divisor);
    Ok(value.to_string())
}

/// The container that a resource is asked of: the one named, or the asking one.
pub(crate) fn resource_container<'a>(
    pod: &'a Pod,
    selector: &ResourceFieldSelector,
    asking: Option<&'a Container>,
) -> Result<&'a Container, String> {
    if selector.container_name.is_empty() {
        return asking.ok_or_else(|| "container name is required".to_owned());
    }
    pod.spec
        .containers
        .iter()
        .chain(&pod.spec.init_containers)
        .find(|container| container.name == selector.container_name)
        .ok_or_else(|| format!("container {} not found", selector.container_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_rounded_up_to_the_divisor() {
        let mut container = Container::default();
        let quantity = |text| Quantity::parse(text).expect(text);
        container.resources.requests.insert("cpu", quantity("250m"));
        container.resources.limits.insert("cpu", quantity("500m"));
        container
            .resources
            .limits
            .insert("memory", quantity("64Mi"));
        let mut allocatable = Map::new();
        allocatable.insert("ephemeral-storage", quantity("100Gi"));
        let pod = Pod::default();
        let view = SelfView {
            pod: &pod,
            status: &pod.status,
            allocatable: &allocatable,
        };
        for (name, divisor, expected) in [
            ("requests.cpu", "0", "1"),
            ("limits.cpu", "1m", "500"),
            ("limits.memory", "0", "67108864"),
            ("limits.memory", "1Mi", "64"),
            ("limits.ephemeral-storage", "1Gi", "100"),
            ("requests.memory", "1", "0"),
        ] {
            let selector = ResourceFieldSelector {
                resource: name.into(),
                divisor: quantity(divisor),
                ..ResourceFieldSelector::default()
            };
            assert_eq!(
                resource(&view, &container, &selector).as_deref(),
                Ok(expected),
                "{name}"
            );
        }
    }

    #[test]
    fn labels_by_key_and_all_of_them() {
        let mut pod = Pod::default();
        pod.metadata.labels.insert("app", "info");
        pod.metadata.labels.insert("zone", "east");
        let view = SelfView {
            pod: &pod,
            status: &pod.status,
            allocatable: &Map::new(),
        };
        let ask = |path: &str| {
            let selector = ObjectFieldSelector {
                field_path: path.into(),
                ..ObjectFieldSelector::default()
            };
            field(&view, &selector)
        };
        assert_eq!(ask("metadata.labels['app']").as_deref(), Some("info"));
        assert_eq!(ask("metadata.labels['x']").as_deref(), Some(""));
        assert_eq!(
            ask("metadata.labels").as_deref(),
            Some("app=\"info\"\nzone=\"east\"")
        );
        assert_eq!(ask("metadata.nosuch"), None);
    }
}
