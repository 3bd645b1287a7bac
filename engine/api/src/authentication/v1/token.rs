//! `authentication.k8s.io/v1`: token types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Map, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `TokenReview` of `authentication.k8s.io/v1`.
    pub struct TokenReview("v1.TokenReview", kind "authentication.k8s.io/v1" "TokenReview") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<TokenReviewSpec> = "spec",
        status: Shared<TokenReviewStatus> = "status" omitempty,
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct TokenReviewSpec("v1.TokenReviewSpec") {
        token: Str = "token" omitempty,
        audiences: Vec<Str> = "audiences" omitempty atomic,
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct TokenReviewStatus("v1.TokenReviewStatus") {
        authenticated: bool = "authenticated" omitempty,
        user: UserInfo = "user" omitempty,
        audiences: Vec<Str> = "audiences" omitempty atomic,
        error: Str = "error" omitempty,
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct UserInfo("v1.UserInfo") {
        username: Str = "username" omitempty,
        uid: Str = "uid" omitempty,
        groups: Vec<Str> = "groups" omitempty atomic,
        extra: Map<Str, Vec<Str>> = "extra" omitempty go("map[string]v1.ExtraValue"),
    }

    /// The kind `TokenRequest` of `authentication.k8s.io/v1`.
    pub struct TokenRequest("v1.TokenRequest", kind "authentication.k8s.io/v1" "TokenRequest") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<TokenRequestSpec> = "spec",
        status: Shared<TokenRequestStatus> = "status" omitempty,
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct TokenRequestSpec("v1.TokenRequestSpec") {
        audiences: Vec<Str> = "audiences" atomic,
        expiration_seconds: Option<i64> = "expirationSeconds",
        bound_object_ref: Option<Shared<BoundObjectReference>> = "boundObjectRef",
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct TokenRequestStatus("v1.TokenRequestStatus") {
        token: Str = "token",
        expiration_timestamp: Time = "expirationTimestamp",
    }

    /// Part of the `authentication.k8s.io/v1` API.
    pub struct BoundObjectReference("v1.BoundObjectReference") {
        kind: Str = "kind" omitempty,
        api_version: Str = "apiVersion" omitempty,
        name: Str = "name" omitempty,
        uid: Str = "uid" omitempty go("types.UID"),
    }
}

apimachinery::api_kind! {
    TokenReview { "authentication.k8s.io" "v1" "authentication.k8s.io/v1", tokenreviews tokenreview [] false [] }
    TokenRequest { "authentication.k8s.io" "v1" "authentication.k8s.io/v1", tokenrequests tokenrequest [] true [] }
}
