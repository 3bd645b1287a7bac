//! `networking.k8s.io/v1`: ingress types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::core::v1::TypedLocalObjectReference;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// The kind `Ingress` of `networking.k8s.io/v1`.
    pub struct Ingress("v1.Ingress", kind "networking.k8s.io/v1" "Ingress") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<IngressSpec> = "spec" omitempty,
        status: Shared<IngressStatus> = "status" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressSpec("v1.IngressSpec") {
        ingress_class_name: Option<Str> = "ingressClassName" omitempty,
        default_backend: Option<Shared<IngressBackend>> = "defaultBackend" omitempty,
        tls: Vec<IngressTLS> = "tls" omitempty atomic,
        rules: Vec<IngressRule> = "rules" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressTLS("v1.IngressTLS") {
        hosts: Vec<Str> = "hosts" omitempty atomic,
        secret_name: Str = "secretName" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressStatus("v1.IngressStatus") {
        load_balancer: IngressLoadBalancerStatus = "loadBalancer" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressLoadBalancerStatus("v1.IngressLoadBalancerStatus") {
        ingress: Vec<IngressLoadBalancerIngress> = "ingress" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressLoadBalancerIngress("v1.IngressLoadBalancerIngress") {
        ip: Str = "ip" omitempty,
        hostname: Str = "hostname" omitempty,
        ports: Vec<IngressPortStatus> = "ports" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressPortStatus("v1.IngressPortStatus") {
        port: i32 = "port",
        protocol: Str = "protocol" go("v1.Protocol"),
        error: Option<Str> = "error" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressRule("v1.IngressRule") {
        host: Str = "host" omitempty,
        http: Option<Shared<HTTPIngressRuleValue>> = "http" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct HTTPIngressRuleValue("v1.HTTPIngressRuleValue") {
        paths: Vec<HTTPIngressPath> = "paths" atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct HTTPIngressPath("v1.HTTPIngressPath") {
        path: Str = "path" omitempty,
        path_type: Option<Str> = "pathType" go("v1.PathType"),
        backend: IngressBackend = "backend",
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressBackend("v1.IngressBackend") {
        service: Option<Shared<IngressServiceBackend>> = "service" omitempty,
        resource: Option<Shared<TypedLocalObjectReference>> = "resource" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressServiceBackend("v1.IngressServiceBackend") {
        name: Str = "name",
        port: ServiceBackendPort = "port" omitempty atomic,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct ServiceBackendPort("v1.ServiceBackendPort") {
        name: Str = "name" omitempty,
        number: i32 = "number" omitempty,
    }

    /// The kind `IngressClass` of `networking.k8s.io/v1`.
    pub struct IngressClass("v1.IngressClass", kind "networking.k8s.io/v1" "IngressClass") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<IngressClassSpec> = "spec" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressClassSpec("v1.IngressClassSpec") {
        controller: Str = "controller" omitempty,
        parameters: Option<Shared<IngressClassParametersReference>> = "parameters" omitempty,
    }

    /// Part of the `networking.k8s.io/v1` API.
    pub struct IngressClassParametersReference("v1.IngressClassParametersReference") {
        api_group: Option<Str> = "apiGroup" omitempty,
        kind: Str = "kind",
        name: Str = "name",
        scope: Option<Str> = "scope",
        namespace: Option<Str> = "namespace" omitempty,
    }
}

apimachinery::api_kind! {
    Ingress { "networking.k8s.io" "v1" "networking.k8s.io/v1", ingresses ingress [ing] true [] }
    IngressClass { "networking.k8s.io" "v1" "networking.k8s.io/v1", ingressclasses ingressclass [] false [] }
}
