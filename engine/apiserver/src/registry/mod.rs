//! The registry: which resources there are, how each behaves, and the verbs on them. Kubernetes' room for this is
//! `pkg/registry` with the generic registry of `k8s.io/apiserver`.
//!
//! A kind is a folder `<group>/<kind>/` with its strategy (what is reset, defaulted, validated) and its printer, and one line
//! in [`kinds`]. The verbs ([`create`], [`update`], [`delete`], [`list`]) are written once for all of them.

pub mod bootstrap;
mod continue_token;
mod coordination;
pub mod create;
pub mod delete;
mod kinds;
pub mod list;
pub(crate) mod managed;
pub mod meta;
pub mod options;
mod resource;
mod strategy;
pub mod update;

pub(crate) mod apiextensions;
mod apiregistration;
pub(crate) mod apps;
mod autoscaling;
mod batch;
mod certificates;
pub(crate) mod core;
mod discovery;
mod events;
mod flowcontrol;
pub(crate) mod networking;
mod node;
mod policy;
mod rbac;
mod reviews;
mod scheduling;
mod storage;
mod unsimulated;
mod workload;

use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::Str;

pub(crate) use core::persistentvolumeclaim::CLASS_ANNOTATION;
pub use core::pod::binding as pod_binding;
pub use policy::eviction;
pub use resource::{Names, Resource, Served, VersionCodec};
pub(crate) use storage::storageclass::is_default as is_default_storage_class;
pub use strategy::{AnyStrategy, Replicas, Strategy, Verbs};

use crate::storage::TableId;

/// All resources that are served, by group, version and plural.
pub struct Registry {
    served: BTreeMap<(Str, Str, Str), Served>,
    tables: usize,
}

impl Registry {
    /// The built-in resources.
    pub fn builtin() -> Self {
        let mut registry = Self {
            served: BTreeMap::new(),
            tables: 0,
        };
        kinds::register(&mut registry);
        registry
    }

    /// How many tables the resources need.
    pub fn tables(&self) -> usize {
        self.tables
    }

    /// Adds a resource with a table of its own.
    pub(crate) fn add<S: Strategy>(&mut self, strategy: S) {
        let resource = Rc::new(Resource::new(strategy, TableId(self.tables)));
        self.tables += 1;
        self.serve(Served::stored::<S::Kind>(resource));
    }

    /// Serves a resource under the names of another group or version.
    pub(crate) fn serve(&mut self, served: Served) {
        let names = &served.names;
        let key = (
            names.group.clone(),
            names.version.clone(),
            names.plural.clone(),
        );
        self.served.insert(key, served);
    }

    /// Serves a resource no more.
    pub(crate) fn unserve(&mut self, group: &str, plural: &str) {
        self.served.retain(|(g, _, p), _| g != group || p != plural);
    }

    /// The resource of that group, version and plural.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<&Served> {
        self.served
            .get(&(group.into(), version.into(), plural.into()))
    }

    /// The resource of that group, version and kind.
    pub fn find_kind(&self, group: &str, version: &str, kind: &str) -> Option<&Served> {
        self.iter()
            .find(|s| s.names.group == group && s.names.version == version && s.names.kind == kind)
    }

    /// All of them, by group, version and plural.
    pub fn iter(&self) -> impl Iterator<Item = &Served> {
        self.served.values()
    }
}
