//! `v1`: pod spec types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{
    Affinity, Container, EphemeralContainer, LocalObjectReference, PodSecurityContext,
    ResourceRequirements, Toleration, TopologySpreadConstraint, Volume,
};
use apimachinery::{Map, Quantity, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct PodReadinessGate("v1.PodReadinessGate") {
        condition_type: Str = "conditionType" go("v1.PodConditionType"),
    }

    /// Part of the `v1` API.
    pub struct PodSpec("v1.PodSpec") {
        volumes: Vec<Volume> = "volumes" omitempty merge("name") retain_keys list_map(&["name"]),
        init_containers: Vec<Container> = "initContainers" omitempty merge("name") list_map(&["name"]),
        containers: Vec<Container> = "containers" merge("name") list_map(&["name"]),
        ephemeral_containers: Vec<EphemeralContainer> = "ephemeralContainers" omitempty merge("name") list_map(&["name"]),
        restart_policy: Str = "restartPolicy" omitempty go("v1.RestartPolicy"),
        termination_grace_period_seconds: Option<i64> = "terminationGracePeriodSeconds" omitempty,
        active_deadline_seconds: Option<i64> = "activeDeadlineSeconds" omitempty,
        dns_policy: Str = "dnsPolicy" omitempty go("v1.DNSPolicy"),
        node_selector: Map<Str, Str> = "nodeSelector" omitempty atomic,
        service_account_name: Str = "serviceAccountName" omitempty,
        service_account: Str = "serviceAccount" omitempty,
        automount_service_account_token: Option<bool> = "automountServiceAccountToken" omitempty,
        node_name: Str = "nodeName" omitempty,
        host_network: bool = "hostNetwork" omitempty,
        host_pid: bool = "hostPID" omitempty,
        host_ipc: bool = "hostIPC" omitempty,
        share_process_namespace: Option<bool> = "shareProcessNamespace" omitempty,
        security_context: Option<Shared<PodSecurityContext>> = "securityContext" omitempty,
        image_pull_secrets: Vec<LocalObjectReference> = "imagePullSecrets" omitempty merge("name") list_map(&["name"]),
        hostname: Str = "hostname" omitempty,
        subdomain: Str = "subdomain" omitempty,
        affinity: Option<Shared<Affinity>> = "affinity" omitempty,
        scheduler_name: Str = "schedulerName" omitempty,
        tolerations: Vec<Toleration> = "tolerations" omitempty atomic,
        host_aliases: Vec<HostAlias> = "hostAliases" omitempty merge("ip") list_map(&["ip"]),
        priority_class_name: Str = "priorityClassName" omitempty,
        priority: Option<i32> = "priority" omitempty,
        dns_config: Option<Shared<PodDNSConfig>> = "dnsConfig" omitempty,
        readiness_gates: Vec<PodReadinessGate> = "readinessGates" omitempty atomic,
        runtime_class_name: Option<Str> = "runtimeClassName" omitempty,
        enable_service_links: Option<bool> = "enableServiceLinks" omitempty,
        preemption_policy: Option<Str> = "preemptionPolicy" omitempty go("v1.PreemptionPolicy"),
        overhead: Map<Str, Quantity> = "overhead" omitempty go("v1.ResourceList"),
        topology_spread_constraints: Vec<TopologySpreadConstraint> = "topologySpreadConstraints" omitempty merge("topologyKey") list_map(&["topologyKey", "whenUnsatisfiable"]),
        set_hostname_as_fqdn: Option<bool> = "setHostnameAsFQDN" omitempty,
        os: Option<Shared<PodOS>> = "os" omitempty,
        host_users: Option<bool> = "hostUsers" omitempty,
        scheduling_gates: Vec<PodSchedulingGate> = "schedulingGates" omitempty merge("name") list_map(&["name"]),
        resource_claims: Vec<PodResourceClaim> = "resourceClaims" omitempty merge("name") retain_keys list_map(&["name"]),
        resources: Option<Shared<ResourceRequirements>> = "resources" omitempty,
        hostname_override: Option<Str> = "hostnameOverride" omitempty,
        scheduling_group: Option<Shared<PodSchedulingGroup>> = "schedulingGroup" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PodResourceClaim("v1.PodResourceClaim") {
        name: Str = "name",
        resource_claim_name: Option<Str> = "resourceClaimName" omitempty,
        resource_claim_template_name: Option<Str> = "resourceClaimTemplateName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PodOS("v1.PodOS") {
        name: Str = "name" go("v1.OSName"),
    }

    /// Part of the `v1` API.
    pub struct PodSchedulingGate("v1.PodSchedulingGate") {
        name: Str = "name",
    }

    /// Part of the `v1` API.
    pub struct PodSchedulingGroup("v1.PodSchedulingGroup") {
        pod_group_name: Option<Str> = "podGroupName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct HostAlias("v1.HostAlias") {
        ip: Str = "ip",
        hostnames: Vec<Str> = "hostnames" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct PodDNSConfig("v1.PodDNSConfig") {
        nameservers: Vec<Str> = "nameservers" omitempty atomic,
        searches: Vec<Str> = "searches" omitempty atomic,
        options: Vec<PodDNSConfigOption> = "options" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct PodDNSConfigOption("v1.PodDNSConfigOption") {
        name: Str = "name" omitempty,
        value: Option<Str> = "value" omitempty,
    }
}
