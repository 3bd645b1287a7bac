//! The value types every API struct is made of: small, cheap to clone, ordered.
//!
//! Kubernetes keeps these in Go's own types (`string`, pointers, `map`, `[]byte`). Here they are chosen so that a stored
//! object is small and a copy shares what did not change. Nothing here knows about JSON; that is [`crate::codec`].

mod bytes;
mod digest;
mod intern;
mod map;
mod raw;
mod shared;

pub use bytes::Bytes;
pub use digest::Digest;
pub use intern::intern;
pub use map::Map;
pub use raw::Raw;
pub use shared::Shared;

/// A short string: 16 bytes, up to 15 of them inline, longer ones shared; cloning never copies the text.
pub type Str = ecow::EcoString;

/// An untyped JSON value (objects iterate in key order).
pub type Value = serde_json::Value;
