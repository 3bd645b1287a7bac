//! `v1`: service types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::{Condition, ObjectMeta};
use apimachinery::{IntOrString, Map, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct SessionAffinityConfig("v1.SessionAffinityConfig") {
        client_ip: Option<Shared<ClientIPConfig>> = "clientIP" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ClientIPConfig("v1.ClientIPConfig") {
        timeout_seconds: Option<i32> = "timeoutSeconds" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ServiceStatus("v1.ServiceStatus") {
        load_balancer: LoadBalancerStatus = "loadBalancer" omitempty,
        conditions: Vec<Condition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// Part of the `v1` API.
    pub struct LoadBalancerStatus("v1.LoadBalancerStatus") {
        ingress: Vec<LoadBalancerIngress> = "ingress" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct LoadBalancerIngress("v1.LoadBalancerIngress") {
        ip: Str = "ip" omitempty,
        hostname: Str = "hostname" omitempty,
        ip_mode: Option<Str> = "ipMode" omitempty go("v1.LoadBalancerIPMode"),
        ports: Vec<PortStatus> = "ports" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct ServiceSpec("v1.ServiceSpec") {
        ports: Vec<ServicePort> = "ports" omitempty merge("port") list_map(&["port", "protocol"]),
        selector: Map<Str, Str> = "selector" omitempty atomic,
        cluster_ip: Str = "clusterIP" omitempty,
        cluster_ips: Vec<Str> = "clusterIPs" omitempty atomic,
        type_: Str = "type" omitempty go("v1.ServiceType"),
        external_ips: Vec<Str> = "externalIPs" omitempty atomic,
        session_affinity: Str = "sessionAffinity" omitempty go("v1.ServiceAffinity"),
        load_balancer_ip: Str = "loadBalancerIP" omitempty,
        load_balancer_source_ranges: Vec<Str> = "loadBalancerSourceRanges" omitempty atomic,
        external_name: Str = "externalName" omitempty,
        external_traffic_policy: Str = "externalTrafficPolicy" omitempty go("v1.ServiceExternalTrafficPolicy"),
        health_check_node_port: i32 = "healthCheckNodePort" omitempty,
        publish_not_ready_addresses: bool = "publishNotReadyAddresses" omitempty,
        session_affinity_config: Option<Shared<SessionAffinityConfig>> = "sessionAffinityConfig" omitempty,
        ip_families: Vec<Str> = "ipFamilies" omitempty go("[]v1.IPFamily") atomic,
        ip_family_policy: Option<Str> = "ipFamilyPolicy" omitempty go("v1.IPFamilyPolicy"),
        allocate_load_balancer_node_ports: Option<bool> = "allocateLoadBalancerNodePorts" omitempty,
        load_balancer_class: Option<Str> = "loadBalancerClass" omitempty,
        internal_traffic_policy: Option<Str> = "internalTrafficPolicy" omitempty go("v1.ServiceInternalTrafficPolicy"),
        traffic_distribution: Option<Str> = "trafficDistribution" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ServicePort("v1.ServicePort") {
        name: Str = "name" omitempty,
        protocol: Str = "protocol" omitempty go("v1.Protocol") default("TCP"),
        app_protocol: Option<Str> = "appProtocol" omitempty,
        port: i32 = "port",
        target_port: IntOrString = "targetPort" omitempty,
        node_port: i32 = "nodePort" omitempty,
    }

    /// The kind `Service` of `v1`.
    pub struct Service("v1.Service", kind "v1" "Service") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<ServiceSpec> = "spec" omitempty,
        status: Shared<ServiceStatus> = "status" omitempty,
    }

    /// Part of the `v1` API.
    pub struct PortStatus("v1.PortStatus") {
        port: i32 = "port",
        protocol: Str = "protocol" go("v1.Protocol"),
        error: Option<Str> = "error" omitempty,
    }
}

apimachinery::api_kind! {
    Service { "" "v1" "v1", services service [svc] true ["all"] }
}
