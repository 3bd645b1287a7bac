//! The API group `batch`.

pub mod v1;
