//! `admissionregistration.k8s.io/v1`: mutating policy types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{MatchCondition, MatchResources, ParamKind, ParamRef, Variable};
use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// The kind `MutatingAdmissionPolicy` of `admissionregistration.k8s.io/v1`.
    pub struct MutatingAdmissionPolicy("v1.MutatingAdmissionPolicy", kind "admissionregistration.k8s.io/v1" "MutatingAdmissionPolicy") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<MutatingAdmissionPolicySpec> = "spec" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct MutatingAdmissionPolicySpec("v1.MutatingAdmissionPolicySpec") {
        param_kind: Option<Shared<ParamKind>> = "paramKind" omitempty atomic,
        match_constraints: Option<Shared<MatchResources>> = "matchConstraints" omitempty atomic,
        variables: Vec<Variable> = "variables" omitempty atomic,
        mutations: Vec<Mutation> = "mutations" omitempty atomic,
        failure_policy: Option<Str> = "failurePolicy" omitempty go("v1.FailurePolicyType"),
        match_conditions: Vec<MatchCondition> = "matchConditions" omitempty merge("name") list_map(&["name"]),
        reinvocation_policy: Str = "reinvocationPolicy" omitempty go("v1.ReinvocationPolicyType"),
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct Mutation("v1.Mutation") {
        patch_type: Str = "patchType" go("v1.PatchType"),
        apply_configuration: Option<Shared<ApplyConfiguration>> = "applyConfiguration" omitempty,
        json_patch: Option<Shared<JSONPatch>> = "jsonPatch" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct ApplyConfiguration("v1.ApplyConfiguration") {
        expression: Str = "expression" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct JSONPatch("v1.JSONPatch") {
        expression: Str = "expression" omitempty,
    }

    /// The kind `MutatingAdmissionPolicyBinding` of `admissionregistration.k8s.io/v1`.
    pub struct MutatingAdmissionPolicyBinding("v1.MutatingAdmissionPolicyBinding", kind "admissionregistration.k8s.io/v1" "MutatingAdmissionPolicyBinding") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<MutatingAdmissionPolicyBindingSpec> = "spec" omitempty,
    }

    /// Part of the `admissionregistration.k8s.io/v1` API.
    pub struct MutatingAdmissionPolicyBindingSpec("v1.MutatingAdmissionPolicyBindingSpec") {
        policy_name: Str = "policyName" omitempty,
        param_ref: Option<Shared<ParamRef>> = "paramRef" omitempty atomic,
        match_resources: Option<Shared<MatchResources>> = "matchResources" omitempty atomic,
    }
}

apimachinery::api_kind! {
    MutatingAdmissionPolicy { "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1", mutatingadmissionpolicies mutatingadmissionpolicy [] false ["api-extensions"] }
    MutatingAdmissionPolicyBinding { "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1", mutatingadmissionpolicybindings mutatingadmissionpolicybinding [] false ["api-extensions"] }
}
