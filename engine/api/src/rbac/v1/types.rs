//! `rbac.authorization.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// Part of the `rbac.authorization.k8s.io/v1` API.
    pub struct PolicyRule("v1.PolicyRule") {
        verbs: Vec<Str> = "verbs" atomic,
        api_groups: Vec<Str> = "apiGroups" omitempty atomic,
        resources: Vec<Str> = "resources" omitempty atomic,
        resource_names: Vec<Str> = "resourceNames" omitempty atomic,
        non_resource_urls: Vec<Str> = "nonResourceURLs" omitempty atomic,
    }

    /// Part of the `rbac.authorization.k8s.io/v1` API.
    pub struct Subject("v1.Subject") {
        kind: Str = "kind",
        api_group: Str = "apiGroup" omitempty,
        name: Str = "name",
        namespace: Str = "namespace" omitempty,
    }

    /// Part of the `rbac.authorization.k8s.io/v1` API.
    pub struct RoleRef("v1.RoleRef") {
        api_group: Str = "apiGroup",
        kind: Str = "kind",
        name: Str = "name",
    }

    /// The kind `Role` of `rbac.authorization.k8s.io/v1`.
    pub struct Role("v1.Role", kind "rbac.authorization.k8s.io/v1" "Role") {
        metadata: ObjectMeta = "metadata" omitempty,
        rules: Vec<PolicyRule> = "rules" atomic,
    }

    /// The kind `RoleBinding` of `rbac.authorization.k8s.io/v1`.
    pub struct RoleBinding("v1.RoleBinding", kind "rbac.authorization.k8s.io/v1" "RoleBinding") {
        metadata: ObjectMeta = "metadata" omitempty,
        subjects: Vec<Subject> = "subjects" omitempty atomic,
        role_ref: RoleRef = "roleRef" atomic,
    }

    /// The kind `ClusterRole` of `rbac.authorization.k8s.io/v1`.
    pub struct ClusterRole("v1.ClusterRole", kind "rbac.authorization.k8s.io/v1" "ClusterRole") {
        metadata: ObjectMeta = "metadata" omitempty,
        rules: Vec<PolicyRule> = "rules" atomic,
        aggregation_rule: Option<Shared<AggregationRule>> = "aggregationRule" omitempty,
    }

    /// Part of the `rbac.authorization.k8s.io/v1` API.
    pub struct AggregationRule("v1.AggregationRule") {
        cluster_role_selectors: Vec<LabelSelector> = "clusterRoleSelectors" omitempty atomic,
    }

    /// The kind `ClusterRoleBinding` of `rbac.authorization.k8s.io/v1`.
    pub struct ClusterRoleBinding("v1.ClusterRoleBinding", kind "rbac.authorization.k8s.io/v1" "ClusterRoleBinding") {
        metadata: ObjectMeta = "metadata" omitempty,
        subjects: Vec<Subject> = "subjects" omitempty atomic,
        role_ref: RoleRef = "roleRef" atomic,
    }
}

apimachinery::api_kind! {
    Role { "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1", roles role [] true [] }
    RoleBinding { "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1", rolebindings rolebinding [] true [] }
    ClusterRole { "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1", clusterroles clusterrole [] false [] }
    ClusterRoleBinding { "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1", clusterrolebindings clusterrolebinding [] false [] }
}
