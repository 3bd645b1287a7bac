//! What every Kubernetes API has in common (upstream's `k8s.io/apimachinery`).
//!
//! | module | holds |
//! |---|---|
//! | [`types`] (re-exported here) | [`Str`], [`Shared`], [`Map`], [`Bytes`], [`Raw`], [`Value`] |
//! | [`reflect`], [`codec`] | tables of API structs; JSON as Go writes and reads it |
//! | [`meta::v1`] | [`ObjectMeta`](meta::v1::ObjectMeta), [`Status`], selectors, options, tables |
//! | [`runtime`] | [`Object`], [`Kind`], [`List`], [`DynamicObject`] |
//! | [`errors`] | the constructors of [`Status`] errors, with upstream's texts |
//! | [`field`], [`validation`] | field paths and errors; names and their rules |
//! | [`labels`], [`fields`] | selectors |
//! | [`patch`] | JSON, merge and strategic merge patches; the three-way patches of apply |
//! | [`managed_fields`] | who owns which fields; server-side apply |
//! | [`yaml`] | YAML as kubectl reads and writes it |
//! | [`watch`], [`resource_version`] | watch events; where lists and watches start |
//! | [`gvk`], [`quantity`], [`time`], [`intstr`], [`gotext`] | values and their texts |
//! | [`sha256`] | the hash that names are made with |
//!
//! It imports none of our crates, knows no concrete kind, no storage and no clock.

pub mod codec;
pub mod errors;
pub mod field;
pub mod fields;
pub mod gotext;
pub mod gvk;
pub mod intstr;
pub mod labels;
pub mod managed_fields;
pub mod meta;
pub mod patch;
pub mod quantity;
pub mod reflect;
pub mod resource_version;
pub mod runtime;
pub mod sha256;
pub mod sort;
pub mod time;
pub mod types;
pub mod validation;
pub mod watch;
pub mod yaml;

pub use gvk::{GroupKind, GroupResource, GroupVersion, GroupVersionKind, GroupVersionResource};
pub use intstr::IntOrString;
pub use meta::v1::Status;
pub use quantity::Quantity;
pub use runtime::{DynamicObject, Kind, KindInfo, List, Object};
pub use time::{Duration, MicroTime, Time};
pub use types::{Bytes, Digest, Map, Raw, Shared, Str, Value, intern};
