//! The API group version `apidiscovery.k8s.io/v2`.
//!
//! @generated

mod consts;
mod types;

pub use consts::*;
pub use types::*;
