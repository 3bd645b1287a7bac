//! The rules of security contexts.

use api::core::v1::{
    AppArmorProfile, PodSpec, SeccompProfile, SecurityContext, WindowsSecurityContextOptions,
};
use apimachinery::codec::to_json;
use apimachinery::validation::{is_dns1123_subdomain, is_valid_user_id};

use super::volumes::validate_descending_path;
use crate::validation::field::{Errors, Path, Verbatim};

const SYSCTL_MAX: usize = 253;
const SYSCTL_PATTERN: &str =
    r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

/// Checks an ID of a user or group.
fn validate_id(id: Option<i64>, path: &Path<'_>, errors: &mut Errors) {
    for message in id.map(is_valid_user_id).unwrap_or_default() {
        errors.invalid(path, id.unwrap_or_default(), message);
    }
}

/// Checks what holds for all containers of a pod.
pub(super) fn validate_pod_context(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let Some(context) = &spec.security_context else {
        return;
    };
    validate_id(context.fs_group, &path.child("fsGroup"), errors);
    validate_id(context.run_as_user, &path.child("runAsUser"), errors);
    validate_id(context.run_as_group, &path.child("runAsGroup"), errors);
    let groups = path.child("supplementalGroups");
    for (i, group) in context.supplemental_groups.iter().enumerate() {
        validate_id(Some(*group), &groups.index(i), errors);
    }
    if spec.host_pid && spec.share_process_namespace == Some(true) {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.invalid(&path.child("shareProcessNamespace"), true, detail);
    }
    let sysctls = path.child("sysctls");
    for (i, sysctl) in context.sysctls.iter().enumerate() {
        let item = sysctls.index(i);
        let name = item.child("name");
        if sysctl.name.is_empty() {
            errors.required(&name, "");
        } else if !is_sysctl(&sysctl.name) {
            let detail = format!(
                "must have at most {SYSCTL_MAX} characters and match regex {SYSCTL_PATTERN}"
            );
            errors.invalid(&name, &sysctl.name, detail);
        } else if context.sysctls[..i]
            .iter()
            .any(|other| other.name == sysctl.name)
        {
            errors.duplicate(&name, &sysctl.name);
        }
        let namespace = sysctl_namespace(&sysctl.name);
        for (shared, field, of) in [
            (spec.host_network, "hostNetwork", "net"),
            (spec.host_ipc, "hostIPC", "ipc"),
        ] {
            if shared && namespace == of {
                let detail = format!("may not be specified when '{field}' is true");
                errors.invalid(&name, &sysctl.name, detail);
            }
        }
    }
    if let Some(value) = &context.fs_group_change_policy {
        let known = ["Always", "OnRootMismatch"];
        if !known.contains(&value.as_str()) {
            errors.not_supported(&path.child("fsGroupChangePolicy"), value, &known);
        }
    }
    if let Some(profile) = &context.seccomp_profile {
        validate_seccomp(profile, &path.child("seccompProfile"), errors);
    }
    if let Some(options) = &context.windows_options {
        validate_windows_options(options, &path.child("windowsOptions"), errors);
    }
    if let Some(profile) = &context.app_armor_profile {
        validate_app_armor(profile, &path.child("appArmorProfile"), errors);
    }
    for (field, value, known) in [
        (
            "supplementalGroupsPolicy",
            &context.supplemental_groups_policy,
            ["Merge", "Strict"],
        ),
        (
            "seLinuxChangePolicy",
            &context.se_linux_change_policy,
            ["MountOption", "Recursive"],
        ),
    ] {
        if let Some(value) = value
            && !known.contains(&value.as_str())
        {
            errors.not_supported(&path.child(field), value, &known);
        }
    }
}

/// Which of the kernel's namespaces a setting belongs to.
fn sysctl_namespace(name: &str) -> &'static str {
    let name = name.replace('/', ".");
    let ipc = ["kernel.shm", "kernel.msg", "fs.mqueue."];
    match name.as_str() {
        "kernel.sem" => "ipc",
        name if ipc.iter().any(|prefix| name.starts_with(prefix)) => "ipc",
        name if name.starts_with("net.") => "net",
        _ => "",
    }
}

fn is_sysctl(name: &str) -> bool {
    let segment = |text: &str| {
        let edge = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = text.as_bytes();
        bytes.first().copied().is_some_and(edge)
            && bytes.last().copied().is_some_and(edge)
            && bytes.iter().all(|b| edge(*b) || matches!(b, b'-' | b'_'))
    };
    name.len() <= SYSCTL_MAX && name.split(['.', '/']).all(segment)
}

