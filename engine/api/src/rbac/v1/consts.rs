//! `rbac.authorization.k8s.io/v1`: the values of its string types and well-known names.
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
/// `Group`
pub const GROUP_KIND: &str = "Group";
/// `ServiceAccount`
pub const SERVICE_ACCOUNT_KIND: &str = "ServiceAccount";
/// `User`
pub const USER_KIND: &str = "User";
/// `rbac.authorization.kubernetes.io/autoupdate`
pub const AUTO_UPDATE_ANNOTATION_KEY: &str = "rbac.authorization.kubernetes.io/autoupdate";
