//! How far apart two nodes are, and what is wrong with the way between them.

use std::collections::BTreeMap;
use std::time::Duration;

/// The way between two nodes, in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// How long a byte takes.
    pub latency: Duration,
    /// Nothing passes.
    pub cut: bool,
}

/// All ways between nodes: one distance within a node, one between any two, and what a fault adds for a node.
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
    /// The way from one node to another. Traffic within a node is not touched by faults of its network.
    pub fn between(&self, from: &str, to: &str) -> Link {
        if from == to {
            return Link {
                latency: self.within,
                cut: false,
            };
        }
        let mut link = Link {
            latency: self.between,
            cut: false,
        };
        for fault in [from, to].iter().filter_map(|node| self.faults.get(*node)) {
            link.latency += fault.latency;
            link.cut |= fault.cut;
        }
        link
    }

    /// Adds `fault` to every way to and from `node`; `None` takes it away.
    pub fn set_fault(&mut self, node: &str, fault: Option<Link>) {
        match fault {
            Some(fault) => {
                self.faults.insert(node.into(), fault);
            }
            None => {
                self.faults.remove(node);
            }
        }
    }
}
