//! `flowcontrol.apiserver.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `*`
pub const API_GROUP_ALL: &str = "*";
/// `*`
pub const RESOURCE_ALL: &str = "*";
/// `*`
pub const VERB_ALL: &str = "*";
/// `*`
pub const NON_RESOURCE_ALL: &str = "*";
/// `*`
pub const NAME_ALL: &str = "*";
/// `*`
pub const NAMESPACE_EVERY: &str = "*";
/// `exempt`
pub const PRIORITY_LEVEL_CONFIGURATION_NAME_EXEMPT: &str = "exempt";
/// `catch-all`
pub const PRIORITY_LEVEL_CONFIGURATION_NAME_CATCH_ALL: &str = "catch-all";
/// `exempt`
pub const FLOW_SCHEMA_NAME_EXEMPT: &str = "exempt";
/// `catch-all`
pub const FLOW_SCHEMA_NAME_CATCH_ALL: &str = "catch-all";
/// `Dangling`
pub const FLOW_SCHEMA_CONDITION_DANGLING: &str = "Dangling";
/// `ConcurrencyShared`
pub const PRIORITY_LEVEL_CONFIGURATION_CONDITION_CONCURRENCY_SHARED: &str = "ConcurrencyShared";
/// `X-Kubernetes-PF-PriorityLevel-UID`
pub const RESPONSE_HEADER_MATCHED_PRIORITY_LEVEL_CONFIGURATION_UID: &str =
    "X-Kubernetes-PF-PriorityLevel-UID";
/// `X-Kubernetes-PF-FlowSchema-UID`
pub const RESPONSE_HEADER_MATCHED_FLOW_SCHEMA_UID: &str = "X-Kubernetes-PF-FlowSchema-UID";
/// `apf.kubernetes.io/autoupdate-spec`
pub const AUTO_UPDATE_ANNOTATION_KEY: &str = "apf.kubernetes.io/autoupdate-spec";
/// `ByUser`
pub const FLOW_DISTINGUISHER_METHOD_BY_USER_TYPE: &str = "ByUser";
/// `ByNamespace`
pub const FLOW_DISTINGUISHER_METHOD_BY_NAMESPACE_TYPE: &str = "ByNamespace";
/// `User`
pub const SUBJECT_KIND_USER: &str = "User";
/// `Group`
pub const SUBJECT_KIND_GROUP: &str = "Group";
/// `ServiceAccount`
pub const SUBJECT_KIND_SERVICE_ACCOUNT: &str = "ServiceAccount";
/// `Exempt`
pub const PRIORITY_LEVEL_ENABLEMENT_EXEMPT: &str = "Exempt";
/// `Limited`
pub const PRIORITY_LEVEL_ENABLEMENT_LIMITED: &str = "Limited";
/// `Queue`
pub const LIMIT_RESPONSE_TYPE_QUEUE: &str = "Queue";
/// `Reject`
pub const LIMIT_RESPONSE_TYPE_REJECT: &str = "Reject";
/// `True`
pub const CONDITION_TRUE: &str = "True";
/// `False`
pub const CONDITION_FALSE: &str = "False";
/// `Unknown`
pub const CONDITION_UNKNOWN: &str = "Unknown";
