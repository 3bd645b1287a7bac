//! `v1`: container types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{
    ConfigMapKeySelector, FileKeySelector, Lifecycle, ObjectFieldSelector, Probe,
    ResourceFieldSelector, SecretKeySelector, SecurityContext,
};
use apimachinery::{Map, Quantity, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct ContainerPort("v1.ContainerPort") {
        name: Str = "name" omitempty,
        host_port: i32 = "hostPort" omitempty,
        container_port: i32 = "containerPort",
        protocol: Str = "protocol" omitempty go("v1.Protocol") default("TCP"),
        host_ip: Str = "hostIP" omitempty,
    }

    /// Part of the `v1` API.
    pub struct VolumeMount("v1.VolumeMount") {
        name: Str = "name",
        read_only: bool = "readOnly" omitempty,
        recursive_read_only: Option<Str> = "recursiveReadOnly" omitempty go("v1.RecursiveReadOnlyMode"),
        mount_path: Str = "mountPath",
        sub_path: Str = "subPath" omitempty,
        mount_propagation: Option<Str> = "mountPropagation" omitempty go("v1.MountPropagationMode"),
        sub_path_expr: Str = "subPathExpr" omitempty,
    }

    /// Part of the `v1` API.
    pub struct VolumeDevice("v1.VolumeDevice") {
        name: Str = "name",
        device_path: Str = "devicePath",
    }

    /// Part of the `v1` API.
    pub struct EnvVar("v1.EnvVar") {
        name: Str = "name",
        value: Str = "value" omitempty,
        value_from: Option<Shared<EnvVarSource>> = "valueFrom" omitempty,
    }

    /// Part of the `v1` API.
    pub struct EnvVarSource("v1.EnvVarSource") {
        field_ref: Option<Shared<ObjectFieldSelector>> = "fieldRef" omitempty atomic,
        resource_field_ref: Option<Shared<ResourceFieldSelector>> = "resourceFieldRef" omitempty atomic,
        config_map_key_ref: Option<Shared<ConfigMapKeySelector>> = "configMapKeyRef" omitempty atomic,
        secret_key_ref: Option<Shared<SecretKeySelector>> = "secretKeyRef" omitempty atomic,
        file_key_ref: Option<Shared<FileKeySelector>> = "fileKeyRef" omitempty atomic,
    }

    /// Part of the `v1` API.
    pub struct EnvFromSource("v1.EnvFromSource") {
        prefix: Str = "prefix" omitempty,
        config_map_ref: Option<Shared<ConfigMapEnvSource>> = "configMapRef" omitempty,
        secret_ref: Option<Shared<SecretEnvSource>> = "secretRef" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ConfigMapEnvSource("v1.ConfigMapEnvSource") {
        name: Str = "name" omitempty,
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct SecretEnvSource("v1.SecretEnvSource") {
        name: Str = "name" omitempty,
        optional: Option<bool> = "optional" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerResizePolicy("v1.ContainerResizePolicy") {
        resource_name: Str = "resourceName" go("v1.ResourceName"),
        restart_policy: Str = "restartPolicy" go("v1.ResourceResizeRestartPolicy"),
    }

    /// Part of the `v1` API.
    pub struct Capabilities("v1.Capabilities") {
        add: Vec<Str> = "add" omitempty go("[]v1.Capability") atomic,
        drop: Vec<Str> = "drop" omitempty go("[]v1.Capability") atomic,
    }

    /// Part of the `v1` API.
    pub struct ResourceRequirements("v1.ResourceRequirements") {
        limits: Map<Str, Quantity> = "limits" omitempty go("v1.ResourceList"),
        requests: Map<Str, Quantity> = "requests" omitempty go("v1.ResourceList"),
        claims: Vec<ResourceClaim> = "claims" omitempty list_map(&["name"]),
    }

    /// Part of the `v1` API.
    pub struct ResourceClaim("v1.ResourceClaim") {
        name: Str = "name",
        request: Str = "request" omitempty,
    }

    /// Part of the `v1` API.
    pub struct Container("v1.Container") {
        name: Str = "name",
        image: Str = "image" omitempty,
        command: Vec<Str> = "command" omitempty atomic,
        args: Vec<Str> = "args" omitempty atomic,
        working_dir: Str = "workingDir" omitempty,
        ports: Vec<ContainerPort> = "ports" omitempty merge("containerPort") list_map(&["containerPort", "protocol"]),
        env_from: Vec<EnvFromSource> = "envFrom" omitempty atomic,
        env: Vec<EnvVar> = "env" omitempty merge("name") list_map(&["name"]),
        resources: ResourceRequirements = "resources" omitempty,
        resize_policy: Vec<ContainerResizePolicy> = "resizePolicy" omitempty atomic,
        restart_policy: Option<Str> = "restartPolicy" omitempty go("v1.ContainerRestartPolicy"),
        restart_policy_rules: Vec<ContainerRestartRule> = "restartPolicyRules" omitempty atomic,
        volume_mounts: Vec<VolumeMount> = "volumeMounts" omitempty merge("mountPath") list_map(&["mountPath"]),
        volume_devices: Vec<VolumeDevice> = "volumeDevices" omitempty merge("devicePath") list_map(&["devicePath"]),
        liveness_probe: Option<Shared<Probe>> = "livenessProbe" omitempty,
        readiness_probe: Option<Shared<Probe>> = "readinessProbe" omitempty,
        startup_probe: Option<Shared<Probe>> = "startupProbe" omitempty,
        lifecycle: Option<Shared<Lifecycle>> = "lifecycle" omitempty,
        termination_message_path: Str = "terminationMessagePath" omitempty,
        termination_message_policy: Str = "terminationMessagePolicy" omitempty go("v1.TerminationMessagePolicy"),
        image_pull_policy: Str = "imagePullPolicy" omitempty go("v1.PullPolicy"),
        security_context: Option<Shared<SecurityContext>> = "securityContext" omitempty,
        stdin: bool = "stdin" omitempty,
        stdin_once: bool = "stdinOnce" omitempty,
        tty: bool = "tty" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerRestartRule("v1.ContainerRestartRule") {
        action: Str = "action" omitempty go("v1.ContainerRestartRuleAction"),
        exit_codes: Option<Shared<ContainerRestartRuleOnExitCodes>> = "exitCodes" omitempty,
    }

    /// Part of the `v1` API.
    pub struct ContainerRestartRuleOnExitCodes("v1.ContainerRestartRuleOnExitCodes") {
        operator: Str = "operator" omitempty go("v1.ContainerRestartRuleOnExitCodesOperator"),
        values: Vec<i32> = "values" omitempty set,
    }

    /// Part of the `v1` API.
    pub struct SeccompProfile("v1.SeccompProfile") {
        type_: Str = "type" go("v1.SeccompProfileType"),
        localhost_profile: Option<Str> = "localhostProfile" omitempty,
    }

    /// Part of the `v1` API.
    pub struct AppArmorProfile("v1.AppArmorProfile") {
        type_: Str = "type" go("v1.AppArmorProfileType"),
        localhost_profile: Option<Str> = "localhostProfile" omitempty,
    }

    /// Part of the `v1` API.
    pub struct EphemeralContainer("v1.EphemeralContainer") {
        name: Str = "name",
        image: Str = "image" omitempty,
        command: Vec<Str> = "command" omitempty atomic,
        args: Vec<Str> = "args" omitempty atomic,
        working_dir: Str = "workingDir" omitempty,
        ports: Vec<ContainerPort> = "ports" omitempty merge("containerPort") list_map(&["containerPort", "protocol"]),
        env_from: Vec<EnvFromSource> = "envFrom" omitempty atomic,
        env: Vec<EnvVar> = "env" omitempty merge("name") list_map(&["name"]),
        resources: ResourceRequirements = "resources" omitempty,
        resize_policy: Vec<ContainerResizePolicy> = "resizePolicy" omitempty atomic,
        restart_policy: Option<Str> = "restartPolicy" omitempty go("v1.ContainerRestartPolicy"),
        restart_policy_rules: Vec<ContainerRestartRule> = "restartPolicyRules" omitempty atomic,
        volume_mounts: Vec<VolumeMount> = "volumeMounts" omitempty merge("mountPath") list_map(&["mountPath"]),
        volume_devices: Vec<VolumeDevice> = "volumeDevices" omitempty merge("devicePath") list_map(&["devicePath"]),
        liveness_probe: Option<Shared<Probe>> = "livenessProbe" omitempty,
        readiness_probe: Option<Shared<Probe>> = "readinessProbe" omitempty,
        startup_probe: Option<Shared<Probe>> = "startupProbe" omitempty,
        lifecycle: Option<Shared<Lifecycle>> = "lifecycle" omitempty,
        termination_message_path: Str = "terminationMessagePath" omitempty,
        termination_message_policy: Str = "terminationMessagePolicy" omitempty go("v1.TerminationMessagePolicy"),
        image_pull_policy: Str = "imagePullPolicy" omitempty go("v1.PullPolicy"),
        security_context: Option<Shared<SecurityContext>> = "securityContext" omitempty,
        stdin: bool = "stdin" omitempty,
        stdin_once: bool = "stdinOnce" omitempty,
        tty: bool = "tty" omitempty,
        target_container_name: Str = "targetContainerName" omitempty,
    }

    /// Part of the `v1` API.
    pub struct SELinuxOptions("v1.SELinuxOptions") {
        user: Str = "user" omitempty,
        role: Str = "role" omitempty,
        type_: Str = "type" omitempty,
        level: Str = "level" omitempty,
    }

    /// Part of the `v1` API.
    pub struct WindowsSecurityContextOptions("v1.WindowsSecurityContextOptions") {
        gmsa_credential_spec_name: Option<Str> = "gmsaCredentialSpecName" omitempty,
        gmsa_credential_spec: Option<Str> = "gmsaCredentialSpec" omitempty,
        run_as_user_name: Option<Str> = "runAsUserName" omitempty,
        host_process: Option<bool> = "hostProcess" omitempty,
    }
}
