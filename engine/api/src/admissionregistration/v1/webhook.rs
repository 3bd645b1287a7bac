//! `admissionregistration.k8s.io/v1`: webhook types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Bytes, Shared, Str};

apimachinery::api_struct! {
    /// The kind `ValidatingWebhookConfiguration` of `admissionregistration.k8s.io/v1`.
    pub struct ValidatingWebhookConfiguration("v1.ValidatingWebhookConfiguration", kind "admissionregistration.k8s.io/v1" "ValidatingWebhookConfiguration") {
        metadata: ObjectMeta = "metadata" omitempty,
        webhooks: Vec<ValidatingWebhook> = "webhooks" omitempty merge("name") list_map(&["name"]),
    }

    /// The kind `MutatingWebhookConfiguration` of `admissionregistration.k8s.io/v1`.
    pub struct MutatingWebhookConfiguration("v1.MutatingWebhookConfiguration", kind "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration") {
        metadata: ObjectMeta = "metadata" omitempty,
        webhooks: Vec<MutatingWebhook> = "webhooks" omitempty merge("name") list_map(&["name"]),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ValidatingWebhook("v1.ValidatingWebhook") {
        name: Str = "name",
        client_config: WebhookClientConfig = "clientConfig",
        rules: Vec<RuleWithOperations> = "rules" omitempty atomic,
        failure_policy: Option<Str> = "failurePolicy" omitempty go("v1.FailurePolicyType"),
        match_policy: Option<Str> = "matchPolicy" omitempty go("v1.MatchPolicyType"),
        namespace_selector: Option<Shared<LabelSelector>> = "namespaceSelector" omitempty atomic,
        object_selector: Option<Shared<LabelSelector>> = "objectSelector" omitempty atomic,
        side_effects: Option<Str> = "sideEffects" go("v1.SideEffectClass"),
        timeout_seconds: Option<i32> = "timeoutSeconds" omitempty,
        admission_review_versions: Vec<Str> = "admissionReviewVersions" atomic,
        match_conditions: Vec<MatchCondition> = "matchConditions" omitempty merge("name") list_map(&["name"]),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct MutatingWebhook("v1.MutatingWebhook") {
        name: Str = "name",
        client_config: WebhookClientConfig = "clientConfig",
        rules: Vec<RuleWithOperations> = "rules" omitempty atomic,
        failure_policy: Option<Str> = "failurePolicy" omitempty go("v1.FailurePolicyType"),
        match_policy: Option<Str> = "matchPolicy" omitempty go("v1.MatchPolicyType"),
        namespace_selector: Option<Shared<LabelSelector>> = "namespaceSelector" omitempty atomic,
        object_selector: Option<Shared<LabelSelector>> = "objectSelector" omitempty atomic,
        side_effects: Option<Str> = "sideEffects" go("v1.SideEffectClass"),
        timeout_seconds: Option<i32> = "timeoutSeconds" omitempty,
        admission_review_versions: Vec<Str> = "admissionReviewVersions" atomic,
        reinvocation_policy: Option<Str> = "reinvocationPolicy" omitempty go("v1.ReinvocationPolicyType"),
        match_conditions: Vec<MatchCondition> = "matchConditions" omitempty merge("name") list_map(&["name"]),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct RuleWithOperations("v1.RuleWithOperations") {
        operations: Vec<Str> = "operations" omitempty go("[]v1.OperationType") atomic,
        api_groups: Vec<Str> = "apiGroups" omitempty atomic,
        api_versions: Vec<Str> = "apiVersions" omitempty atomic,
        resources: Vec<Str> = "resources" omitempty atomic,
        scope: Option<Str> = "scope" omitempty go("v1.ScopeType"),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct WebhookClientConfig("v1.WebhookClientConfig") {
        url: Option<Str> = "url" omitempty,
        service: Option<Shared<ServiceReference>> = "service" omitempty,
        ca_bundle: Bytes = "caBundle" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ServiceReference("v1.ServiceReference") {
        namespace: Str = "namespace",
        name: Str = "name",
        path: Option<Str> = "path" omitempty,
        port: Option<i32> = "port" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct MatchCondition("v1.MatchCondition") {
        name: Str = "name",
        expression: Str = "expression",
    }
}

apimachinery::api_kind! {
    ValidatingWebhookConfiguration { "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1", validatingwebhookconfigurations validatingwebhookconfiguration [] false ["api-extensions"] }
    MutatingWebhookConfiguration { "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1", mutatingwebhookconfigurations mutatingwebhookconfiguration [] false ["api-extensions"] }
}
