//! What a pod asks for as a whole: sums over its containers. Kubernetes' room for this is `k8s.io/component-helpers/resource`.

use api::core::v1::{Container, PodSpec, ResourceRequirements};
use apimachinery::{Map, Quantity, Str};

use crate::validation::quantity::{is_huge_pages, is_overcommit_allowed};

type ResourceList = Map<Str, Quantity>;

/// Adds quantities, name by name.
fn add(total: &mut ResourceList, more: &ResourceList) {
    for (name, quantity) in more.iter() {
        match total.get_mut(name.as_str()) {
            Some(sum) => sum.add(quantity),
            None => drop(total.insert(name.clone(), quantity.clone())),
        }
    }
}

/// Raises quantities to at least those of another list.
fn raise(total: &mut ResourceList, other: &ResourceList) {
    for (name, quantity) in other.iter() {
        if total
            .get(name.as_str())
            .is_none_or(|present| present < quantity)
        {
            total.insert(name.clone(), quantity.clone());
        }
    }
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// The sum over the containers: the main ones with the sidecars, or the greediest step of initialization.
fn aggregate(spec: &PodSpec, of: impl Fn(&ResourceRequirements) -> &ResourceList) -> ResourceList {
    let mut total = ResourceList::default();
    spec.containers
        .iter()
        .for_each(|container| add(&mut total, of(&container.resources)));
    let (mut sidecars, mut init) = (ResourceList::default(), ResourceList::default());
    for container in &spec.init_containers {
        if is_sidecar(container) {
            add(&mut total, of(&container.resources));
            add(&mut sidecars, of(&container.resources));
            raise(&mut init, &sidecars);
        } else {
            let mut step = of(&container.resources).clone();
            add(&mut step, &sidecars);
            raise(&mut init, &step);
        }
    }
    raise(&mut total, &init);
    total
}

/// What the containers of a pod ask for together.
pub(crate) fn container_requests(spec: &PodSpec) -> ResourceList {
    aggregate(spec, |resources| &resources.requests)
}

/// What the containers of a pod may use together.
pub(crate) fn container_limits(spec: &PodSpec) -> ResourceList {
    aggregate(spec, |resources| &resources.limits)
}

/// Whether resources of that name can be given to the pod as a whole.
pub(crate) fn is_pod_level(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || is_huge_pages(name)
}

/// Fills in what a pod as a whole asks for, when it says what it may use at most.
pub(crate) fn default_pod_level(spec: &mut PodSpec) {
    let Some(given) = &spec.resources else { return };
    let mut resources = given.clone();
    if !resources.limits.is_empty() || !resources.requests.is_empty() {
        for (name, quantity) in container_limits(spec).iter() {
            if is_huge_pages(name) && !resources.requests.contains_key(name.as_str()) {
                resources
                    .limits
                    .or_insert_with(name.clone(), || quantity.clone());
            }
        }
    }
    if !resources.limits.is_empty() {
        for (name, quantity) in container_requests(spec).iter() {
            if is_pod_level(name) && is_overcommit_allowed(name) {
                resources
                    .requests
                    .or_insert_with(name.clone(), || quantity.clone());
            }
        }
        for (name, quantity) in resources.limits.clone().iter() {
            if is_pod_level(name) {
                resources
                    .requests
                    .or_insert_with(name.clone(), || quantity.clone());
            }
        }
    }
    spec.resources = Some(resources);
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::codec::from_value;
    use serde_json::json;

    #[test]
    fn init_containers_count_by_their_greediest_step() {
        let spec: PodSpec = from_value(&json!({
            "containers": [{ "name": "a", "resources": { "requests": { "cpu": "1" } } }],
            "initContainers": [
                { "name": "s", "restartPolicy": "Always", "resources": { "requests": { "cpu": "1" } } },
                { "name": "i", "resources": { "requests": { "cpu": "3" } } },
            ],
        }))
        .unwrap();
        assert_eq!(
            container_requests(&spec).get("cpu").unwrap().to_string(),
            "4"
        );
    }
}
