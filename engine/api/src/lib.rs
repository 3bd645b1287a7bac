//! The objects of the Kubernetes API (upstream's `k8s.io/api`): one module per group and version.
//!
//! Every struct is declared with [`apimachinery::api_struct!`]: fields in Go's order, with Go's JSON names, `omitempty`,
//! patch strategies and list types. That is all there is here; defaults, validation and printing belong to the server.
//!
//! How Go types are spelled: `string` is [`Str`](apimachinery::Str), `*int32` is `Option<i32>`, `[]T` is `Vec<T>`, `map[string]T` is
//! [`Map<Str, T>`](apimachinery::Map), `*T` is `Option<`[`Shared<T>`](apimachinery::Shared)`>`; a kind's `spec` and `status` and every `PodSpec` are
//! `Shared<T>`, too, so that versions of an object share what did not change. Embedded structs are spelled out in place
//! (a volume has `config_map`, not `volume_source.config_map`).
//!
//! [`kinds`] lists every kind that the server knows.

pub mod admissionregistration;
pub mod apidiscovery;
pub mod apiextensions;
pub mod apiregistration;
pub mod apps;
pub mod authentication;
pub mod authorization;
pub mod autoscaling;
pub mod batch;
pub mod certificates;
pub mod coordination;
pub mod core;
pub mod discovery;
pub mod events;
pub mod flowcontrol;
pub mod kinds;
pub mod metrics;
pub mod networking;
pub mod node;
pub mod policy;
pub mod rbac;
pub mod resource;
pub mod scheduling;
pub mod storage;

/// The types that belong to no group of their own (upstream's `k8s.io/apimachinery`).
pub mod meta {
    pub use apimachinery::meta::v1;
}
