//! The API group version `node.k8s.io/v1`.
//!
//! @generated

mod types;

pub use types::*;
