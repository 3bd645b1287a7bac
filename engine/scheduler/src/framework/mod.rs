//! The scheduling framework: what plugins are, what they see, and in which order they are asked.
//!
//! ```text
//!  PreEnqueue ► QueueSort ► PreFilter ► Filter (each node) ─┬─ fits ► PreScore ► Score ► NormalizeScore ► pick
//!                                                           │         ► Reserve ► Permit ► PreBind ► Bind ► PostBind
//!                                                           └─ fits nowhere ► PostFilter (preemption)
//! ```
//!
//! A plugin is one folder under [`plugins`], listed once in [`registry`]. Plugins are pure: they read the snapshot, the
//! listers and the state they left earlier in the same cycle.
//!
//! Not here: the queue, the order of nodes, who calls whom when (that is [`crate::schedule_one`]).

pub mod classes;
pub mod cycle_state;
pub mod diagnosis;
pub mod events;
pub mod math;
pub mod node_info;
pub mod nominated;
pub mod plugin;
pub mod plugins;
pub mod pod_info;
pub mod registry;
pub mod runtime;
pub mod snapshot;
pub mod status;

pub use classes::{ClassId, ClassMemo, Classes};
pub use cycle_state::CycleState;
pub use diagnosis::Diagnosis;
pub use events::{Action, ClusterEvent, Resource as EventResource};
pub use node_info::NodeInfo;
pub use nominated::Nominated;
pub use plugin::{Cycle, Nomination, Objects, Plugin, Points, PostFilter, PreFilter};
pub use pod_info::PodInfo;
pub use runtime::{Framework, NodeStatuses};
pub use snapshot::{NodeIndex, NodeRef, Snapshot, Topology};
pub use status::{Code, Reason, Status};
