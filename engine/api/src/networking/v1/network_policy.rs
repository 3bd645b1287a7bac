//! `networking.k8s.io/v1`: network policy types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{IntOrString, Shared, Str};

apimachinery::api_struct! {
    /// The kind `NetworkPolicy` of `networking.k8s.io/v1`.
    pub struct NetworkPolicy("v1.NetworkPolicy", kind "networking.k8s.io/v1" "NetworkPolicy") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<NetworkPolicySpec> = "spec" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct NetworkPolicySpec("v1.NetworkPolicySpec") {
        pod_selector: LabelSelector = "podSelector" atomic,
        ingress: Vec<NetworkPolicyIngressRule> = "ingress" omitempty atomic,
        egress: Vec<NetworkPolicyEgressRule> = "egress" omitempty atomic,
        policy_types: Vec<Str> = "policyTypes" omitempty go("[]v1.PolicyType") atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct NetworkPolicyIngressRule("v1.NetworkPolicyIngressRule") {
        ports: Vec<NetworkPolicyPort> = "ports" omitempty atomic,
        from: Vec<NetworkPolicyPeer> = "from" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct NetworkPolicyEgressRule("v1.NetworkPolicyEgressRule") {
        ports: Vec<NetworkPolicyPort> = "ports" omitempty atomic,
        to: Vec<NetworkPolicyPeer> = "to" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct NetworkPolicyPort("v1.NetworkPolicyPort") {
        protocol: Option<Str> = "protocol" omitempty go("v1.Protocol"),
        port: Option<IntOrString> = "port" omitempty,
        end_port: Option<i32> = "endPort" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IPBlock("v1.IPBlock") {
        cidr: Str = "cidr",
        except: Vec<Str> = "except" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct NetworkPolicyPeer("v1.NetworkPolicyPeer") {
        pod_selector: Option<Shared<LabelSelector>> = "podSelector" omitempty atomic,
        namespace_selector: Option<Shared<LabelSelector>> = "namespaceSelector" omitempty atomic,
        ip_block: Option<Shared<IPBlock>> = "ipBlock" omitempty,
    }
}

apimachinery::api_kind! {
    NetworkPolicy { "networking.k8s.io" "v1" "networking.k8s.io/v1", networkpolicies networkpolicy [netpol] true [] }
}
