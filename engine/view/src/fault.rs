//! Faults: what can be broken on purpose, and what is broken now.
//!
//! A [`Fault`] is put in by the page, by a lesson's set-up or by the workstation's command `fault`. [`KINDS`] describes
//! all kinds, so that menus and help texts are made from one table.

use serde::{Deserialize, Serialize};

use crate::Time;

/// What breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// A node loses its power.
    NodeDown,
    /// A node loses its network; what runs there goes on.
    NetworkCut,
    /// A node's kubelet is stopped; its containers go on.
    KubeletStopped,
    /// A node runs out of memory.
    MemoryPressure,
    /// A node runs out of disk space.
    DiskPressure,
    /// Images come slowly.
    SlowRegistry,
    /// No image can be pulled.
    FailingRegistry,
    /// A container is killed, once.
    ContainerKill,
    /// A container's processes hang: they neither work nor end.
    ProcessHang,
    /// Packets get lost.
    PacketLoss,
    /// Packets are late.
    Latency,
    /// The API server is stopped; controllers and scheduler stop with it.
    ApiserverStopped,
    /// The scheduler is stopped.
    SchedulerStopped,
    /// The controller manager is stopped.
    ControllerManagerStopped,
    /// The clock jumps forward, once.
    ClockJump,
}

/// What a fault is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultTarget {
    /// The cluster as a whole.
    Cluster,
    /// A node, by name.
    Node,
    /// A container: `pod`, `namespace/pod` or `namespace/pod/container`.
    Container,
    /// A way in the network: a node, `namespace/pod`, or empty for all pods.
    Network,
}

/// A kind of fault as people are told of it.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// The kind.
    pub kind: FaultKind,
    /// Its name, such as `node-down`.
    pub name: &'static str,
    /// What it is put into.
    pub target: FaultTarget,
    /// What [`Fault::amount`] says, with its value if nothing is said; empty when it says nothing.
    pub amount: (&'static str, u32),
    /// What it does, in a few words.
    pub about: &'static str,
}

/// All kinds.
pub const KINDS: &[KindInfo] = &[
    kind(
        FaultKind::NodeDown,
        "node-down",
        FaultTarget::Node,
        ("", 0),
        "a node loses its power",
    ),
    kind(
        FaultKind::NetworkCut,
        "network-cut",
        FaultTarget::Node,
        ("", 0),
        "a node loses its network; what runs there goes on",
    ),
    kind(
        FaultKind::KubeletStopped,
        "kubelet-stopped",
        FaultTarget::Node,
        ("", 0),
        "a node's kubelet is stopped; its containers go on",
    ),
    kind(
        FaultKind::MemoryPressure,
        "memory-pressure",
        FaultTarget::Node,
        ("", 0),
        "a program of the node's own eats its memory",
    ),
    kind(
        FaultKind::DiskPressure,
        "disk-pressure",
        FaultTarget::Node,
        ("", 0),
        "a program of the node's own fills its disk",
    ),
    kind(
        FaultKind::SlowRegistry,
        "slow-registry",
        FaultTarget::Cluster,
        ("KiB a second", 1024),
        "images come slowly",
    ),
    kind(
        FaultKind::FailingRegistry,
        "failing-registry",
        FaultTarget::Cluster,
        ("", 0),
        "no image can be pulled",
    ),
    kind(
        FaultKind::ContainerKill,
        "container-kill",
        FaultTarget::Container,
        ("", 0),
        "a container is killed, once",
    ),
    kind(
        FaultKind::ProcessHang,
        "process-hang",
        FaultTarget::Container,
        ("", 0),
        "a container's processes neither work nor end",
    ),
    kind(
        FaultKind::PacketLoss,
        "packet-loss",
        FaultTarget::Network,
        ("percent", 30),
        "packets get lost",
    ),
    kind(
        FaultKind::Latency,
        "latency",
        FaultTarget::Network,
        ("milliseconds", 200),
        "packets are late",
    ),
    kind(
        FaultKind::ApiserverStopped,
        "apiserver-stopped",
        FaultTarget::Cluster,
        ("", 0),
        "the API server is stopped",
    ),
    kind(
        FaultKind::SchedulerStopped,
        "scheduler-stopped",
        FaultTarget::Cluster,
        ("", 0),
        "the scheduler is stopped",
    ),
    kind(
        FaultKind::ControllerManagerStopped,
        "controller-manager-stopped",
        FaultTarget::Cluster,
        ("", 0),
        "the controllers are stopped",
    ),
    kind(
        FaultKind::ClockJump,
        "clock-jump",
        FaultTarget::Cluster,
        ("seconds", 3600),
        "the clock jumps forward, once",
    ),
];

const fn kind(
    kind: FaultKind,
    name: &'static str,
    target: FaultTarget,
    amount: (&'static str, u32),
    about: &'static str,
) -> KindInfo {
    KindInfo {
        kind,
        name,
        target,
        amount,
        about,
    }
}

impl FaultKind {
    /// Its line in [`KINDS`].
    pub fn info(self) -> &'static KindInfo {
        // The table is in the order of the kinds, which a test holds it to.
        &KINDS[self as usize]
    }

    /// The kind of that name.
    pub fn by_name(name: &str) -> Option<FaultKind> {
        KINDS
            .iter()
            .find(|info| info.name == name)
            .map(|info| info.kind)
    }
}

/// Something to break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What breaks.
    pub kind: FaultKind,
    /// Where; see [`FaultTarget`]. Empty where the kind needs nothing.
    #[serde(default)]
    pub target: String,
    /// How much, in the kind's own unit; none for its usual value.
    #[serde(default)]
    pub amount: Option<u32>,
    /// After how many seconds it heals by itself; none for never.
    #[serde(default)]
    pub seconds: Option<u32>,
}

impl Fault {
    /// A fault that lasts until it is healed.
    pub fn new(kind: FaultKind, target: impl Into<String>) -> Fault {
        Fault {
            kind,
            target: target.into(),
            amount: None,
            seconds: None,
        }
    }

    /// How much.
    pub fn amount(&self) -> u32 {
        self.amount.unwrap_or(self.kind.info().amount.1)
    }
}

/// Something that is broken now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Names it, to heal it.
    pub id: u32,
    /// What is broken, with its target in full.
    pub fault: Fault,
    /// Since when.
    pub since: Time,
    /// When it heals by itself.
    pub until: Option<Time>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_kinds() {
        for (at, info) in KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, at);
            assert_eq!(info.kind.info().name, info.name);
            assert_eq!(FaultKind::by_name(info.name), Some(info.kind));
        }
    }
}
