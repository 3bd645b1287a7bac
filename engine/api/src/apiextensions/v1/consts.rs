//! `apiextensions.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `api-approved.kubernetes.io`
pub const KUBE_API_APPROVED_ANNOTATION: &str = "api-approved.kubernetes.io";
/// `None`
pub const NONE_CONVERTER: &str = "None";
/// `Webhook`
pub const WEBHOOK_CONVERTER: &str = "Webhook";
/// `Cluster`
pub const CLUSTER_SCOPED: &str = "Cluster";
/// `Namespaced`
pub const NAMESPACE_SCOPED: &str = "Namespaced";
/// `True`
pub const CONDITION_TRUE: &str = "True";
/// `False`
pub const CONDITION_FALSE: &str = "False";
/// `Unknown`
pub const CONDITION_UNKNOWN: &str = "Unknown";
/// `Established`
pub const ESTABLISHED: &str = "Established";
/// `NamesAccepted`
pub const NAMES_ACCEPTED: &str = "NamesAccepted";
/// `NonStructuralSchema`
pub const NON_STRUCTURAL_SCHEMA: &str = "NonStructuralSchema";
/// `Terminating`
pub const TERMINATING: &str = "Terminating";
/// `KubernetesAPIApprovalPolicyConformant`
pub const KUBERNETES_API_APPROVAL_POLICY_CONFORMANT: &str = "KubernetesAPIApprovalPolicyConformant";
/// `StorageMigrating`
pub const STORAGE_MIGRATING: &str = "StorageMigrating";
/// `customresourcecleanup.apiextensions.k8s.io`
pub const CUSTOM_RESOURCE_CLEANUP_FINALIZER: &str = "customresourcecleanup.apiextensions.k8s.io";
/// `FieldValueRequired`
pub const FIELD_VALUE_REQUIRED: &str = "FieldValueRequired";
/// `FieldValueDuplicate`
pub const FIELD_VALUE_DUPLICATE: &str = "FieldValueDuplicate";
/// `FieldValueInvalid`
pub const FIELD_VALUE_INVALID: &str = "FieldValueInvalid";
/// `FieldValueForbidden`
pub const FIELD_VALUE_FORBIDDEN: &str = "FieldValueForbidden";
