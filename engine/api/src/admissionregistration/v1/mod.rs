//! The API group version `admissionregistration.k8s.io/v1`.
//!
//! @generated

mod consts;
mod mutating_policy;
mod policy;
mod webhook;

pub use consts::*;
pub use mutating_policy::*;
pub use policy::*;
pub use webhook::*;
