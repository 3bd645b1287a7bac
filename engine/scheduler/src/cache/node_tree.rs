//! The order in which nodes are tried: one of each zone in turn, so that no zone fills up first (`nodeTree`).

use api::core::v1::Node;
use apimachinery::Str;

/// Nodes by zone; zones and nodes in order of arrival.
#[derive(Default)]
pub(super) struct NodeTree {
    zones: Vec<(Zone, Vec<Str>)>,
}

/// Region and zone.
type Zone = (Str, Str);

fn zone_of(node: &Node) -> Zone {
    let labels = &node.metadata.labels;
    let either = |stable: &str, beta: &str| {
        let value = labels.get(stable).or_else(|| labels.get(beta));
        value.cloned().unwrap_or_default()
    };
    (
        either(
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/region",
        ),
        either(
            "topology.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/zone",
        ),
    )
}

impl NodeTree {
    pub(super) fn add(&mut self, node: &Node) {
        let zone = zone_of(node);
        let name = node.metadata.name.clone();
        match self.zones.iter_mut().find(|(z, _)| *z == zone) {
            Some((_, nodes)) => nodes.push(name),
            None => self.zones.push((zone, vec![name])),
        }
    }

    pub(super) fn remove(&mut self, node: &Node) {
        let zone = zone_of(node);
        if let Some((_, nodes)) = self.zones.iter_mut().find(|(z, _)| *z == zone) {
            nodes.retain(|name| *name != node.metadata.name);
        }
        self.zones.retain(|(_, nodes)| !nodes.is_empty());
    }

    /// One node of each zone, then the next one of each, and so on.
    pub(super) fn interleaved(&self) -> impl Iterator<Item = &Str> {
        let longest = self
            .zones
            .iter()
            .map(|(_, nodes)| nodes.len())
            .max()
            .unwrap_or(0);
        (0..longest).flat_map(|row| {
            self.zones
                .iter()
                .filter_map(move |(_, nodes)| nodes.get(row))
        })
    }
}
