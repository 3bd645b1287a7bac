//! `batch/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `kubernetes.io/job-controller`
pub const JOB_CONTROLLER_NAME: &str = "kubernetes.io/job-controller";
/// `NonIndexed`
pub const NON_INDEXED_COMPLETION: &str = "NonIndexed";
/// `Indexed`
pub const INDEXED_COMPLETION: &str = "Indexed";
/// `FailJob`
pub const POD_FAILURE_POLICY_ACTION_FAIL_JOB: &str = "FailJob";
/// `FailIndex`
pub const POD_FAILURE_POLICY_ACTION_FAIL_INDEX: &str = "FailIndex";
/// `Ignore`
pub const POD_FAILURE_POLICY_ACTION_IGNORE: &str = "Ignore";
/// `Count`
pub const POD_FAILURE_POLICY_ACTION_COUNT: &str = "Count";
/// `In`
pub const POD_FAILURE_POLICY_ON_EXIT_CODES_OP_IN: &str = "In";
/// `NotIn`
pub const POD_FAILURE_POLICY_ON_EXIT_CODES_OP_NOT_IN: &str = "NotIn";
/// `TerminatingOrFailed`
pub const TERMINATING_OR_FAILED: &str = "TerminatingOrFailed";
/// `Failed`
pub const FAILED: &str = "Failed";
/// `Suspended`
pub const JOB_SUSPENDED: &str = "Suspended";
/// `Complete`
pub const JOB_COMPLETE: &str = "Complete";
/// `Failed`
pub const JOB_FAILED: &str = "Failed";
/// `FailureTarget`
pub const JOB_FAILURE_TARGET: &str = "FailureTarget";
/// `SuccessCriteriaMet`
pub const JOB_SUCCESS_CRITERIA_MET: &str = "SuccessCriteriaMet";
/// `PodFailurePolicy`
pub const JOB_REASON_POD_FAILURE_POLICY: &str = "PodFailurePolicy";
/// `BackoffLimitExceeded`
pub const JOB_REASON_BACKOFF_LIMIT_EXCEEDED: &str = "BackoffLimitExceeded";
/// `DeadlineExceeded`
pub const JOB_REASON_DEADLINE_EXCEEDED: &str = "DeadlineExceeded";
/// `MaxFailedIndexesExceeded`
pub const JOB_REASON_MAX_FAILED_INDEXES_EXCEEDED: &str = "MaxFailedIndexesExceeded";
/// `FailedIndexes`
pub const JOB_REASON_FAILED_INDEXES: &str = "FailedIndexes";
/// `SuccessPolicy`
pub const JOB_REASON_SUCCESS_POLICY: &str = "SuccessPolicy";
/// `CompletionsReached`
pub const JOB_REASON_COMPLETIONS_REACHED: &str = "CompletionsReached";
/// `Allow`
pub const ALLOW_CONCURRENT: &str = "Allow";
/// `Forbid`
pub const FORBID_CONCURRENT: &str = "Forbid";
/// `Replace`
pub const REPLACE_CONCURRENT: &str = "Replace";
