//! The plugin interface: all extension points in one trait, each with an empty default.

use std::collections::BTreeSet;
use std::rc::Rc;

use api::apps::v1::{ReplicaSet, StatefulSet};
use api::core::v1::{
    Namespace, Node, PersistentVolume, PersistentVolumeClaim, ReplicationController, Service,
};
use api::policy::v1::PodDisruptionBudget;
use api::storage::v1::{CSIDriver, CSINode, StorageClass};
use apimachinery::Str;
use client::Lister;

use super::events::{ClusterEvent, Interest};
use super::nominated::Nominated;
use super::runtime::{Framework, NodeStatuses};
use super::snapshot::{NodeIndex, NodeRef, Snapshot};
use super::{CycleState, PodInfo, Status};

/// Which extension points a plugin implements; the others are never called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points(pub u32);

impl Points {
    /// May the pod enter the queue?
    pub const PRE_ENQUEUE: Self = Self(1);
    /// Looks at the pod and the whole cluster once.
    pub const PRE_FILTER: Self = Self(1 << 1);
    /// Does the pod fit on this node?
    pub const FILTER: Self = Self(1 << 2);
    /// The pod fits nowhere: make room?
    pub const POST_FILTER: Self = Self(1 << 3);
    /// Looks once at the nodes that fit.
    pub const PRE_SCORE: Self = Self(1 << 4);
    /// How good is this node?
    pub const SCORE: Self = Self(1 << 5);
    /// Takes note that the pod goes to a node, before it is bound.
    pub const RESERVE: Self = Self(1 << 6);
    /// Does what has to be done before binding.
    pub const PRE_BIND: Self = Self(1 << 7);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are in here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What a plugin may look at besides pod and nodes.
#[derive(Clone, Default)]
pub struct Objects {
    /// Namespaces, for their labels.
    pub namespaces: Lister<Namespace>,
    /// Services, for default spreading.
    pub services: Lister<Service>,
    /// Replication controllers, for default spreading.
    pub replication_controllers: Lister<ReplicationController>,
    /// Replica sets, for default spreading.
    pub replica_sets: Lister<ReplicaSet>,
    /// Stateful sets, for default spreading.
    pub stateful_sets: Lister<StatefulSet>,
    /// Disruption budgets, for preemption.
    pub disruption_budgets: Lister<PodDisruptionBudget>,
    /// Claims.
    pub claims: Lister<PersistentVolumeClaim>,
    /// Volumes.
    pub volumes: Lister<PersistentVolume>,
    /// Storage classes.
    pub storage_classes: Lister<StorageClass>,
    /// How many volumes a node takes.
    pub csi_nodes: Lister<CSINode>,
    /// What drivers can do.
    pub csi_drivers: Lister<CSIDriver>,
}

/// What every extension point may look at.
pub struct Cycle<'a> {
    /// The nodes.
    pub snapshot: &'a Snapshot,
    /// Other objects.
    pub objects: &'a Objects,
    /// Pods that wait for their victims to leave, by the node they wait for.
    pub nominated: &'a Nominated,
}

/// What PreFilter found out.
#[derive(Default)]
pub struct PreFilter {
    /// The judgement; `Skip` leaves out the plugin's Filter.
    pub status: Status,
    /// The only nodes worth looking at, by name.
    pub nodes: Option<BTreeSet<Str>>,
}

impl From<Status> for PreFilter {
    fn from(status: Status) -> Self {
        Self {
            status,
            nodes: None,
        }
    }
}

/// What PostFilter found out.
pub enum PostFilter {
    /// The pod may wait for this node, once the victims have left.
    Nominated(Nomination),
    /// Nothing can be done, and why.
    Refused {
        /// Why.
        status: Status,
        /// Whether an earlier promise of a node to the pod is void.
        clear_nomination: bool,
    },
}

impl PostFilter {
    /// Nothing can be done; earlier promises stay.
    pub fn refused(status: Status) -> Self {
        Self::Refused {
            status,
            clear_nomination: false,
        }
    }
}

/// A node to wait for, and who has to leave it.
pub struct Nomination {
    /// The node's name.
    pub node: Str,
    /// Who has to leave, most important first.
    pub victims: Vec<Rc<PodInfo>>,
}

/// Something to write about volumes before a pod is bound.
#[derive(Clone, Debug)]
pub enum VolumeWrite {
    /// This volume is for this claim.
    Bind {
        /// The volume.
        volume: Rc<PersistentVolume>,
        /// The claim.
        claim: Rc<PersistentVolumeClaim>,
    },
    /// A volume for this claim is to be provisioned for this node.
    Provision {
        /// The claim.
        claim: Rc<PersistentVolumeClaim>,
        /// The node's name.
        node: Str,
    },
}

/// A scheduling plugin. What it implements it names in [`Plugin::points`].
#[expect(unused_variables, reason = "the defaults do nothing")]
pub trait Plugin {
    /// Upstream's name.
    fn name(&self) -> &'static str;

    /// The extension points it implements.
    fn points(&self) -> Points;

    /// May the pod enter the queue?
    fn pre_enqueue(&self, pod: &PodInfo) -> Status {
        Status::SUCCESS
    }

    /// Looks at the pod and the whole cluster once.
    fn pre_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &Rc<PodInfo>,
    ) -> PreFilter {
        PreFilter::default()
    }

    /// What if `added` were on the node, too? Brings the notes of PreFilter up to date.
    fn add_pod(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        added: &PodInfo,
        node: NodeRef<'_>,
    ) {
    }

    /// What if `removed` were gone? Brings the notes of PreFilter up to date.
    fn remove_pod(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        removed: &PodInfo,
        node: NodeRef<'_>,
    ) {
    }

    /// Does the pod fit on this node?
    fn filter(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        Status::SUCCESS
    }

    /// The pod fits nowhere: which pods would have to go, and from where?
    fn post_filter(
        &self,
        framework: &Framework,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &Rc<PodInfo>,
        statuses: &NodeStatuses,
    ) -> PostFilter {
        PostFilter::refused(Status::SUCCESS)
    }

    /// Looks once at the nodes that fit.
    fn pre_score(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        nodes: &[NodeIndex],
    ) -> Status {
        Status::SUCCESS
    }

    /// How good is this node? Any scale, if [`Plugin::normalize`] brings it to 0..=100.
    fn score(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> i64 {
        0
    }

    /// Brings the scores of all nodes to 0..=100.
    fn normalize(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        nodes: &[NodeIndex],
        scores: &mut [i64],
    ) {
    }

    /// Takes note that the pod goes to a node.
    fn reserve(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        Status::SUCCESS
    }

    /// Takes the note of [`Plugin::reserve`] back.
    fn unreserve(&self, state: &CycleState, pod: &PodInfo) {}

    /// What has to be written about volumes before the pod is bound.
    fn volume_writes(&self, state: &CycleState) -> Vec<VolumeWrite> {
        Vec::new()
    }

    /// Whether what [`Plugin::volume_writes`] set off is done, so that the pod can be bound to the node.
    ///
    /// # Errors
    /// Why it never will be.
    fn volumes_bound(&self, objects: &Objects, pod: &PodInfo, node: &Node) -> Result<bool, Status> {
        Ok(true)
    }

    /// After which events a pod that this plugin refused may fit.
    fn events(&self) -> &'static [Interest] {
        &[]
    }

    /// Whether one of those events helps this pod in particular.
    fn helps(&self, pod: &PodInfo, event: &ClusterEvent<'_>) -> bool {
        true
    }
}
