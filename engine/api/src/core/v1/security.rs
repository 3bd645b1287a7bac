//! `v1`: security types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{
    AppArmorProfile, Capabilities, SELinuxOptions, SeccompProfile, WindowsSecurityContextOptions,
};
use apimachinery::{Shared, Str};

apimachinery::api_struct! {
    /// Part of the `v1` API.
    pub struct PodSecurityContext("v1.PodSecurityContext") {
        se_linux_options: Option<Shared<SELinuxOptions>> = "seLinuxOptions" omitempty,
        windows_options: Option<Shared<WindowsSecurityContextOptions>> = "windowsOptions" omitempty,
        run_as_user: Option<i64> = "runAsUser" omitempty,
        run_as_group: Option<i64> = "runAsGroup" omitempty,
        run_as_non_root: Option<bool> = "runAsNonRoot" omitempty,
        supplemental_groups: Vec<i64> = "supplementalGroups" omitempty atomic,
        supplemental_groups_policy: Option<Str> = "supplementalGroupsPolicy" omitempty go("v1.SupplementalGroupsPolicy"),
        fs_group: Option<i64> = "fsGroup" omitempty,
        sysctls: Vec<Sysctl> = "sysctls" omitempty atomic,
        fs_group_change_policy: Option<Str> = "fsGroupChangePolicy" omitempty go("v1.PodFSGroupChangePolicy"),
        seccomp_profile: Option<Shared<SeccompProfile>> = "seccompProfile" omitempty,
        app_armor_profile: Option<Shared<AppArmorProfile>> = "appArmorProfile" omitempty,
        se_linux_change_policy: Option<Str> = "seLinuxChangePolicy" omitempty go("v1.PodSELinuxChangePolicy"),
    }

    /// Part of the `v1` API.
    pub struct SecurityContext("v1.SecurityContext") {
        capabilities: Option<Shared<Capabilities>> = "capabilities" omitempty,
        privileged: Option<bool> = "privileged" omitempty,
        se_linux_options: Option<Shared<SELinuxOptions>> = "seLinuxOptions" omitempty,
        windows_options: Option<Shared<WindowsSecurityContextOptions>> = "windowsOptions" omitempty,
        run_as_user: Option<i64> = "runAsUser" omitempty,
        run_as_group: Option<i64> = "runAsGroup" omitempty,
        run_as_non_root: Option<bool> = "runAsNonRoot" omitempty,
        read_only_root_filesystem: Option<bool> = "readOnlyRootFilesystem" omitempty,
        allow_privilege_escalation: Option<bool> = "allowPrivilegeEscalation" omitempty,
        proc_mount: Option<Str> = "procMount" omitempty go("v1.ProcMountType"),
        seccomp_profile: Option<Shared<SeccompProfile>> = "seccompProfile" omitempty,
        app_armor_profile: Option<Shared<AppArmorProfile>> = "appArmorProfile" omitempty,
    }

    /// Part of the `v1` API.
    pub struct Sysctl("v1.Sysctl") {
        name: Str = "name",
        value: Str = "value",
    }
}
