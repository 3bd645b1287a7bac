//! Field paths and validation errors (upstream's `util/validation/field`).

mod error;
mod path;

pub use error::{Error, ErrorList, ErrorType, aggregate};
pub use path::Path;
