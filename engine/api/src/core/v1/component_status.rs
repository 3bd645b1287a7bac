//! `v1`: component status types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::Str;

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct ComponentCondition("v1.ComponentCondition") {
        type_: Str = "type" go("v1.ComponentConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        message: Str = "message" omitempty,
        error: Str = "error" omitempty,
    }

    /// The kind `ComponentStatus` of `v1`.
    pub struct ComponentStatus("v1.ComponentStatus", kind "v1" "ComponentStatus") {
        metadata: ObjectMeta = "metadata" omitempty,
        conditions: Vec<ComponentCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }
}

apimachinery::api_kind! {
    ComponentStatus { "" "v1" "v1", componentstatuses componentstatus [cs] false [] }
}
