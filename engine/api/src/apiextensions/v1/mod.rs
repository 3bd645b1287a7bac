//! The API group version `apiextensions.k8s.io/v1`.
//!
//! @generated

mod consts;
mod custom_resource_definition;
mod json_schema;
mod schema_or;

pub use consts::*;
pub use custom_resource_definition::*;
pub use json_schema::*;
pub use schema_or::*;
