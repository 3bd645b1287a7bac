//! What happens in the cluster that may let a waiting pod fit (`framework.ClusterEvent`).

use std::rc::Rc;

use api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim};
use api::storage::v1::{CSINode, StorageClass};

use super::PodInfo;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A pod that is on a node.
    AssignedPod,
    /// The waiting pod itself.
    OwnPod,
    /// A node.
    Node,
    /// A claim.
    PersistentVolumeClaim,
    /// A volume.
    PersistentVolume,
    /// A storage class.
    StorageClass,
    /// A node's volume limits.
    CsiNode,
}

/// What happened to it; several at once are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action(pub u32);

impl Action {
    /// It is new.
    pub const ADD: Self = Self(1);
    /// It is gone.
    pub const DELETE: Self = Self(1 << 1);
    /// A node has more or less room.
    pub const UPDATE_ALLOCATABLE: Self = Self(1 << 2);
    /// Labels changed.
    pub const UPDATE_LABELS: Self = Self(1 << 3);
    /// Taints changed, or whether a node is schedulable.
    pub const UPDATE_TAINTS: Self = Self(1 << 4);
    /// Conditions or annotations changed.
    pub const UPDATE_CONDITIONS: Self = Self(1 << 5);
    /// A pod asks for less.
    pub const UPDATE_SCALE_DOWN: Self = Self(1 << 6);
    /// A pod tolerates more.
    pub const UPDATE_TOLERATIONS: Self = Self(1 << 7);
    /// A pod's gates were removed.
    pub const UPDATE_GATES: Self = Self(1 << 8);
    /// Anything else changed.
    pub const UPDATE_OTHER: Self = Self(1 << 9);
    /// Anything changed.
    pub const UPDATE: Self = Self(0b11_1111_1100);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have anything in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The events that a plugin wants to hear of.
#[derive(Clone, Copy, Debug)]
pub struct Interest {
    /// About what.
    pub resource: Resource,
    /// What happened.
    pub actions: Action,
}

impl Interest {
    /// Interest in these actions on that kind of thing.
    pub const fn new(resource: Resource, actions: Action) -> Self {
        Self { resource, actions }
    }
}

/// The object of an event before and after.
#[derive(Clone, Default)]
pub struct Change<T> {
    /// Before; `None` if it is new.
    pub old: Option<Rc<T>>,
    /// After; `None` if it is gone.
    pub new: Option<Rc<T>>,
}

/// Something that happened.
pub struct ClusterEvent<'a> {
    /// What happened.
    pub action: Action,
    /// To what.
    pub subject: Subject<'a>,
}

/// The object of an event.
pub enum Subject<'a> {
    /// A pod on a node.
    AssignedPod(&'a Change<PodInfo>),
    /// The waiting pod itself.
    OwnPod(&'a Change<PodInfo>),
    /// A node.
    Node(&'a Change<Node>),
    /// A claim.
    PersistentVolumeClaim(&'a Change<PersistentVolumeClaim>),
    /// A volume.
    PersistentVolume(&'a Change<PersistentVolume>),
    /// A storage class.
    StorageClass(&'a Change<StorageClass>),
    /// A node's volume limits.
    CsiNode(&'a Change<CSINode>),
}

impl ClusterEvent<'_> {
    /// What the event is about.
    pub fn resource(&self) -> Resource {
        match self.subject {
            Subject::AssignedPod(_) => Resource::AssignedPod,
            Subject::OwnPod(_) => Resource::OwnPod,
            Subject::Node(_) => Resource::Node,
            Subject::PersistentVolumeClaim(_) => Resource::PersistentVolumeClaim,
            Subject::PersistentVolume(_) => Resource::PersistentVolume,
            Subject::StorageClass(_) => Resource::StorageClass,
            Subject::CsiNode(_) => Resource::CsiNode,
        }
    }

    /// Whether the event is one of those.
    pub fn is(&self, interest: &Interest) -> bool {
        interest.resource == self.resource() && interest.actions.meets(self.action)
    }
}
