//! All nodes with their pods, as one scheduling cycle sees them (`cache.Snapshot`).
//!
//! Scheduling cycles run one at a time and nothing changes within one, so the snapshot is the cache itself: no copying,
//! no work per pod that grows with the number of nodes. Nodes keep their [`NodeIndex`] for life, so that plugins can use
//! plain vectors instead of maps keyed by name.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::Str;
use client::NamespacedName;

use super::classes::Classes;
use super::node_info::NodeInfo;
use super::pod_info::PodInfo;

/// Names a node for as long as it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeIndex(pub usize);

/// A node within a cycle: preemption shows plugins changed copies of a node under the same index.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    /// Its index.
    pub index: NodeIndex,
    /// What is known of it.
    pub info: &'a NodeInfo,
}

/// How large an image is, and how many nodes have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageState {
    /// Bytes, as the first node to report it says.
    pub size: i64,
    /// How many nodes have it.
    pub nodes: usize,
}

/// The nodes of the cluster.
#[derive(Default)]
pub struct Snapshot {
    /// By index; `None` where a node was removed.
    pub(crate) slots: Vec<Option<NodeInfo>>,
    /// Indexes of removed nodes, to be used again.
    pub(crate) free: Vec<NodeIndex>,
    /// Indexes by name.
    pub(crate) by_name: BTreeMap<Str, NodeIndex>,
    /// The order in which nodes are tried: zone by zone in turn.
    pub(crate) order: Vec<NodeIndex>,
    /// The classes of all pods on nodes.
    pub(crate) classes: Classes,
    /// Nodes with pods that have pod (anti-)affinity.
    pub(crate) with_affinity: std::collections::BTreeSet<NodeIndex>,
    /// Nodes with pods that keep others away.
    pub(crate) with_required_anti_affinity: std::collections::BTreeSet<NodeIndex>,
    /// Images by normalised name.
    pub(crate) images: BTreeMap<Str, ImageState>,
    topologies: RefCell<BTreeMap<Str, Rc<Topology>>>,
}

/// Which domain each node is in, for one label key.
#[derive(Debug, Default)]
pub struct Topology {
    /// By node index: the index of its value in `values`, or [`Topology::NONE`].
    domains: Vec<u32>,
    /// The label's values.
    values: Vec<Str>,
}

impl Topology {
    const NONE: u32 = u32::MAX;

    /// The domain of a node; `None` if it has no such label.
    pub fn domain(&self, node: NodeIndex) -> Option<usize> {
        let domain = *self.domains.get(node.0)?;
        (domain != Self::NONE).then_some(domain as usize)
    }

    /// How many domains there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no node has the label.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The domain with that value.
    pub fn find(&self, value: &str) -> Option<usize> {
        self.values.iter().position(|v| v == value)
    }
}

impl Snapshot {
    /// The nodes in the order in which they are tried.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeRef<'_>> {
        self.order.iter().map(|index| self.node(*index))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// One more than the largest index: the length of vectors by node.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The node at a place in the order.
    pub fn at(&self, place: usize) -> NodeRef<'_> {
        self.node(self.order[place])
    }

    /// A node by its index.
    ///
    /// # Panics
    /// When the node is gone: indexes are not to be kept beyond a cycle.
    pub fn node(&self, index: NodeIndex) -> NodeRef<'_> {
        let info = self.slots[index.0]
            .as_ref()
            .expect("indexes in use name nodes");
        NodeRef { index, info }
    }

    /// A node by its name.
    pub fn by_name(&self, name: &str) -> Option<NodeRef<'_>> {
        let index = self.by_name.get(name)?;
        let info = self.slots[index.0].as_ref()?;
        info.node.is_some().then_some(NodeRef {
            index: *index,
            info,
        })
    }

    /// The classes of all pods on nodes.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// Nodes with pods that have pod (anti-)affinity, in order of their indexes.
    pub fn with_affinity(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.with_affinity.iter().map(|index| self.node(*index))
    }

    /// Nodes with pods that keep others away, in order of their indexes.
    pub fn with_required_anti_affinity(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.with_required_anti_affinity
            .iter()
            .map(|index| self.node(*index))
    }

    /// An image by its normalised name.
    pub fn image(&self, name: &str) -> Option<ImageState> {
        self.images.get(name).copied()
    }

    /// Which domain each node is in; worked out once until a node or its labels change.
    pub fn topology(&self, key: &Str) -> Rc<Topology> {
        if let Some(known) = self.topologies.borrow().get(key) {
            return Rc::clone(known);
        }
        let mut topology = Topology {
            domains: vec![Topology::NONE; self.slots.len()],
            values: Vec::new(),
        };
        let mut domains: BTreeMap<&str, u32> = BTreeMap::new();
        for node in self.nodes() {
            let Some(value) = node.info.label(key) else {
                continue;
            };
            let domain = *domains.entry(value.as_str()).or_insert_with(|| {
                topology.values.push(value.clone());
                u32::try_from(topology.values.len() - 1).unwrap_or(Topology::NONE)
            });
            topology.domains[node.index.0] = domain;
        }
        let topology = Rc::new(topology);
        self.topologies
            .borrow_mut()
            .insert(key.clone(), Rc::clone(&topology));
        topology
    }

    /// Forgets what was worked out from labels.
    pub(crate) fn labels_changed(&mut self) {
        self.topologies.get_mut().clear();
    }

    /// Every pod on every node.
    pub fn pods(&self) -> impl Iterator<Item = &Rc<PodInfo>> {
        self.nodes()
            .flat_map(|node| node.info.pods.iter().map(|(pod, _)| pod))
    }

    /// Whether any pod of any node uses the claim.
    pub fn is_claim_used(&self, claim: &NamespacedName) -> bool {
        self.nodes()
            .any(|node| node.info.claims.contains_key(claim))
    }
}