/// Checks what holds for one container.
pub(super) fn validate_container_context(
    context: &SecurityContext,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_id(context.run_as_user, &path.child("runAsUser"), errors);
    validate_id(context.run_as_group, &path.child("runAsGroup"), errors);
    if let Some(mount) = &context.proc_mount {
        let path = path.child("procMount");
        if !matches!(mount.as_str(), "Default" | "Unmasked") {
            errors.not_supported(&path, mount, &["Default", "Unmasked"]);
        }
        if mount == "Unmasked" && spec.host_users != Some(false) {
            errors.invalid(&path, mount, "`hostUsers` must be false to use `Unmasked`");
        }
    }
    if let Some(profile) = &context.seccomp_profile {
        validate_seccomp(profile, &path.child("seccompProfile"), errors);
    }
    if context.allow_privilege_escalation == Some(false) {
        let shown = || Verbatim(to_json(context));
        if context.privileged == Some(true) {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.invalid(path, shown(), detail);
        }
        let added = context
            .capabilities
            .iter()
            .flat_map(|capabilities| &capabilities.add);
        for _ in added.filter(|capability| *capability == "CAP_SYS_ADMIN") {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            errors.invalid(path, shown(), detail);
        }
    }
    if let Some(options) = &context.windows_options {
        validate_windows_options(options, &path.child("windowsOptions"), errors);
    }
    if let Some(profile) = &context.app_armor_profile {
        validate_app_armor(profile, &path.child("appArmorProfile"), errors);
    }
}

fn validate_seccomp(profile: &SeccompProfile, path: &Path<'_>, errors: &mut Errors) {
    let kind = path.child("type");
    match profile.type_.as_str() {
        "" => errors.required(&kind, "type is required when seccompProfile is set"),
        "Localhost" | "RuntimeDefault" | "Unconfined" => {}
        other => errors.not_supported(&kind, other, &["Localhost", "RuntimeDefault", "Unconfined"]),
    }
    let local = path.child("localhostProfile");
    match (&profile.localhost_profile, profile.type_ == "Localhost") {
        (None, true) => errors.required(&local, "must be set when seccomp type is Localhost"),
        (Some(file), true) => validate_descending_path(file, &local, errors),
        (Some(_), false) => {
            let detail = "can only be set when seccomp type is Localhost";
            errors.invalid(&local, Verbatim(to_json(profile)), detail);
        }
        (None, false) => {}
    }
}

fn validate_app_armor(profile: &AppArmorProfile, path: &Path<'_>, errors: &mut Errors) {
    let local = path.child("localhostProfile");
    let kind = path.child("type");
    match (profile.type_.as_str(), &profile.localhost_profile) {
        ("Localhost", None) => {
            errors.required(&local, "must be set when AppArmor type is Localhost")
        }
        ("Localhost", Some(name)) => {
            if name.trim() != name.as_str() {
                errors.invalid(&local, name, "must not be padded with whitespace");
            } else if name.is_empty() {
                errors.required(&local, "must be set when AppArmor type is Localhost");
            }
            if name.len() > 4095 {
                errors.too_long(&local, 4095);
            }
        }
        ("RuntimeDefault" | "Unconfined", Some(name)) => {
            errors.invalid(
                &local,
                name,
                "can only be set when AppArmor type is Localhost",
            );
        }
        ("RuntimeDefault" | "Unconfined", None) => {}
        ("", _) => errors.required(&kind, "type is required when appArmorProfile is set"),
        (other, _) => {
            errors.not_supported(&kind, other, &["Localhost", "RuntimeDefault", "Unconfined"])
        }
    }
}

fn validate_windows_options(
    options: &WindowsSecurityContextOptions,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(name) = &options.gmsa_credential_spec_name {
        errors.invalid_each(
            &path.child("gmsaCredentialSpecName"),
            name,
            is_dns1123_subdomain(name),
        );
    }
    if let Some(spec) = &options.gmsa_credential_spec {
        let path = path.child("gmsaCredentialSpec");
        if spec.is_empty() {
            errors.invalid(&path, spec, "gmsaCredentialSpec cannot be an empty string");
        } else if spec.len() > 64 * 1024 {
            errors.invalid(&path, spec, "gmsaCredentialSpec size must be under 64 KiB");
        }
    }
    if let Some(user) = &options.run_as_user_name {
        let path = path.child("runAsUserName");
        if user.is_empty() {
            errors.invalid(&path, user, "runAsUserName cannot be an empty string");
        } else if user.chars().any(char::is_control) {
            errors.invalid(
                &path,
                user,
                "runAsUserName cannot contain control characters",
            );
        } else if user.matches('\\').count() > 1 {
            errors.invalid(
                &path,
                user,
                "runAsUserName cannot contain more than one backslash",
            );
        }
    }
}

