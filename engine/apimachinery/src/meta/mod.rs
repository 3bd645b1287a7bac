//! The API types that belong to no group of their own.

pub mod v1;
