//! `v1`: selector types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::LabelSelector;
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct NodeSelector("v1.NodeSelector") {
        node_selector_terms: Vec<NodeSelectorTerm> = "nodeSelectorTerms" atomic,
    }

    /// Part of the `v1` API.
    pub struct NodeSelectorTerm("v1.NodeSelectorTerm") {
        match_expressions: Vec<NodeSelectorRequirement> = "matchExpressions" omitempty atomic,
        match_fields: Vec<NodeSelectorRequirement> = "matchFields" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct NodeSelectorRequirement("v1.NodeSelectorRequirement") {
        key: Str = "key",
        operator: Str = "operator" go("v1.NodeSelectorOperator"),
        values: Vec<Str> = "values" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct TopologySelectorTerm("v1.TopologySelectorTerm") {
        match_label_expressions: Vec<TopologySelectorLabelRequirement> = "matchLabelExpressions" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct TopologySelectorLabelRequirement("v1.TopologySelectorLabelRequirement") {
        key: Str = "key",
        values: Vec<Str> = "values" atomic,
    }

    /// Part of the `v1` API.
    pub struct Affinity("v1.Affinity") {
        node_affinity: Option<Shared<NodeAffinity>> = "nodeAffinity" omitempty,
        pod_affinity: Option<Shared<PodAffinity>> = "podAffinity" omitempty,
        pod_anti_affinity: Option<Shared<PodAntiAffinity>> = "podAntiAffinity" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PodAffinity("v1.PodAffinity") {
        required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm> = "requiredDuringSchedulingIgnoredDuringExecution" omitempty atomic,
        preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm> = "preferredDuringSchedulingIgnoredDuringExecution" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct PodAntiAffinity("v1.PodAntiAffinity") {
        required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm> = "requiredDuringSchedulingIgnoredDuringExecution" omitempty atomic,
        preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm> = "preferredDuringSchedulingIgnoredDuringExecution" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct WeightedPodAffinityTerm("v1.WeightedPodAffinityTerm") {
        weight: i32 = "weight",
        pod_affinity_term: PodAffinityTerm = "podAffinityTerm",
    }

    /// Part of the `v1` API.
    pub struct PodAffinityTerm("v1.PodAffinityTerm") {
        label_selector: Option<Shared<LabelSelector>> = "labelSelector" omitempty atomic,
        namespaces: Vec<Str> = "namespaces" omitempty atomic,
        topology_key: Str = "topologyKey",
        namespace_selector: Option<Shared<LabelSelector>> = "namespaceSelector" omitempty atomic,
        match_label_keys: Vec<Str> = "matchLabelKeys" omitempty atomic,
        mismatch_label_keys: Vec<Str> = "mismatchLabelKeys" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct NodeAffinity("v1.NodeAffinity") {
        required_during_scheduling_ignored_during_execution: Option<Shared<NodeSelector>> = "requiredDuringSchedulingIgnoredDuringExecution" omitempty atomic,
        preferred_during_scheduling_ignored_during_execution: Vec<PreferredSchedulingTerm> = "preferredDuringSchedulingIgnoredDuringExecution" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct PreferredSchedulingTerm("v1.PreferredSchedulingTerm") {
        weight: i32 = "weight",
        preference: NodeSelectorTerm = "preference" atomic,
    }

    /// Part of the `v1` API.
    pub struct Taint("v1.Taint") {
        key: Str = "key",
        value: Str = "value" omitempty,
        effect: Str = "effect" go("v1.TaintEffect"),
        time_added: Option<Time> = "timeAdded" omitempty,
    }

    /// Part of the `v1` API.
    pub struct Toleration("v1.Toleration") {
        key: Str = "key" omitempty,
        operator: Str = "operator" omitempty go("v1.TolerationOperator"),
        value: Str = "value" omitempty,
        effect: Str = "effect" omitempty go("v1.TaintEffect"),
        toleration_seconds: Option<i64> = "tolerationSeconds" omitempty,
    }

    /// Part of the `v1` API.
    pub struct TopologySpreadConstraint("v1.TopologySpreadConstraint") {
        max_skew: i32 = "maxSkew",
        topology_key: Str = "topologyKey",
        when_unsatisfiable: Str = "whenUnsatisfiable" go("v1.UnsatisfiableConstraintAction"),
        label_selector: Option<Shared<LabelSelector>> = "labelSelector" omitempty atomic,
        min_domains: Option<i32> = "minDomains" omitempty,
        node_affinity_policy: Option<Str> = "nodeAffinityPolicy" omitempty go("v1.NodeInclusionPolicy"),
        node_taints_policy: Option<Str> = "nodeTaintsPolicy" omitempty go("v1.NodeInclusionPolicy"),
        match_label_keys: Vec<Str> = "matchLabelKeys" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct ScopeSelector("v1.ScopeSelector") {
        match_expressions: Vec<ScopedResourceSelectorRequirement> = "matchExpressions" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct ScopedResourceSelectorRequirement("v1.ScopedResourceSelectorRequirement") {
        scope_name: Str = "scopeName" go("v1.ResourceQuotaScope"),
        operator: Str = "operator" go("v1.ScopeSelectorOperator"),
        values: Vec<Str> = "values" omitempty atomic,
    }
}
