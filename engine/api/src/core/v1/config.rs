//! `v1`: config types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Bytes, Map, Str};

apimachinery::api_struct! {
    /// The kind `Secret` of `v1`.
    pub struct Secret("v1.Secret", kind "v1" "Secret") {
        metadata: ObjectMeta = "metadata" omitempty,
        immutable: Option<bool> = "immutable" omitempty,
        data: Map<Str, Bytes> = "data" omitempty,
        string_data: Map<Str, Str> = "stringData" omitempty,
        type_: Str = "type" omitempty go("v1.SecretType"),
    }

    /// The kind `ConfigMap` of `v1`.
    pub struct ConfigMap("v1.ConfigMap", kind "v1" "ConfigMap") {
        metadata: ObjectMeta = "metadata" omitempty,
        immutable: Option<bool> = "immutable" omitempty,
        data: Map<Str, Str> = "data" omitempty,
        binary_data: Map<Str, Bytes> = "binaryData" omitempty,
    }
}

apimachinery::api_kind! {
    Secret { "" "v1" "v1", secrets secret [] true [] }
    ConfigMap { "" "v1" "v1", configmaps configmap [cm] true [] }
}
