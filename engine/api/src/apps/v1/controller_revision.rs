//! `apps/v1`: controller revision types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::Raw;

apimachinery::api_struct! {
    /// The kind `ControllerRevision` of `apps/v1`.
    pub struct ControllerRevision("v1.ControllerRevision", kind "apps/v1" "ControllerRevision") {
        metadata: ObjectMeta = "metadata" omitempty,
        data: Raw = "data" omitempty,
        revision: i64 = "revision",
    }
}

apimachinery::api_kind! {
    ControllerRevision { "apps" "v1" "apps/v1", controllerrevisions controllerrevision [] true [] }
}
