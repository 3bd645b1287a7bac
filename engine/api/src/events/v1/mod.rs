//! The API group version `events.k8s.io/v1`.
//!
//! @generated

mod types;

pub use types::*;
