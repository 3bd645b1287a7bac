//! The API group version `rbac.authorization.k8s.io/v1`.
//!
//! @generated

mod consts;
mod types;

pub use consts::*;
pub use types::*;
