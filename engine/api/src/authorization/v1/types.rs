//! `authorization.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{FieldSelectorRequirement, LabelSelectorRequirement, ObjectMeta};
use apimachinery::{Map, Shared, Str};

apimachinery::api_struct! {
    /// The kind `SubjectAccessReview` of `authorization.k8s.io/v1`.
    pub struct SubjectAccessReview("v1.SubjectAccessReview", kind "authorization.k8s.io/v1" "SubjectAccessReview") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<SubjectAccessReviewSpec> = "spec",
        status: Shared<SubjectAccessReviewStatus> = "status" omitempty,
    }

    /// The kind `SelfSubjectAccessReview` of `authorization.k8s.io/v1`.
    pub struct SelfSubjectAccessReview("v1.SelfSubjectAccessReview", kind "authorization.k8s.io/v1" "SelfSubjectAccessReview") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<SelfSubjectAccessReviewSpec> = "spec",
        status: Shared<SubjectAccessReviewStatus> = "status" omitempty,
    }

    /// The kind `LocalSubjectAccessReview` of `authorization.k8s.io/v1`.
    pub struct LocalSubjectAccessReview("v1.LocalSubjectAccessReview", kind "authorization.k8s.io/v1" "LocalSubjectAccessReview") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<SubjectAccessReviewSpec> = "spec",
        status: Shared<SubjectAccessReviewStatus> = "status" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct ResourceAttributes("v1.ResourceAttributes") {
        namespace: Str = "namespace" omitempty,
        verb: Str = "verb" omitempty,
        group: Str = "group" omitempty,
        version: Str = "version" omitempty,
        resource: Str = "resource" omitempty,
        subresource: Str = "subresource" omitempty,
        name: Str = "name" omitempty,
        field_selector: Option<Shared<FieldSelectorAttributes>> = "fieldSelector" omitempty,
        label_selector: Option<Shared<LabelSelectorAttributes>> = "labelSelector" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct LabelSelectorAttributes("v1.LabelSelectorAttributes") {
        raw_selector: Str = "rawSelector" omitempty,
        requirements: Vec<LabelSelectorRequirement> = "requirements" omitempty atomic,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct FieldSelectorAttributes("v1.FieldSelectorAttributes") {
        raw_selector: Str = "rawSelector" omitempty,
        requirements: Vec<FieldSelectorRequirement> = "requirements" omitempty atomic,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct NonResourceAttributes("v1.NonResourceAttributes") {
        path: Str = "path" omitempty,
        verb: Str = "verb" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct SubjectAccessReviewSpec("v1.SubjectAccessReviewSpec") {
        resource_attributes: Option<Shared<ResourceAttributes>> = "resourceAttributes" omitempty,
        non_resource_attributes: Option<Shared<NonResourceAttributes>> = "nonResourceAttributes" omitempty,
        user: Str = "user" omitempty,
        groups: Vec<Str> = "groups" omitempty atomic,
        extra: Map<Str, Vec<Str>> = "extra" omitempty go("map[string]v1.ExtraValue"),
        uid: Str = "uid" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct SelfSubjectAccessReviewSpec("v1.SelfSubjectAccessReviewSpec") {
        resource_attributes: Option<Shared<ResourceAttributes>> = "resourceAttributes" omitempty,
        non_resource_attributes: Option<Shared<NonResourceAttributes>> = "nonResourceAttributes" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct SubjectAccessReviewStatus("v1.SubjectAccessReviewStatus") {
        allowed: bool = "allowed",
        denied: bool = "denied" omitempty,
        reason: Str = "reason" omitempty,
        evaluation_error: Str = "evaluationError" omitempty,
    }

    /// The kind `SelfSubjectRulesReview` of `authorization.k8s.io/v1`.
    pub struct SelfSubjectRulesReview("v1.SelfSubjectRulesReview", kind "authorization.k8s.io/v1" "SelfSubjectRulesReview") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<SelfSubjectRulesReviewSpec> = "spec",
        status: Shared<SubjectRulesReviewStatus> = "status" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct SelfSubjectRulesReviewSpec("v1.SelfSubjectRulesReviewSpec") {
        namespace: Str = "namespace" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct SubjectRulesReviewStatus("v1.SubjectRulesReviewStatus") {
        resource_rules: Vec<ResourceRule> = "resourceRules" atomic,
        non_resource_rules: Vec<NonResourceRule> = "nonResourceRules" atomic,
        incomplete: bool = "incomplete",
        evaluation_error: Str = "evaluationError" omitempty,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct ResourceRule("v1.ResourceRule") {
        verbs: Vec<Str> = "verbs" atomic,
        api_groups: Vec<Str> = "apiGroups" omitempty atomic,
        resources: Vec<Str> = "resources" omitempty atomic,
        resource_names: Vec<Str> = "resourceNames" omitempty atomic,
    }

    /// Part of the `authorization.k8s.io/v1` API.
    pub struct NonResourceRule("v1.NonResourceRule") {
        verbs: Vec<Str> = "verbs" atomic,
        non_resource_urls: Vec<Str> = "nonResourceURLs" omitempty atomic,
    }
}

apimachinery::api_kind! {
    SubjectAccessReview { "authorization.k8s.io" "v1" "authorization.k8s.io/v1", subjectaccessreviews subjectaccessreview [] false [] }
    SelfSubjectAccessReview { "authorization.k8s.io" "v1" "authorization.k8s.io/v1", selfsubjectaccessreviews selfsubjectaccessreview [] false [] }
    LocalSubjectAccessReview { "authorization.k8s.io" "v1" "authorization.k8s.io/v1", localsubjectaccessreviews localsubjectaccessreview [] true [] }
    SelfSubjectRulesReview { "authorization.k8s.io" "v1" "authorization.k8s.io/v1", selfsubjectrulesreviews selfsubjectrulesreview [] false [] }
}
