//! Which package a struct is from: tables know their name, but not where it is at home.
//!
//! Types are shared only from `meta/v1` and `core/v1`, so whoever reaches a struct first has it: first the types of
//! metadata, then core, then each group's own.

use std::collections::BTreeMap;

use apimachinery::meta::v1 as meta;
use apimachinery::reflect::{Reflect, StructSchema, Ty};

use crate::registry::Registry;

/// The home of each struct that the served kinds are made of.
pub(super) struct Packages(BTreeMap<usize, String>);

pub(super) const META: &str = "meta/v1";

impl Packages {
    pub(super) fn of(registry: &Registry) -> Self {
        let mut packages = Self(BTreeMap::new());
        for schema in meta_schemas() {
            packages.claim(schema, META);
        }
        // In the order of their groups, of which core's is the empty name.
        for served in registry.iter() {
            if let Some(schema) = served.codec.schema {
                packages.claim(schema, &package(&served.names.group, &served.names.version));
            }
        }
        packages
    }

    fn claim(&mut self, schema: &'static StructSchema, package: &str) {
        let key = std::ptr::from_ref(schema).addr();
        if self.0.contains_key(&key) {
            return;
        }
        self.0.insert(key, package.to_owned());
        for inner in parts(schema) {
            self.claim(inner, package);
        }
    }

    /// The package, such as `apps/v1`.
    pub(super) fn home(&self, schema: &'static StructSchema) -> &str {
        let key = std::ptr::from_ref(schema).addr();
        self.0.get(&key).map_or(META, String::as_str)
    }
}

/// The types of metadata that documents name.
pub(super) fn meta_schemas() -> [&'static StructSchema; 6] {
    [
        meta::ObjectMeta::default().schema(),
        meta::ListMeta::default().schema(),
        meta::LabelSelector::default().schema(),
        meta::Condition::default().schema(),
        meta::DeleteOptions::default().schema(),
        meta::Status::default().schema(),
    ]
}

/// The structs in the fields of a struct.
pub(super) fn parts(schema: &'static StructSchema) -> impl Iterator<Item = &'static StructSchema> {
    fn inner(ty: &'static Ty) -> Option<&'static StructSchema> {
        match ty {
            Ty::Struct(schema) => Some(schema()),
            Ty::List(ty) | Ty::Map(ty) | Ty::Ptr(ty) => inner(ty),
            _ => None,
        }
    }
    schema.fields.iter().filter_map(|field| inner(&field.ty))
}

/// The package of a group and version: the group's first word, as upstream's folders are called.
pub(super) fn package(group: &str, version: &str) -> String {
    let folder = match group {
        "" => "core",
        "rbac.authorization.k8s.io" => "rbac",
        "flowcontrol.apiserver.k8s.io" => "flowcontrol",
        other => other.split('.').next().unwrap_or(other),
    };
    format!("{folder}/{version}")
}

/// The name of a struct in documents, such as `io.k8s.api.apps.v1.Deployment`.
pub(super) fn definition(package: &str, name: &str) -> String {
    let dotted = package.replace('/', ".");
    let prefix = match package.split('/').next().unwrap_or_default() {
        "meta" => "io.k8s.apimachinery.pkg.apis",
        "apiextensions" => "io.k8s.apiextensions-apiserver.pkg.apis",
        "apiregistration" => "io.k8s.kube-aggregator.pkg.apis",
        "metrics" => "io.k8s.metrics.pkg.apis",
        _ => "io.k8s.api",
    };
    format!("{prefix}.{dotted}.{name}")
}
