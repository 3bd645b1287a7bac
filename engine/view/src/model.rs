//! The read model: what the map, the timeline and the inspector's header show of the cluster.
//!
//! A view holds what a person can see, not what the API stores. Everything is a value by itself: a pod names its node,
//! a node does not list its pods, and what can be derived (a node's requested CPU) is derived by the page. Whatever
//! moves with time alone is given by its start and end in virtual time (an image pull, a grace period, a back-off),
//! so that nothing has to be sent while it moves.

use serde::{Deserialize, Serialize};

use crate::Time;

/// Points at an API object.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// For example `Pod`.
    pub kind: String,
    /// Empty for cluster-wide kinds.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// May be empty where the referring object does not know it.
    pub uid: String,
}

/// An amount of what a node has and a pod asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Thousandths of a CPU.
    pub cpu_millis: i64,
    /// Bytes of memory.
    pub memory_bytes: i64,
    /// Number of pods (1 for a pod itself).
    pub pods: i64,
}

impl std::ops::Add for Resources {
    type Output = Resources;

    fn add(self, other: Resources) -> Resources {
        Resources {
            cpu_millis: self.cpu_millis.saturating_add(other.cpu_millis),
            memory_bytes: self.memory_bytes.saturating_add(other.memory_bytes),
            pods: self.pods.saturating_add(other.pods),
        }
    }
}

/// A node: one panel on the map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.name`.
    pub name: String,
    /// The STATUS column, for example `Ready,SchedulingDisabled`.
    pub status: String,
    /// Whether its Ready condition is True.
    pub ready: bool,
    /// False when cordoned.
    pub schedulable: bool,
    /// Its taints as kubectl prints them, for example `dedicated=db:NoSchedule`.
    pub taints: Vec<String>,
    /// Names of the pressure conditions that are True, for example `MemoryPressure`.
    pub pressure: Vec<String>,
    /// The internal address.
    pub address: String,
    /// The kubelet's version.
    pub version: String,
    /// `status.allocatable`.
    pub allocatable: Resources,
    /// `metadata.creationTimestamp`.
    pub created: Time,
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NamespaceView {
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.name`.
    pub name: String,
    /// `Active` or `Terminating`.
    pub phase: String,
}

/// `status.phase` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PodPhase {
    /// Accepted, not all containers have started yet.
    #[default]
    Pending,
    /// On a node with all containers created.
    Running,
    /// All containers ended with 0.
    Succeeded,
    /// All containers ended, at least one not with 0.
    Failed,
    /// The node does not answer.
    Unknown,
}

/// A pod: one tile on the map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PodView {
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `spec.nodeName`; none while it waits for the scheduler.
    pub node: Option<String>,
    /// `status.phase`.
    pub phase: PodPhase,
    /// The STATUS column, for example `ContainerCreating`, `CrashLoopBackOff`, `Terminating`.
    pub status: String,
    /// Whether its Ready condition is True.
    pub ready: bool,
    /// The RESTARTS column's number.
    pub restarts: u32,
    /// `metadata.creationTimestamp`.
    pub created: Time,
    /// When it has been asked to go.
    pub termination: Option<Termination>,
    /// `status.podIP`.
    pub address: Option<String>,
    /// The controlling owner.
    pub owner: Option<ObjectRef>,
    /// What it asks for: the scheduler's sum over its containers.
    pub requests: Resources,
    /// Init containers first, then the others, each in the spec's order.
    pub containers: Vec<ContainerView>,
    /// `metadata.labels` in key order.
    pub labels: Vec<(String, String)>,
    /// Why it is not placed, when the scheduler said so: the PodScheduled condition's message.
    pub unschedulable: Option<String>,
}

/// A graceful deletion under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Termination {
    /// When the grace period began.
    pub started: Time,
    /// `metadata.deletionTimestamp`: when what is left gets SIGKILL.
    pub deadline: Time,
}

/// What sort of container it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerKind {
    /// In `spec.containers`.
    #[default]
    Main,
    /// In `spec.initContainers`.
    Init,
    /// In `spec.initContainers` with `restartPolicy: Always`.
    Sidecar,
    /// In `spec.ephemeralContainers`.
    Ephemeral,
}

/// A container in a pod's tile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContainerView {
    /// Its name in the spec.
    pub name: String,
    /// Its image in the spec.
    pub image: String,
    /// What sort it is.
    pub kind: ContainerKind,
    /// What it is doing.
    pub state: ContainerState,
    /// `status.containerStatuses[].ready`.
    pub ready: bool,
    /// How often it has been started again.
    pub restarts: u32,
}

/// What a container is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ContainerState {
    /// Not running yet, or between two runs.
    Waiting {
        /// For example `ContainerCreating`, `ImagePullBackOff`; empty when nothing is known.
        reason: String,
        /// The long text, may be empty.
        message: String,
        /// The image pull under way.
        pull: Option<Pull>,
        /// When a back-off ends and it is tried again.
        retry: Option<Time>,
    },
    /// Running.
    Running {
        /// Since when.
        since: Time,
    },
    /// Ended, and not to be started again (for now).
    Terminated {
        /// For example `Completed`, `Error`, `OOMKilled`.
        reason: String,
        /// Its exit code.
        exit_code: i32,
        /// When it ended.
        at: Time,
    },
}

impl Default for ContainerState {
    fn default() -> Self {
        ContainerState::Waiting {
            reason: String::new(),
            message: String::new(),
            pull: None,
            retry: None,
        }
    }
}

/// An image pull under way. Its progress is the clock's place between its start and its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// When it began.
    pub started: Time,
    /// When it will be done at today's bandwidth; sent again if that changes.
    pub ends: Time,
    /// The image's size.
    pub bytes: u64,
}

/// An Event of the API: a line of the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    /// `metadata.uid`.
    pub uid: String,
    /// When it was last seen.
    pub at: Time,
    /// Whether its type is `Warning`.
    pub warning: bool,
    /// For example `Scheduled`.
    pub reason: String,
    /// The text.
    pub message: String,
    /// How often it has been seen.
    pub count: u32,
    /// Who reports, for example `kubelet`.
    pub source: String,
    /// What it is about.
    pub object: ObjectRef,
}

/// A command line that was run in the terminal: a mark on the timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CommandView {
    /// Counts from 1 since the cluster's start.
    pub id: u64,
    /// When it was entered.
    pub at: Time,
    /// The line as typed.
    pub line: String,
    /// Its exit code, once it has ended.
    pub exit_code: Option<i32>,
}
