//! `v1`: reference types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use apimachinery::{Quantity, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct TypedObjectReference("v1.TypedObjectReference") {
        api_group: Option<Str> = "apiGroup",
        kind: Str = "kind",
        name: Str = "name",
        namespace: Option<Str> = "namespace" omitempty,
    }

    /// Part of the `v1` API.
    pub struct SecretReference("v1.SecretReference") {
        name: Str = "name" omitempty,
        namespace: Str = "namespace" omitempty,
    }

    /// Part of the `v1` API.
    pub struct FileKeySelector("v1.FileKeySelector") {
        volume_name: Str = "volumeName",
        path: Str = "path",
        key: Str = "key",
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ObjectFieldSelector("v1.ObjectFieldSelector") {
        api_version: Str = "apiVersion" omitempty,
        field_path: Str = "fieldPath",
    }

    /// Part of the `v1` API.
    pub struct ResourceFieldSelector("v1.ResourceFieldSelector") {
        container_name: Str = "containerName" omitempty,
        resource: Str = "resource",
        divisor: Quantity = "divisor" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ConfigMapKeySelector("v1.ConfigMapKeySelector") {
        name: Str = "name" omitempty,
        key: Str = "key",
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct SecretKeySelector("v1.SecretKeySelector") {
        name: Str = "name" omitempty,
        key: Str = "key",
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ObjectReference("v1.ObjectReference") {
        kind: Str = "kind" omitempty,
        namespace: Str = "namespace" omitempty,
        name: Str = "name" omitempty,
        uid: Str = "uid" omitempty go("types.UID"),
        api_version: Str = "apiVersion" omitempty,
        resource_version: Str = "resourceVersion" omitempty,
        field_path: Str = "fieldPath" omitempty,
    }

    /// Part of the `v1` API.
    pub struct LocalObjectReference("v1.LocalObjectReference") {
        name: Str = "name" omitempty default(""),
    }

    /// Part of the `v1` API.
    pub struct TypedLocalObjectReference("v1.TypedLocalObjectReference") {
        api_group: Option<Str> = "apiGroup",
        kind: Str = "kind",
        name: Str = "name",
    }
}
