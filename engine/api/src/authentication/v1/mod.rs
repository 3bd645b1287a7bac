//! The API group version `authentication.k8s.io/v1`.
//!
//! @generated

mod consts;
mod self_subject_review;
mod token;

pub use consts::*;
pub use self_subject_review::*;
pub use token::*;
