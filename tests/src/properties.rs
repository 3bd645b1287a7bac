//! Random clusters: what must hold whatever users do.
//!
//! A seed gives a cluster and a series of deeds ([`World`]): things are applied, scaled, updated and deleted, nodes are
//! cordoned and tainted, pods are killed and evicted. After every deed [`invariants`] looks at the whole cluster; when
//! the deeds are over and the troubles are taken back, everything must come to what was asked for.

pub mod invariants;
mod manifests;
mod world;

pub use world::World;
