//! The API server: the one place where the cluster's state lives and the only way to it.
//!
//! ```text
//!  kubectl, HTTP ─► handler ─┐                          ┌─► admission ─► strategy ─► storage (revision + 1)
//!                            ├─► registry (verbs) ──────┤                                   │
//!  components (typed) ───────┘                          └─► printers (tables)               └─► watch logs ─► watches
//! ```
//!
//! | module | holds | Kubernetes' room |
//! |---|---|---|
//! | [`storage`] | objects, revisions, compare-and-swap, watch logs | etcd, `apiserver/pkg/storage` |
//! | [`registry`] | the verbs, and a folder for every kind | `pkg/registry`, `apiserver/pkg/registry` |
//! | [`validation`] | field errors, formats, rules of `metadata` | `apimachinery/pkg/util/validation` |
//! | [`admission`] | what looks at every write | `plugin/pkg/admission` |
//! | [`authn`] | who asks: tokens and impersonation | `apiserver/pkg/authentication` |
//! | [`authz`] | who may do what | `plugin/pkg/auth/authorizer/rbac` |
//! | [`printers`] | server-side tables | `pkg/printers` |
//! | [`discovery`] | which resources there are | `apiserver/pkg/endpoints/discovery` |
//! | [`openapi`] | what the kinds look like | `kube-openapi` |
//! | [`handler`] | requests and responses as clients over HTTP see them | `apiserver/pkg/endpoints/handlers` |
//! | [`watch`] | streams of changes | `apiserver/pkg/storage/cacher` |
//!
//! Everything here is synchronous and single-threaded; the only thing that waits is a [`watch::Watch`], and it waits by
//! `std::task::Waker`. Time, UIDs and name suffixes come from [`sim::Sim`], so equal seeds give equal clusters.
//!
//! Absent on purpose: sockets and TLS (the native binary puts HTTP in front of [`handler`]), controllers (they are clients
//! like everyone else), and any notion of who calls from where beyond [`context::User`].

pub mod admission;
pub mod authn;
pub mod authz;
pub mod context;
pub mod discovery;
mod expiry;
pub mod handler;
pub mod openapi;
pub mod printers;
pub mod registry;
mod server;
pub mod storage;
pub mod tokens;
mod typed;
pub mod validation;
pub mod watch;

pub use context::{Context, User};
pub use server::{ApiServer, Config};
pub use typed::TypedWatch;
pub use watch::{Watch, WatchEvent};
