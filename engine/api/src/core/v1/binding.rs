//! `v1`: binding types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::ObjectReference;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Str, Time};

apimachinery::api_struct! {
    /// The kind `Binding` of `v1`.
    pub struct Binding("v1.Binding", kind "v1" "Binding") {
        metadata: ObjectMeta = "metadata" omitempty,
        target: ObjectReference = "target" atomic,
    }

    /// The kind `PodLogOptions` of `v1`.
    pub struct PodLogOptions("v1.PodLogOptions", kind "v1" "PodLogOptions") {
        container: Str = "container" omitempty,
        follow: bool = "follow" omitempty,
        previous: bool = "previous" omitempty,
        since_seconds: Option<i64> = "sinceSeconds" omitempty,
        since_time: Option<Time> = "sinceTime" omitempty,
        timestamps: bool = "timestamps" omitempty,
        tail_lines: Option<i64> = "tailLines" omitempty,
        limit_bytes: Option<i64> = "limitBytes" omitempty,
        insecure_skip_tls_verify_backend: bool = "insecureSkipTLSVerifyBackend" omitempty,
        stream: Option<Str> = "stream" omitempty,
    }

    /// The kind `PodAttachOptions` of `v1`.
    pub struct PodAttachOptions("v1.PodAttachOptions", kind "v1" "PodAttachOptions") {
        stdin: bool = "stdin" omitempty,
        stdout: bool = "stdout" omitempty,
        stderr: bool = "stderr" omitempty,
        tty: bool = "tty" omitempty,
        container: Str = "container" omitempty,
    }

    /// The kind `PodExecOptions` of `v1`.
    pub struct PodExecOptions("v1.PodExecOptions", kind "v1" "PodExecOptions") {
        stdin: bool = "stdin" omitempty,
        stdout: bool = "stdout" omitempty,
        stderr: bool = "stderr" omitempty,
        tty: bool = "tty" omitempty,
        container: Str = "container" omitempty,
        command: Vec<Str> = "command" atomic,
    }

    /// The kind `PodPortForwardOptions` of `v1`.
    pub struct PodPortForwardOptions("v1.PodPortForwardOptions", kind "v1" "PodPortForwardOptions") {
        ports: Vec<i32> = "ports" omitempty atomic,
    }

    /// The kind `PodProxyOptions` of `v1`.
    pub struct PodProxyOptions("v1.PodProxyOptions", kind "v1" "PodProxyOptions") {
        path: Str = "path" omitempty,
    }

    /// The kind `NodeProxyOptions` of `v1`.
    pub struct NodeProxyOptions("v1.NodeProxyOptions", kind "v1" "NodeProxyOptions") {
        path: Str = "path" omitempty,
    }

    /// The kind `ServiceProxyOptions` of `v1`.
    pub struct ServiceProxyOptions("v1.ServiceProxyOptions", kind "v1" "ServiceProxyOptions") {
        path: Str = "path" omitempty,
    }
}

apimachinery::api_kind! {
    Binding { "" "v1" "v1", bindings binding [] true [] }
}
