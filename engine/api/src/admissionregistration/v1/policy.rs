//! `admissionregistration.k8s.io/v1`: policy types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::MatchCondition;
use crate::meta::v1::{Condition, LabelSelector, ObjectMeta};
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// The kind `ValidatingAdmissionPolicy` of `admissionregistration.k8s.io/v1`.
    pub struct ValidatingAdmissionPolicy("v1.ValidatingAdmissionPolicy", kind "admissionregistration.k8s.io/v1" "ValidatingAdmissionPolicy") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ValidatingAdmissionPolicySpec> = "spec" omitempty,
        status: Shared<ValidatingAdmissionPolicyStatus> = "status" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ValidatingAdmissionPolicyStatus("v1.ValidatingAdmissionPolicyStatus") {
        observed_generation: i64 = "observedGeneration" omitempty,
        type_checking: Option<Shared<TypeChecking>> = "typeChecking" omitempty,
        conditions: Vec<Condition> = "conditions" omitempty list_map(&["type"]),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct TypeChecking("v1.TypeChecking") {
        expression_warnings: Vec<ExpressionWarning> = "expressionWarnings" omitempty atomic,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ExpressionWarning("v1.ExpressionWarning") {
        field_ref: Str = "fieldRef",
        warning: Str = "warning",
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ValidatingAdmissionPolicySpec("v1.ValidatingAdmissionPolicySpec") {
        param_kind: Option<Shared<ParamKind>> = "paramKind" omitempty atomic,
        match_constraints: Option<Shared<MatchResources>> = "matchConstraints" omitempty atomic,
        validations: Vec<Validation> = "validations" omitempty atomic,
        failure_policy: Option<Str> = "failurePolicy" omitempty go("v1.FailurePolicyType"),
        audit_annotations: Vec<AuditAnnotation> = "auditAnnotations" omitempty atomic,
        match_conditions: Vec<MatchCondition> = "matchConditions" omitempty merge("name") list_map(&["name"]),
        variables: Vec<Variable> = "variables" omitempty merge("name") list_map(&["name"]),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ParamKind("v1.ParamKind") {
        api_version: Str = "apiVersion" omitempty,
        kind: Str = "kind" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct Validation("v1.Validation") {
        expression: Str = "expression",
        message: Str = "message" omitempty,
        reason: Option<Str> = "reason" omitempty go("v1.StatusReason"),
        message_expression: Str = "messageExpression" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct Variable("v1.Variable") {
        name: Str = "name",
        expression: Str = "expression",
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct AuditAnnotation("v1.AuditAnnotation") {
        key: Str = "key",
        value_expression: Str = "valueExpression",
    }

    /// The kind `ValidatingAdmissionPolicyBinding` of `admissionregistration.k8s.io/v1`.
    pub struct ValidatingAdmissionPolicyBinding("v1.ValidatingAdmissionPolicyBinding", kind "admissionregistration.k8s.io/v1" "ValidatingAdmissionPolicyBinding") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ValidatingAdmissionPolicyBindingSpec> = "spec" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ValidatingAdmissionPolicyBindingSpec("v1.ValidatingAdmissionPolicyBindingSpec") {
        policy_name: Str = "policyName" omitempty,
        param_ref: Option<Shared<ParamRef>> = "paramRef" omitempty atomic,
        match_resources: Option<Shared<MatchResources>> = "matchResources" omitempty atomic,
        validation_actions: Vec<Str> = "validationActions" omitempty go("[]v1.ValidationAction") set,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ParamRef("v1.ParamRef") {
        name: Str = "name" omitempty,
        namespace: Str = "namespace" omitempty,
        selector: Option<Shared<LabelSelector>> = "selector" omitempty atomic,
        parameter_not_found_action: Option<Str> = "parameterNotFoundAction" omitempty go("v1.ParameterNotFoundActionType"),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct MatchResources("v1.MatchResources") {
        namespace_selector: Option<Shared<LabelSelector>> = "namespaceSelector" omitempty atomic,
        object_selector: Option<Shared<LabelSelector>> = "objectSelector" omitempty atomic,
        resource_rules: Vec<NamedRuleWithOperations> = "resourceRules" omitempty atomic,
        exclude_resource_rules: Vec<NamedRuleWithOperations> = "excludeResourceRules" omitempty atomic,
        match_policy: Option<Str> = "matchPolicy" omitempty go("v1.MatchPolicyType"),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct NamedRuleWithOperations("v1.NamedRuleWithOperations") {
        resource_names: Vec<Str> = "resourceNames" omitempty atomic,
        operations: Vec<Str> = "operations" omitempty go("[]v1.OperationType") atomic,
        api_groups: Vec<Str> = "apiGroups" omitempty atomic,
        api_versions: Vec<Str> = "apiVersions" omitempty atomic,
        resources: Vec<Str> = "resources" omitempty atomic,
        scope: Option<Str> = "scope" omitempty go("v1.ScopeType"),
    }
}

apimachinery::api_kind! {
    ValidatingAdmissionPolicy { "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1", validatingadmissionpolicies validatingadmissionpolicy [] false ["api-extensions"] }
    ValidatingAdmissionPolicyBinding { "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1", validatingadmissionpolicybindings validatingadmissionpolicybinding [] false ["api-extensions"] }
}
