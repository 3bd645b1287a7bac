//! What `kubectl apply` is made of: the annotation with the last configuration, three-way patches, server-side apply.

pub mod annotation;
pub mod applyset;
pub mod patcher;
pub mod prune;
pub mod server_side;
