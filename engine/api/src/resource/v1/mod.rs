//! The API group version `resource.k8s.io/v1`.
//!
//! @generated

mod claim;
mod consts;
mod device;

pub use claim::*;
pub use consts::*;
pub use device::*;
