//! The API group version `autoscaling/v2`.
//!
//! @generated

mod consts;
mod types;

pub use consts::*;
pub use types::*;
