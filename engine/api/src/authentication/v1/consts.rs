//! `authentication.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `Impersonate-User`
pub const IMPERSONATE_USER_HEADER: &str = "Impersonate-User";
/// `Impersonate-Group`
pub const IMPERSONATE_GROUP_HEADER: &str = "Impersonate-Group";
/// `Impersonate-Uid`
pub const IMPERSONATE_UID_HEADER: &str = "Impersonate-Uid";
/// `Impersonate-Extra-`
pub const IMPERSONATE_USER_EXTRA_HEADER_PREFIX: &str = "Impersonate-Extra-";
