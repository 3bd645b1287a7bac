//! Objects: what the store, the watch and the client handle without knowing the kind (upstream's `pkg/runtime`).

mod dynamic;
mod list;

use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;

use crate::meta::v1::ObjectMeta;
use crate::reflect::Reflect;
use crate::{GroupVersionKind, GroupVersionResource, Value};

pub use dynamic::DynamicObject;
pub use list::List;

/// An object with metadata, of any kind.
pub trait Object: Any + Debug {
    /// Group, version and kind.
    fn gvk(&self) -> GroupVersionKind;
    /// The metadata.
    fn meta(&self) -> &ObjectMeta;
    /// The metadata, to change.
    fn meta_mut(&mut self) -> &mut ObjectMeta;
    /// The whole object as JSON, with `kind` and `apiVersion`.
    fn to_value(&self) -> Value;
    /// The struct with its table; `None` for a [`DynamicObject`].
    fn reflect(&self) -> Option<&dyn Reflect>;
    /// The struct with its table, to write; `None` for a [`DynamicObject`].
    fn reflect_mut(&mut self) -> Option<&mut dyn Reflect>;
    /// A copy (parts are shared).
    fn clone_rc(&self) -> Rc<dyn Object>;
    /// A copy to change.
    fn clone_box(&self) -> Box<dyn Object>;
}

impl dyn Object {
    /// This object as a `K`, if it is one.
    pub fn downcast_ref<K: Object>(&self) -> Option<&K> {
        (self as &dyn Any).downcast_ref()
    }

    /// This object as a `K` to change, if it is one.
    pub fn downcast_mut<K: Object>(&mut self) -> Option<&mut K> {
        (self as &mut dyn Any).downcast_mut()
    }

    /// A shared object as a shared `K`, if it is one.
    pub fn downcast_rc<K: Object>(self: Rc<Self>) -> Option<Rc<K>> {
        (self as Rc<dyn Any>).downcast().ok()
    }
}

/// The facts of a kind.
#[derive(Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// The group; empty for core.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// `v1` or `group/version`.
    pub api_version: &'static str,
    /// Such as `Pod`.
    pub kind: &'static str,
    /// Such as `pods`.
    pub plural: &'static str,
    /// Such as `pod`.
    pub singular: &'static str,
    /// Such as `po`.
    pub short_names: &'static [&'static str],
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Such as `all`.
    pub categories: &'static [&'static str],
}

impl KindInfo {
    /// Group, version and kind.
    pub fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::new(self.group, self.version, self.kind)
    }

    /// Group, version and resource.
    pub fn gvr(&self) -> GroupVersionResource {
        GroupVersionResource::new(self.group, self.version, self.plural)
    }
}

/// A typed kind; written by [`api_kind!`](crate::api_kind).
pub trait Kind: Object + Reflect + Clone + Default + PartialEq {
    /// The facts.
    const INFO: &'static KindInfo;
    /// `v1` or `group/version`.
    const API_VERSION: &'static str = Self::INFO.api_version;
    /// The group; empty for core.
    const GROUP: &'static str = Self::INFO.group;
    /// The version.
    const VERSION: &'static str = Self::INFO.version;
    /// Such as `Pod`.
    const KIND: &'static str = Self::INFO.kind;
    /// Such as `pods`.
    const PLURAL: &'static str = Self::INFO.plural;
    /// Such as `pod`.
    const SINGULAR: &'static str = Self::INFO.singular;
    /// Such as `po`.
    const SHORT_NAMES: &'static [&'static str] = Self::INFO.short_names;
    /// Whether objects live in namespaces.
    const NAMESPACED: bool = Self::INFO.namespaced;
    /// Such as `all`.
    const CATEGORIES: &'static [&'static str] = Self::INFO.categories;
}

/// Makes structs of [`api_struct!`](crate::api_struct) with a `metadata` field kinds: `Object` and `Kind`.
///
/// ```
/// use apimachinery::{Kind, Str, meta::v1::ObjectMeta};
/// apimachinery::api_struct! {
///     /// A lease.
///     pub struct Lease("v1.Lease", kind "coordination.k8s.io/v1" "Lease") {
///         metadata: ObjectMeta = "metadata" omitempty,
///     }
/// }
/// apimachinery::api_kind! {
///     Lease { "coordination.k8s.io" "v1" "coordination.k8s.io/v1", leases lease [] true [] }
/// }
/// assert_eq!(Lease::INFO.gvr().to_string(), "coordination.k8s.io/v1, Resource=leases");
/// ```
#[macro_export]
macro_rules! api_kind {
    ($( $name:ident {
        $group:literal $version:literal $api_version:literal,
        $plural:ident $singular:ident [$($short:ident),*] $namespaced:literal [$($category:literal),*]
    } )*) => {$(
        impl $crate::runtime::Object for $name {
            fn gvk(&self) -> $crate::GroupVersionKind {
                <Self as $crate::runtime::Kind>::INFO.gvk()
            }
            fn meta(&self) -> &$crate::meta::v1::ObjectMeta {
                &self.metadata
            }
            fn meta_mut(&mut self) -> &mut $crate::meta::v1::ObjectMeta {
                &mut self.metadata
            }
            fn to_value(&self) -> $crate::Value {
                $crate::codec::to_value(self)
            }
            fn reflect(&self) -> Option<&dyn $crate::reflect::Reflect> {
                Some(self)
            }
            fn reflect_mut(&mut self) -> Option<&mut dyn $crate::reflect::Reflect> {
                Some(self)
            }
            fn clone_rc(&self) -> ::std::rc::Rc<dyn $crate::runtime::Object> {
                ::std::rc::Rc::new(self.clone())
            }
            fn clone_box(&self) -> Box<dyn $crate::runtime::Object> {
                Box::new(self.clone())
            }
        }

        impl $crate::runtime::Kind for $name {
            const INFO: &'static $crate::runtime::KindInfo = &$crate::runtime::KindInfo {
                group: $group,
                version: $version,
                api_version: $api_version,
                kind: stringify!($name),
                plural: stringify!($plural),
                singular: stringify!($singular),
                short_names: &[$(stringify!($short)),*],
                namespaced: $namespaced,
                categories: &[$($category),*],
            };
        }
    )*};
}
