//! The API group version `policy/v1`.
//!
//! @generated

mod consts;
mod types;

pub use consts::*;
pub use types::*;
