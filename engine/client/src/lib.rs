//! How every component reaches the API: `k8s.io/client-go`.
//!
//! Controllers, scheduler, kubelets and network meet each other only through the objects they read and write with
//! this crate, as upstream's components do.
//!
//! Not here: what the server does with a request; any logic of a component.

pub mod events;
pub mod workqueue;
