//! kube-scheduler: decides which pod runs on which node.
//!
//! ```text
//!  informers ─► event handlers ─┬─► Cache (nodes, pods on them, assumed pods)  = the snapshot of every cycle
//!                               └─► SchedulingQueue (active, back-off, unschedulable + hints)
//!                                        │ one pod at a time
//!                                        ▼
//!                                 schedule_one ─► Framework: Filter, Score … ─► bind, or why not
//! ```
//!
//! The framework and its plugins are pure code over plain data: nodes and pods in, verdicts and scores out.
//!
//! Not here: controllers, kubelets, storage; what a node does with a pod. The scheduler only reads and writes API
//! objects, through [`client`].

pub mod algorithm;
mod binding;
pub mod cache;
pub mod decision;
mod event_handlers;
pub mod framework;
pub mod queue;
mod schedule_one;
mod scheduler;

pub use scheduler::{DEFAULT_SCHEDULER_NAME, Scheduler};
