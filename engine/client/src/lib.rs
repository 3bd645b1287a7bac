//! How every component reaches the API: `k8s.io/client-go`.
//!
//! Controllers, scheduler, kubelets and network meet each other only through the objects they read and write with
//! this crate, as upstream's components do.
//!
//! | module | holds |
//! |---|---|
//! | [`Client`] | the verbs, typed, as somebody; the one file that knows the server |
//! | [`informer`] | caches that follow the API, with indexes and change handlers |
//! | [`workqueue`] | keys to look at, with retries and back-off |
//! | [`events`] | recorders of events |
//! | [`node`] | what kubelets answer to the server: logs, exec, port forwarding |
//! | [`rest`] | requests as HTTP carries them: what kubectl uses |
//!
//! Not here: what the server does with a request; any logic of a component.

pub mod events;
pub mod informer;
pub mod node;
pub mod rest;
pub mod workqueue;

mod name;
mod server;

pub use informer::{Change, Informer, Informers, Lister, Subscription};
pub use name::NamespacedName;
pub use server::{AnyResource, Client, Delete, Reach, Switch, Watch};
pub use workqueue::WorkQueue;
