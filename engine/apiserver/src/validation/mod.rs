//! What every validation shares: field errors, formats of names, and the rules of `metadata` and of selectors.
//!
//! The rules of a kind live beside the kind, in `registry/<group>/<kind>/`.

pub(crate) mod addresses;
pub mod content;
pub mod diff;
pub mod field;
pub mod internal;
pub mod meta;
pub mod quantity;
pub mod selectors;

/// "field is immutable".
pub const IMMUTABLE: &str = "field is immutable";
/// "must be greater than or equal to 0".
pub const NEGATIVE: &str = "must be greater than or equal to 0";
/// "must be greater than zero".
pub const NOT_POSITIVE: &str = "must be greater than zero";
/// What ConfigMaps and Secrets say when they were made immutable.
pub const IMMUTABLE_DATA: &str = "field is immutable when `immutable` is set";
