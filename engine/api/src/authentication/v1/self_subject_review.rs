//! `authentication.k8s.io/v1`: self subject review types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::UserInfo;
use crate::meta::v1::ObjectMeta;
use apimachinery::Shared;

apimachinery::api_struct! {
    /// The kind `SelfSubjectReview` of `authentication.k8s.io/v1`.
    pub struct SelfSubjectReview("v1.SelfSubjectReview", kind "authentication.k8s.io/v1" "SelfSubjectReview") {
        metadata: ObjectMeta = "metadata" omitempty,
        status: Shared<SelfSubjectReviewStatus> = "status" omitempty,
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct SelfSubjectReviewStatus("v1.SelfSubjectReviewStatus") {
        user_info: UserInfo = "userInfo" omitempty,
    }
}

apimachinery::api_kind! {
    SelfSubjectReview { "authentication.k8s.io" "v1" "authentication.k8s.io/v1", selfsubjectreviews selfsubjectreview [] false [] }
}
