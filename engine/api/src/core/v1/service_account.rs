//! `v1`: service account types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{LocalObjectReference, ObjectReference};
use crate::meta::v1::ObjectMeta;

apimachinery::api_struct! {
    /// The kind `ServiceAccount` of `v1`.
    pub struct ServiceAccount("v1.ServiceAccount", kind "v1" "ServiceAccount") {
        metadata: ObjectMeta = "metadata" omitempty,
        secrets: Vec<ObjectReference> = "secrets" omitempty merge("name") list_map(&["name"]),
        image_pull_secrets: Vec<LocalObjectReference> = "imagePullSecrets" omitempty atomic,
        automount_service_account_token: Option<bool> = "automountServiceAccountToken" omitempty,
    }
}

apimachinery::api_kind! {
    ServiceAccount { "" "v1" "v1", serviceaccounts serviceaccount [sa] true [] }
}
