//! The composition root: a whole cluster with its shell, and the façade that the page and the command line use.
//!
//! It is the only crate that sees all the others, and has no logic of its own beyond joining them: it makes the API
//! server, starts controllers, scheduler and a kubelet per node, gives the learner a workstation with a shell and
//! kubectl, turns API objects into the page's read model, and writes the journal that brings a cluster back.

mod absent;
mod addons;
mod cluster;
mod components;
mod faults;
mod fleet;
mod hosts;
mod journal;
pub mod lessons;
mod node;
mod page;
mod read_model;
mod staging;
mod traces;
mod traffic;
mod traffic_command;
mod views;
mod workstation;

pub use cluster::{Cluster, Config, Shown, trace_of};
pub use faults::Faults;
pub use page::PageEngine;
pub use traffic::Traffic;
pub use workstation::Finished;

/// The version of Kubernetes that the cluster is.
pub const KUBERNETES_VERSION: &str = "v1.36.2";
