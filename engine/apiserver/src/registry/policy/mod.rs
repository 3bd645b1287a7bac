//! The group `policy`.

pub mod eviction;
pub(crate) mod poddisruptionbudget;