/// On Windows, containers that are processes of the host come alone, and use its network.
pub(super) fn validate_host_processes(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let of_pod = spec
        .security_context
        .as_ref()
        .and_then(|context| context.windows_options.as_ref())
        .and_then(|options| options.host_process);
    let (mut all, mut processes) = (0, 0);
    for_each_container(spec, path, |container, path| {
        all += 1;
        let own = container
            .security_context
            .as_ref()
            .and_then(|context| context.windows_options.as_ref())
            .and_then(|options| options.host_process);
        if let (Some(pod), Some(own)) = (of_pod, own)
            && pod != own
        {
            let context = path.child("securityContext");
            let options = context.child("windowsOptions");
            let detail =
                format!("pod hostProcess value must be identical if both are specified, was {pod}");
            errors.invalid(&options.child("hostProcess"), own, detail);
        }
        processes += usize::from(own.or(of_pod) == Some(true));
    });
    if processes == 0 {
        return;
    }
    if processes != all {
        let detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.invalid(path, "", detail);
    }
    if !spec.host_network {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.invalid(&path.child("hostNetwork"), false, detail);
    }
}

/// Users of their own do not go with namespaces of the host.
pub(super) fn validate_host_users(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    if spec.host_users != Some(false) {
        return;
    }
    let shared = [
        ("hostNetwork", spec.host_network),
        ("HostPID", spec.host_pid),
        ("HostIPC", spec.host_ipc),
    ];
    for (field, _) in shared.into_iter().filter(|(_, shared)| *shared) {
        errors.forbidden(&path.child(field), "when `hostUsers` is false");
    }
    for_each_container(spec, path, |container, path| {
        if !container.volume_devices.is_empty() {
            errors.forbidden(&path.child("volumeDevices"), "when `hostUsers` is false");
        }
    });
}

fn for_each_container(
    spec: &PodSpec,
    path: &Path<'_>,
    mut visit: impl FnMut(&api::core::v1::Container, &Path<'_>),
) {
    for (field, list) in [
        ("initContainers", &spec.init_containers),
        ("containers", &spec.containers),
    ] {
        let list_path = path.child(field);
        for (i, container) in list.iter().enumerate() {
            visit(container, &list_path.index(i));
        }
    }
}

/// What makes sense on Windows only.
pub(super) fn validate_linux(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let detail = "windows options cannot be set for a linux pod";
    if spec
        .security_context
        .as_ref()
        .is_some_and(|context| context.windows_options.is_some())
    {
        let context = path.child("securityContext");
        errors.forbidden(&context.child("windowsOptions"), detail);
    }
    for_each_container(spec, path, |container, path| {
        if container
            .security_context
            .as_ref()
            .is_some_and(|context| context.windows_options.is_some())
        {
            let context = path.child("securityContext");
            errors.forbidden(&context.child("windowsOptions"), detail);
        }
    });
}

/// What makes sense on Linux only.
pub(super) fn validate_windows(spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let detail = "cannot be set for a windows pod";
    let of_pod = [
        ("hostUsers", spec.host_users.is_some()),
        ("hostPID", spec.host_pid),
        ("hostIPC", spec.host_ipc),
        (
            "shareProcessNamespace",
            spec.share_process_namespace.is_some(),
        ),
    ];
    for (field, _) in of_pod.into_iter().filter(|(_, given)| *given) {
        errors.forbidden(&path.child(field), detail);
    }
    if let Some(context) = &spec.security_context {
        let path = path.child("securityContext");
        let given = [
            ("appArmorProfile", context.app_armor_profile.is_some()),
            ("seLinuxOptions", context.se_linux_options.is_some()),
            ("seccompProfile", context.seccomp_profile.is_some()),
            ("fsGroup", context.fs_group.is_some()),
            (
                "fsGroupChangePolicy",
                context.fs_group_change_policy.is_some(),
            ),
            ("sysctls", !context.sysctls.is_empty()),
            ("runAsUser", context.run_as_user.is_some()),
            ("runAsGroup", context.run_as_group.is_some()),
            (
                "supplementalGroups",
                !context.supplemental_groups.is_empty(),
            ),
            (
                "supplementalGroupsPolicy",
                context.supplemental_groups_policy.is_some(),
            ),
            (
                "seLinuxChangePolicy",
                context.se_linux_change_policy.is_some(),
            ),
        ];
        for (field, _) in given.into_iter().filter(|(_, given)| *given) {
            errors.forbidden(&path.child(field), detail);
        }
    }
    for_each_container(spec, path, |container, path| {
        let Some(context) = &container.security_context else {
            return;
        };
        let path = path.child("securityContext");
        let given = [
            ("appArmorProfile", context.app_armor_profile.is_some()),
            ("seLinuxOptions", context.se_linux_options.is_some()),
            ("seccompProfile", context.seccomp_profile.is_some()),
            ("capabilities", context.capabilities.is_some()),
            (
                "readOnlyRootFilesystem",
                context.read_only_root_filesystem.is_some(),
            ),
            ("privileged", context.privileged.is_some()),
            (
                "allowPrivilegeEscalation",
                context.allow_privilege_escalation.is_some(),
            ),
            ("procMount", context.proc_mount.is_some()),
            ("runAsUser", context.run_as_user.is_some()),
            ("runAsGroup", context.run_as_group.is_some()),
        ];
        for (field, _) in given.into_iter().filter(|(_, given)| *given) {
            errors.forbidden(&path.child(field), detail);
        }
    });
}
