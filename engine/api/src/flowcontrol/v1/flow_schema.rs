//! `flowcontrol.apiserver.k8s.io/v1`: flow schema types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `FlowSchema` of `flowcontrol.apiserver.k8s.io/v1`.
    pub struct FlowSchema("v1.FlowSchema", kind "flowcontrol.apiserver.k8s.io/v1" "FlowSchema") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<FlowSchemaSpec> = "spec" omitempty,
        status: Shared<FlowSchemaStatus> = "status" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct FlowSchemaSpec("v1.FlowSchemaSpec") {
        priority_level_configuration: PriorityLevelConfigurationReference = "priorityLevelConfiguration",
        matching_precedence: i32 = "matchingPrecedence",
        distinguisher_method: Option<Shared<FlowDistinguisherMethod>> = "distinguisherMethod" omitempty,
        rules: Vec<PolicyRulesWithSubjects> = "rules" omitempty atomic,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct FlowDistinguisherMethod("v1.FlowDistinguisherMethod") {
        type_: Str = "type" go("v1.FlowDistinguisherMethodType"),
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct PriorityLevelConfigurationReference("v1.PriorityLevelConfigurationReference") {
        name: Str = "name",
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct PolicyRulesWithSubjects("v1.PolicyRulesWithSubjects") {
        subjects: Vec<Subject> = "subjects" atomic,
        resource_rules: Vec<ResourcePolicyRule> = "resourceRules" omitempty atomic,
        non_resource_rules: Vec<NonResourcePolicyRule> = "nonResourceRules" omitempty atomic,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct Subject("v1.Subject") {
        kind: Str = "kind" go("v1.SubjectKind"),
        user: Option<Shared<UserSubject>> = "user" omitempty,
        group: Option<Shared<GroupSubject>> = "group" omitempty,
        service_account: Option<Shared<ServiceAccountSubject>> = "serviceAccount" omitempty,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct UserSubject("v1.UserSubject") {
        name: Str = "name",
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct GroupSubject("v1.GroupSubject") {
        name: Str = "name",
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct ServiceAccountSubject("v1.ServiceAccountSubject") {
        namespace: Str = "namespace",
        name: Str = "name",
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct ResourcePolicyRule("v1.ResourcePolicyRule") {
        verbs: Vec<Str> = "verbs" set,
        api_groups: Vec<Str> = "apiGroups" set,
        resources: Vec<Str> = "resources" set,
        cluster_scope: bool = "clusterScope" omitempty,
        namespaces: Vec<Str> = "namespaces" set,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct NonResourcePolicyRule("v1.NonResourcePolicyRule") {
        verbs: Vec<Str> = "verbs" set,
        non_resource_urls: Vec<Str> = "nonResourceURLs" set,
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct FlowSchemaStatus("v1.FlowSchemaStatus") {
        conditions: Vec<FlowSchemaCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `flowcontrol.apiserver.k8s.io/v1` API.
    pub struct FlowSchemaCondition("v1.FlowSchemaCondition") {
        type_: Str = "type" omitempty go("v1.FlowSchemaConditionType"),
        status: Str = "status" omitempty go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }
}

apimachinery::api_kind! {
    FlowSchema { "flowcontrol.apiserver.k8s.io" "v1" "flowcontrol.apiserver.k8s.io/v1", flowschemas flowschema [] false [] }
}
