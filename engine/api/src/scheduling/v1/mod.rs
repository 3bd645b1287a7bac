//! The API group version `scheduling.k8s.io/v1`.
//!
//! @generated

mod types;

pub use types::*;
