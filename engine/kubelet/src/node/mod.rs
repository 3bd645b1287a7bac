//! The node as the API knows it: registered, alive, in good condition.

mod events;
mod lease;
mod restart;
mod status;

use std::cell::{Cell, RefCell};

use sim::{Notify, Time};

/// What is wrong with the node, as faults have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pressure {
    /// Little memory is left.
    pub memory: bool,
    /// Little disk space is left.
    pub disk: bool,
    /// Few process ids are left.
    pub pid: bool,
}

/// What the kubelet knows of its node.
#[derive(Default)]
pub(crate) struct NodeState {
    /// When the whole status was last told.
    reported: Cell<Option<Time>>,
    pressure: Cell<Pressure>,
    /// Something about the node has changed.
    changed: Notify,
    /// And it can wait.
    stale: Cell<bool>,
    /// When the kubelet came up; the node is ready a moment later.
    since: RefCell<Option<Time>>,
    /// The kubelet has registered its node. It does so once: a node that is deleted stays away until the kubelet is
    /// started again.
    registered: Cell<bool>,
    /// How often the machine was started again.
    boots: Cell<u32>,
}

impl NodeState {
    /// What the node is short of now.
    pub(crate) fn pressure(&self) -> Pressure {
        self.pressure.get()
    }
}
