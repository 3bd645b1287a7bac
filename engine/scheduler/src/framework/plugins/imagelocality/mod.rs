//! Prefers nodes that have the pod's images already.

use apimachinery::Str;

use super::normalize::MAX_NODE_SCORE;
use crate::framework::math::{float, truncate};
use crate::framework::{Cycle, CycleState, NodeIndex, NodeRef, Plugin, PodInfo, Points, Status};

/// The plugin.
pub struct ImageLocality;

const MIB: i64 = 1024 * 1024;
/// Images smaller than this do not count.
const MIN_THRESHOLD: i64 = 23 * MIB;
/// An image of this size or more counts in full.
const MAX_CONTAINER_THRESHOLD: i64 = 1000 * MIB;

/// The pod's images that some node has, with what they count.
struct Images(Vec<(Str, i64)>);

impl Plugin for ImageLocality {
    fn name(&self) -> &'static str {
        "ImageLocality"
    }

    fn points(&self) -> Points {
        Points::PRE_SCORE.and(Points::SCORE)
    }

    fn pre_score(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        _: &[NodeIndex],
    ) -> Status {
        let spec = &pod.pod.spec;
        let volumes = spec
            .volumes
            .iter()
            .filter_map(|v| Some(&v.image.as_ref()?.reference));
        let containers = spec.init_containers.iter().chain(&spec.containers);
        let names = containers.map(|c| &c.image).chain(volumes);
        let nodes = i64::try_from(cycle.snapshot.len()).unwrap_or(i64::MAX);
        let known = names.filter_map(|name| {
            let name = normalized_image_name(name);
            let image = cycle.snapshot.image(&name)?;
            // Images that few nodes have count less, lest a pod's replicas crowd the one node that has it.
            let spread = float(i64::try_from(image.nodes).unwrap_or(i64::MAX)) / float(nodes);
            Some((name, truncate(float(image.size) * spread)))
        });
        state.write(Images(known.collect()));
        Status::SUCCESS
    }

    fn score(&self, _: &Cycle<'_>, state: &CycleState, pod: &PodInfo, node: NodeRef<'_>) -> i64 {
        let Some(Images(images)) = state.read() else {
            return 0;
        };
        if images.is_empty() {
            return 0;
        }
        let there = images
            .iter()
            .filter(|(name, _)| node.info.images.contains(name));
        let sum: i64 = there.map(|(_, size)| size).sum();
        let spec = &pod.pod.spec;
        let count = spec.init_containers.len() + spec.containers.len();
        let most = MAX_CONTAINER_THRESHOLD.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
        MAX_NODE_SCORE * (sum.clamp(MIN_THRESHOLD, most) - MIN_THRESHOLD) / (most - MIN_THRESHOLD)
    }
}

/// The name under which a node reports the image: with a tag.
pub fn normalized_image_name(name: &str) -> Str {
    let last_colon = name.rfind(':');
    let last_slash = name.rfind('/');
    if last_colon <= last_slash {
        return format!("{name}:latest").into();
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::normalized_image_name;

    #[test]
    fn images_without_a_tag_are_the_latest() {
        for (name, expected) in [
            ("nginx", "nginx:latest"),
            ("host:5000/nginx", "host:5000/nginx:latest"),
            ("nginx:1.27", "nginx:1.27"),
            ("a/b@sha256:12", "a/b@sha256:12"),
        ] {
            assert_eq!(normalized_image_name(name), expected);
        }
    }
}
