//! How far apart two places are, and what is wrong with the way between them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The way between two places, in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// How long a byte takes.
    pub latency: Duration,
    /// Of a hundred packets, how many get lost.
    pub loss: u8,
    /// Nothing passes.
    pub cut: bool,
}

/// One end of a way.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The node it is on.
    pub(crate) node: Rc<str>,
    /// Whose it is: `namespace/pod`, or the node's name.
    pub(crate) owner: Rc<str>,
}

impl Place {
    fn is_pod(&self) -> bool {
        self.owner.contains('/')
    }
}

/// All ways: one distance within a node, one between any two, and what faults add for a node, a pod, or all pods.
#[derive(Clone, Debug)]
pub struct Links {
    within: Duration,
    between: Duration,
    faults: BTreeMap<Box<str>, Link>,
}

impl Default for Links {
    /// A rack: 30 µs on one node, 250 µs between nodes.
    fn default() -> Self {
        Self {
            within: Duration::from_micros(30),
            between: Duration::from_micros(250),
            faults: BTreeMap::new(),
        }
    }
}

impl Links {
    /// Faults under this name are between all pods.
    pub const ALL_PODS: &str = "*";

    /// The way from one place to another. Traffic within a node is not touched by faults of the node's network.
    pub(crate) fn between(&self, from: &Place, to: &Place) -> Link {
        let near = from.node == to.node;
        let mut link = Link {
            latency: if near { self.within } else { self.between },
            ..Link::default()
        };
        if self.faults.is_empty() {
            return link;
        }
        let mut names: Vec<&str> = Vec::new();
        for place in [from, to] {
            if !near {
                names.push(&place.node);
            }
            if place.is_pod() {
                names.push(&place.owner);
            }
        }
        if from.is_pod() && to.is_pod() {
            names.push(Self::ALL_PODS);
        }
        for fault in names.iter().filter_map(|name| self.faults.get(*name)) {
            link.latency += fault.latency;
            link.loss = link.loss.max(fault.loss);
            link.cut |= fault.cut;
        }
        link
    }

    /// Adds `fault` to every way to and from a node, a pod (`namespace/name`) or [all pods](Links::ALL_PODS); `None`
    /// takes it away.
    pub fn set_fault(&mut self, name: &str, fault: Option<Link>) {
        match fault {
            Some(fault) => {
                self.faults.insert(name.into(), fault);
            }
            None => {
                self.faults.remove(name);
            }
        }
    }

    /// Takes all faults away.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }
}
