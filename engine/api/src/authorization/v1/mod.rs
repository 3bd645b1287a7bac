//! The API group version `authorization.k8s.io/v1`.
//!
//! @generated

mod types;

pub use types::*;
