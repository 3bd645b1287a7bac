//! The API group version `v1`.
//!
//! @generated

mod binding;
mod component_status;
mod config;
mod consts;
mod container;
mod container_status;
mod endpoints;
mod event;
mod namespace;
mod node;
mod persistent_volume;
mod persistent_volume_claim;
mod pod;
mod pod_spec;
mod probe;
mod quota;
mod reference;
mod replication_controller;
mod security;
mod selector;
mod service;
mod service_account;
mod volume;

pub use binding::*;
pub use component_status::*;
pub use config::*;
pub use consts::*;
pub use container::*;
pub use container_status::*;
pub use endpoints::*;
pub use event::*;
pub use namespace::*;
pub use node::*;
pub use persistent_volume::*;
pub use persistent_volume_claim::*;
pub use pod::*;
pub use pod_spec::*;
pub use probe::*;
pub use quota::*;
pub use reference::*;
pub use replication_controller::*;
pub use security::*;
pub use selector::*;
pub use service::*;
pub use service_account::*;
pub use volume::*;
