//! A pod's class of service (`pkg/apis/core/v1/helper/qos`): what the server writes into the status of a new pod, and the
//! kubelet works out for pods that no server has seen.

use api::core::v1::{PodSpec, ResourceRequirements};
use apimachinery::{Map, Quantity, Str};

/// The class of service: `Guaranteed` when every container's requests are its limits, `BestEffort` when there are none.
pub fn qos_class(spec: &PodSpec) -> &'static str {
    const COMPUTE: [&str; 2] = ["cpu", "memory"];
    let positive = |list: &Map<Str, Quantity>| {
        COMPUTE
            .iter()
            .any(|name| list.get(*name).is_some_and(|q| !q.is_zero()))
    };
    if let Some(resources) = spec
        .resources
        .as_ref()
        .filter(|r| !r.requests.is_empty() || !r.limits.is_empty())
    {
        let guaranteed = is_guaranteed(resources);
        return match positive(&resources.requests) || positive(&resources.limits) {
            _ if guaranteed => "Guaranteed",
            true => "Burstable",
            false => "BestEffort",
        };
    }
    let containers = || {
        spec.containers
            .iter()
            .chain(&spec.init_containers)
            .map(|container| &container.resources)
    };
    if !containers().any(|resources| positive(&resources.requests) || positive(&resources.limits)) {
        return "BestEffort";
    }
    if containers().all(is_guaranteed) {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

fn is_guaranteed(resources: &ResourceRequirements) -> bool {
    ["cpu", "memory"].iter().all(|name| {
        let limit = resources.limits.get(*name).filter(|limit| !limit.is_zero());
        limit.is_some()
            && resources
                .requests
                .get(*name)
                .is_none_or(|request| Some(request) == limit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::core::v1::Container;

    fn class(requests: &[(&str, &str)], limits: &[(&str, &str)]) -> &'static str {
        let mut container = Container::default();
        let list = |amounts: &[(&str, &str)]| {
            let mut list = Map::new();
            for (name, amount) in amounts {
                list.insert(*name, Quantity::parse(amount).expect(amount));
            }
            list
        };
        container.resources.requests = list(requests);
        container.resources.limits = list(limits);
        let mut spec = PodSpec::default();
        spec.containers.push(container);
        qos_class(&spec)
    }

    #[test]
    fn classes_of_service() {
        let both = [("cpu", "1"), ("memory", "1Gi")];
        assert_eq!(class(&[], &[]), "BestEffort");
        assert_eq!(class(&[("cpu", "1")], &[]), "Burstable");
        assert_eq!(class(&both, &both), "Guaranteed");
        assert_eq!(class(&[("cpu", "500m")], &both), "Burstable");
    }
}
