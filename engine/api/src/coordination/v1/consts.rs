//! `coordination.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `OldestEmulationVersion`
pub const OLDEST_EMULATION_VERSION: &str = "OldestEmulationVersion";
