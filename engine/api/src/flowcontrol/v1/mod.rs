//! The API group version `flowcontrol.apiserver.k8s.io/v1`.
//!
//! @generated

mod consts;
mod flow_schema;
mod priority_level;

pub use consts::*;
pub use flow_schema::*;
pub use priority_level::*;
