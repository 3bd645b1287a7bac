//! The API group version `discovery.k8s.io/v1`.
//!
//! @generated

mod consts;
mod types;

pub use consts::*;
pub use types::*;
