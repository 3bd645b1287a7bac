//! Who goes first: pods that use more than they asked for, then by priority, then by how much more they use.

use std::rc::Rc;

use api::core::v1::{Container, Pod};
use apimachinery::{Quantity, quantity::Format};
use runtime::ContainerState;

use super::Resource;
use crate::kubelet::Kubelet;

/// What a pod's containers use of something, and have asked for.
pub(super) struct Used {
    pub(super) pod: Rc<Pod>,
    /// Name, bytes used, what was asked for.
    containers: Vec<(String, i64, Quantity)>,
}

impl Used {
    fn used(&self) -> i64 {
        self.containers.iter().map(|(_, used, _)| used).sum()
    }

    fn asked(&self) -> i64 {
        self.containers
            .iter()
            .map(|(_, _, asked)| asked.value())
            .sum()
    }

    /// The sentences about containers that use more than they have asked for.
    pub(super) fn excess(&self, resource: &str) -> String {
        let mut text = String::new();
        for (name, used, asked) in &self.containers {
            if *used > asked.value() {
                let used = Quantity::from_int(*used, Format::BinarySi);
                text.push_str(&format!(
                    "Container {name} was using {used}, request is {asked}, has larger consumption of {resource}. "
                ));
            }
        }
        text
    }
}

/// Puts those first that are to be evicted first.
pub(super) fn rank(pods: &mut [Used]) {
    pods.sort_by_key(|pod| {
        let excess = pod.used() - pod.asked();
        let priority = pod.pod.spec.priority.unwrap_or(0);
        let age = pod.pod.metadata.creation_timestamp;
        (excess <= 0, priority, -excess, std::cmp::Reverse(age))
    });
}

impl Kubelet {
    /// What a pod uses now.
    pub(super) fn used(&self, pod: Rc<Pod>, resource: Resource) -> Used {
        let status = self.runtime().pod_status(&pod.metadata.uid);
        let containers = status
            .containers
            .iter()
            .filter(|container| container.state == ContainerState::Running);
        let containers = containers.map(|container| {
            let used = match resource {
                Resource::Memory => self
                    .runtime()
                    .usage(&container.id)
                    .map_or(0, |(_, memory)| memory),
                Resource::Disk => self.runtime().written(&container.id),
            };
            let asked = spec_of(&pod, &container.name)
                .and_then(|spec| spec.resources.requests.get(resource.name()).cloned())
                .unwrap_or_default();
            (
                container.name.to_string(),
                i64::try_from(used).unwrap_or(i64::MAX),
                asked,
            )
        });
        let containers = containers.collect();
        Used { pod, containers }
    }
}

fn spec_of<'a>(pod: &'a Pod, name: &str) -> Option<&'a Container> {
    let spec = &pod.spec;
    spec.containers
        .iter()
        .chain(&spec.init_containers)
        .find(|container| container.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, priority: i32, used: i64, asked: &str) -> Used {
        let mut pod = Pod::default();
        pod.metadata.name = name.into();
        pod.spec.priority = Some(priority);
        Used {
            pod: Rc::new(pod),
            containers: vec![(
                "c".to_owned(),
                used,
                Quantity::parse(asked).unwrap_or_default(),
            )],
        }
    }

    #[test]
    fn greedy_pods_go_first_then_unimportant_ones() {
        let mut pods = vec![
            pod("modest", 0, 5 << 20, "10Mi"),
            pod("greedy", 0, 50 << 20, "10Mi"),
            pod("greedier", 0, 90 << 20, "10Mi"),
            pod("important", 100, 900 << 20, "10Mi"),
        ];
        rank(&mut pods);
        let names: Vec<&str> = pods
            .iter()
            .map(|used| used.pod.metadata.name.as_str())
            .collect();
        assert_eq!(names, ["greedier", "greedy", "important", "modest"]);
        assert_eq!(
            pods[0].excess("memory"),
            "Container c was using 90Mi, request is 10Mi, has larger consumption of memory. "
        );
    }
}
