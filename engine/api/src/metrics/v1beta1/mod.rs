//! The API group version `metrics.k8s.io/v1beta1`.
//!
//! @generated

mod types;

pub use types::*;
