//! `v1`: probe types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use apimachinery::{IntOrString, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct HTTPHeader("v1.HTTPHeader") {
        name: Str = "name",
        value: Str = "value",
    }

    /// Part of the `v1` API.
    pub struct HTTPGetAction("v1.HTTPGetAction") {
        path: Str = "path" omitempty,
        port: IntOrString = "port",
        host: Str = "host" omitempty,
        scheme: Str = "scheme" omitempty go("v1.URIScheme"),
        http_headers: Vec<HTTPHeader> = "httpHeaders" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct TCPSocketAction("v1.TCPSocketAction") {
        port: IntOrString = "port",
        host: Str = "host" omitempty,
    }

    /// Part of the `v1` API.
    pub struct GRPCAction("v1.GRPCAction") {
        port: i32 = "port",
        service: Option<Str> = "service",
    }

    /// Part of the `v1` API.
    pub struct ExecAction("v1.ExecAction") {
        command: Vec<Str> = "command" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct SleepAction("v1.SleepAction") {
        seconds: i64 = "seconds",
    }

    /// Part of the `v1` API.
    pub struct Probe("v1.Probe") {
        exec: Option<Shared<ExecAction>> = "exec" omitempty,
        http_get: Option<Shared<HTTPGetAction>> = "httpGet" omitempty,
        tcp_socket: Option<Shared<TCPSocketAction>> = "tcpSocket" omitempty,
        grpc: Option<Shared<GRPCAction>> = "grpc" omitempty,
        initial_delay_seconds: i32 = "initialDelaySeconds" omitempty,
        timeout_seconds: i32 = "timeoutSeconds" omitempty,
        period_seconds: i32 = "periodSeconds" omitempty,
        success_threshold: i32 = "successThreshold" omitempty,
        failure_threshold: i32 = "failureThreshold" omitempty,
        termination_grace_period_seconds: Option<i64> = "terminationGracePeriodSeconds" omitempty,
    }

    /// Part of the `v1` API.
    pub struct LifecycleHandler("v1.LifecycleHandler") {
        exec: Option<Shared<ExecAction>> = "exec" omitempty,
        http_get: Option<Shared<HTTPGetAction>> = "httpGet" omitempty,
        tcp_socket: Option<Shared<TCPSocketAction>> = "tcpSocket" omitempty,
        sleep: Option<Shared<SleepAction>> = "sleep" omitempty,
    }

    /// Part of the `v1` API.
    pub struct Lifecycle("v1.Lifecycle") {
        post_start: Option<Shared<LifecycleHandler>> = "postStart" omitempty,
        pre_stop: Option<Shared<LifecycleHandler>> = "preStop" omitempty,
        stop_signal: Option<Str> = "stopSignal" omitempty go("v1.Signal"),
    }
}
