//! The API group version `autoscaling/v1`.
//!
//! @generated

mod consts;
mod types;

pub use consts::*;
pub use types::*;
