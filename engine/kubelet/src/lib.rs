//! The kubelet: the agent on every node that makes pods real.
//!
//! ```text
//!            pods of the node                                           node status, lease
//!   API ────────────────────────▶ pods ──▶ pod workers                       ▲
//!    ▲                                        │ one step at a time           │
//!    │                                        ▼                              │
//!    │  status manager ◀── status ◀── sync: volumes, probes, containers ──▶ node
//!    │                                  ▲         │ kuberuntime: what is to be done, and doing it
//!    └── events                         │         ▼
//!                                      pleg ◀── runtime (stand-in containerd)
//! ```
//!
//! It is written level-triggered, as upstream: whatever wakes a pod's worker, it looks at the pod's spec and at what
//! the runtime has, works out what is to be done ([`kuberuntime`], a pure function), and does it. What is written, in
//! which order and when, follows recordings of a real cluster; where upstream looks every second, nothing is done here
//! until there is something to see, but it is seen at the same instants.
//!
//! It reaches the API only through [`Api`], and containers only through the `runtime` crate. It does not schedule, and
//! it does not decide which pods there should be.

mod admission;
mod allocation;
mod api;
mod backoff;
mod clock;
mod config;
mod config_cache;
mod deadline;
mod environment;
mod eviction;
mod hooks;
mod host_files;
mod image_gc;
mod images;
mod kubelet;
mod kuberuntime;
mod names;
mod node;
mod oom;
mod pleg;
mod pod_workers;
mod pods;
mod prober;
mod progress;
mod pull_secrets;
mod server;
mod static_pods;
mod status;
mod sync;
mod volumes;
mod work_queue;

use std::rc::Rc;

pub use crate::api::{Api, ClientApi, Token};
pub use config::{KubeletConfig, VERSION};
pub use kubelet::Kubelet;
pub use node::Pressure;
pub use oom::SYSTEM_MEMORY;
pub use pods::ConfigKind;
pub use progress::Progress;
pub use static_pods::MANIFESTS;
pub use volumes::{Storage, host_files};

/// A pod's UID.
pub(crate) type Uid = Rc<str>;
