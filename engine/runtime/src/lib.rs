//! The stand-in container runtime: what containerd is to a real node.
//!
//! ```text
//!   Registry ──pull──▶ ImageStore of the node          kubelet
//!      │ Image: names, tags, files, programs              │ run_pod_sandbox, create/start/stop_container, exec, …
//!      ▼                                                  ▼
//!   Tree (copy on write) ───────────────────────────▶ Runtime ── Sandbox: address, network namespace
//!                                                         └───── Container: os::Machine, first process, log
//! ```
//!
//! Containers are processes of the little operating system (`os`) on virtual time: they really run a shell, serve
//! HTTP over the cluster's `network`, write logs, handle signals, run out of memory. What is stood in for is the
//! binary code of the images: each image of [`images`](Registry) brings programs written for this purpose, and an
//! unknown image cannot be pulled, with the words containerd would use.
//!
//! Its room in Kubernetes: behind CRI. It knows nothing of the API, of restart policies, probes or volumes' sources;
//! that is the kubelet's.

mod config;
mod container;
mod digest;
mod exec;
mod faults;
mod files;
mod image;
mod image_store;
mod images;
mod logs;
mod output;
mod reference;
mod registry;
mod server;
mod service;
mod start;
mod status;
mod tags;

/// The version of the container runtime that this stands in for.
pub const CONTAINERD_VERSION: &str = "2.1.3";

pub use config::{ContainerConfig, Mount, RunAs, SandboxConfig};
pub use exec::{ExecOutput, ExecRequest, ExecSession};
pub use files::{Base, Files};
pub use image::{DEFAULT_PATH, Image, ImageConfig};
pub use image_store::{LocalImage, Pull};
pub use logs::{Log, LogEntry, LogPosition, LogStream};
pub use output::Output;
pub use reference::{Reference, ReferenceError};
pub use registry::{
    Credentials, PRIVATE_PASSWORD, PRIVATE_REGISTRY, PRIVATE_USER, PullError, PullSpeed, Registry,
    Resolved, Shared,
};
pub use service::{NotFound, Runtime, RuntimeConfig};
pub use start::{CreateError, StartError};
pub use status::{ContainerState, ContainerStatus, PodStatus, SandboxStatus};
pub use tags::Tags;
