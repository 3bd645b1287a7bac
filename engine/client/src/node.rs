//! What a node's kubelet answers to the API server, which passes it on to whoever asked: logs, programs run in
//! containers, forwarded ports.
//!
//! A kubelet implements [`NodeApi`] and says so with [`crate::Client::register_node`].

pub use crate::server::{ContainerUsage, ExecRequest, LogStream, NodeApi, Session};
