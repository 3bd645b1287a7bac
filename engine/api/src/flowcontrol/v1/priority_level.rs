//! `flowcontrol.apiserver.k8s.io/v1`: priority level types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `PriorityLevelConfiguration` of `flowcontrol.apiserver.k8s.io/v1`.
    pub struct PriorityLevelConfiguration("v1.PriorityLevelConfiguration", kind "flowcontrol.apiserver.k8s.io/v1" "PriorityLevelConfiguration") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<PriorityLevelConfigurationSpec> = "spec" omitempty,
        status: Shared<PriorityLevelConfigurationStatus> = "status" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct PriorityLevelConfigurationSpec("v1.PriorityLevelConfigurationSpec") {
        type_: Str = "type" go("v1.PriorityLevelEnablement"),
        limited: Option<Shared<LimitedPriorityLevelConfiguration>> = "limited" omitempty,
        exempt: Option<Shared<ExemptPriorityLevelConfiguration>> = "exempt" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct LimitedPriorityLevelConfiguration("v1.LimitedPriorityLevelConfiguration") {
        nominal_concurrency_shares: Option<i32> = "nominalConcurrencyShares",
        limit_response: LimitResponse = "limitResponse" omitempty,
        lendable_percent: Option<i32> = "lendablePercent" omitempty,
        borrowing_limit_percent: Option<i32> = "borrowingLimitPercent" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct ExemptPriorityLevelConfiguration("v1.ExemptPriorityLevelConfiguration") {
        nominal_concurrency_shares: Option<i32> = "nominalConcurrencyShares" omitempty,
        lendable_percent: Option<i32> = "lendablePercent" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct LimitResponse("v1.LimitResponse") {
        type_: Str = "type" go("v1.LimitResponseType"),
        queuing: Option<Shared<QueuingConfiguration>> = "queuing" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct QueuingConfiguration("v1.QueuingConfiguration") {
        queues: i32 = "queues",
        hand_size: i32 = "handSize",
        queue_length_limit: i32 = "queueLengthLimit",
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct PriorityLevelConfigurationStatus("v1.PriorityLevelConfigurationStatus") {
        conditions: Vec<PriorityLevelConfigurationCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct PriorityLevelConfigurationCondition("v1.PriorityLevelConfigurationCondition") {
        type_: Str = "type" omitempty go("v1.PriorityLevelConfigurationConditionType"),
        status: Str = "status" omitempty go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }
}

apimachinery::api_kind! {
    PriorityLevelConfiguration { "flowcontrol.apiserver.k8s.io" "v1" "flowcontrol.apiserver.k8s.io/v1", prioritylevelconfigurations prioritylevelconfiguration [] false [] }
}
