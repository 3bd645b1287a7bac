//! `batch/v1`: job types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::PodTemplateSpec;
use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `Job` of `batch/v1`.
    pub struct Job("v1.Job", kind "batch/v1" "Job") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<JobSpec> = "spec" omitempty,
        status: Shared<JobStatus> = "status" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct PodFailurePolicyOnExitCodesRequirement("v1.PodFailurePolicyOnExitCodesRequirement") {
        container_name: Option<Str> = "containerName" omitempty,
        operator: Str = "operator" go("v1.PodFailurePolicyOnExitCodesOperator"),
        values: Vec<i32> = "values" set,
    }

    /// Part of the `batch/v1` API.
    pub struct PodFailurePolicyOnPodConditionsPattern("v1.PodFailurePolicyOnPodConditionsPattern") {
        type_: Str = "type" go("v1.PodConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
    }

    /// Part of the `batch/v1` API.
    pub struct PodFailurePolicyRule("v1.PodFailurePolicyRule") {
        action: Str = "action" go("v1.PodFailurePolicyAction"),
        on_exit_codes: Option<Shared<PodFailurePolicyOnExitCodesRequirement>> = "onExitCodes" omitempty,
        on_pod_conditions: Vec<PodFailurePolicyOnPodConditionsPattern> = "onPodConditions" omitempty atomic,
    }

    /// Part of the `batch/v1` API.
    pub struct PodFailurePolicy("v1.PodFailurePolicy") {
        rules: Vec<PodFailurePolicyRule> = "rules" atomic,
    }

    /// Part of the `batch/v1` API.
    pub struct SuccessPolicy("v1.SuccessPolicy") {
        rules: Vec<SuccessPolicyRule> = "rules" atomic,
    }

    /// Part of the `batch/v1` API.
    pub struct SuccessPolicyRule("v1.SuccessPolicyRule") {
        succeeded_indexes: Option<Str> = "succeededIndexes" omitempty,
        succeeded_count: Option<i32> = "succeededCount" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct JobSpec("v1.JobSpec") {
        parallelism: Option<i32> = "parallelism" omitempty,
        completions: Option<i32> = "completions" omitempty,
        active_deadline_seconds: Option<i64> = "activeDeadlineSeconds" omitempty,
        pod_failure_policy: Option<Shared<PodFailurePolicy>> = "podFailurePolicy" omitempty,
        success_policy: Option<Shared<SuccessPolicy>> = "successPolicy" omitempty,
        backoff_limit: Option<i32> = "backoffLimit" omitempty,
        backoff_limit_per_index: Option<i32> = "backoffLimitPerIndex" omitempty,
        max_failed_indexes: Option<i32> = "maxFailedIndexes" omitempty,
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
        manual_selector: Option<bool> = "manualSelector" omitempty,
        template: PodTemplateSpec = "template",
        ttl_seconds_after_finished: Option<i32> = "ttlSecondsAfterFinished" omitempty,
        completion_mode: Option<Str> = "completionMode" omitempty go("v1.CompletionMode"),
        suspend: Option<bool> = "suspend" omitempty,
        pod_replacement_policy: Option<Str> = "podReplacementPolicy" omitempty go("v1.PodReplacementPolicy"),
        managed_by: Option<Str> = "managedBy" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct JobStatus("v1.JobStatus") {
        conditions: Vec<JobCondition> = "conditions" omitempty merge("type") atomic,
        start_time: Option<Time> = "startTime" omitempty,
        completion_time: Option<Time> = "completionTime" omitempty,
        active: i32 = "active" omitempty,
        succeeded: i32 = "succeeded" omitempty,
        failed: i32 = "failed" omitempty,
        terminating: Option<i32> = "terminating" omitempty,
        completed_indexes: Str = "completedIndexes" omitempty,
        failed_indexes: Option<Str> = "failedIndexes" omitempty,
        uncounted_terminated_pods: Option<Shared<UncountedTerminatedPods>> = "uncountedTerminatedPods" omitempty,
        ready: Option<i32> = "ready" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct UncountedTerminatedPods("v1.UncountedTerminatedPods") {
        succeeded: Vec<Str> = "succeeded" omitempty go("[]types.UID") set,
        failed: Vec<Str> = "failed" omitempty go("[]types.UID") set,
    }

    /// Part of the `batch/v1` API.
    pub struct JobCondition("v1.JobCondition") {
        type_: Str = "type" go("v1.JobConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_probe_time: Time = "lastProbeTime" omitempty,
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct JobTemplateSpec("v1.JobTemplateSpec") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: JobSpec = "spec" omitempty,
    }
}

apimachinery::api_kind! {
    Job { "batch" "v1" "batch/v1", jobs job [] true ["all"] }
}
