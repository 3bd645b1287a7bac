//! `v1`: quota types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::ScopeSelector;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Quantity, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct LimitRangeItem("v1.LimitRangeItem") {
        type_: Str = "type" go("v1.LimitType"),
        max: Map<Str, Quantity> = "max" omitempty go("v1.ResourceList"),
        min: Map<Str, Quantity> = "min" omitempty go("v1.ResourceList"),
        default_: Map<Str, Quantity> = "default" omitempty go("v1.ResourceList"),
        default_request: Map<Str, Quantity> = "defaultRequest" omitempty go("v1.ResourceList"),
        max_limit_request_ratio: Map<Str, Quantity> = "maxLimitRequestRatio" omitempty go("v1.ResourceList"),
    }

    /// Part of the `v1` API.
    pub struct LimitRangeSpec("v1.LimitRangeSpec") {
        limits: Vec<LimitRangeItem> = "limits" atomic,
    }

    /// The kind `LimitRange` of `v1`.
    pub struct LimitRange("v1.LimitRange", kind "v1" "LimitRange") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<LimitRangeSpec> = "spec" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ResourceQuotaSpec("v1.ResourceQuotaSpec") {
        hard: Map<Str, Quantity> = "hard" omitempty go("v1.ResourceList"),
        scopes: Vec<Str> = "scopes" omitempty go("[]v1.ResourceQuotaScope") atomic,
        scope_selector: Option<Shared<ScopeSelector>> = "scopeSelector" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct ResourceQuotaStatus("v1.ResourceQuotaStatus") {
        hard: Map<Str, Quantity> = "hard" omitempty go("v1.ResourceList"),
        used: Map<Str, Quantity> = "used" omitempty go("v1.ResourceList"),
    }

    /// The kind `ResourceQuota` of `v1`.
    pub struct ResourceQuota("v1.ResourceQuota", kind "v1" "ResourceQuota") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ResourceQuotaSpec> = "spec" omitempty,
        status: Shared<ResourceQuotaStatus> = "status" omitempty,
    }
}

apimachinery::api_kind! {
    LimitRange { "" "v1" "v1", limitranges limitrange [limits] true [] }
    ResourceQuota { "" "v1" "v1", resourcequotas resourcequota [quota] true [] }
}
