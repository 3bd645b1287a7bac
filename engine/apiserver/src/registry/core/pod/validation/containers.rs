//! The rules of containers.

use std::collections::BTreeSet;

use api::core::v1::{
    Container, ContainerPort, ContainerRestartRule, EphemeralContainer, PodSpec, VolumeDevice,
    VolumeMount,
};
use apimachinery::codec::to_json;
use apimachinery::validation::{is_dns1123_label, is_valid_port_name, is_valid_port_num};

use super::probes::{Role, validate_lifecycle, validate_probe};
use super::volumes::{Volumes, validate_descending_path};
use super::{env, one_of, security};
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::quantity;

/// Checks the main containers.
pub(super) fn validate_containers(
    spec: &PodSpec,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("containers");
    if spec.containers.is_empty() {
        errors.required(&list, "");
        return;
    }
    for (i, container) in spec.containers.iter().enumerate() {
        let path = list.index(i);
        validate_common(container, spec, volumes, &path, errors);
        if spec.containers[..i]
            .iter()
            .any(|other| other.name == container.name)
        {
            errors.duplicate(&path.child("name"), &container.name);
        }
        validate_probes(container, spec, &path, errors);
        validate_restart_policy(container, &path, errors);
    }
    validate_host_ports(spec.containers.iter().enumerate(), &list, errors);
}

/// Checks the init containers, sidecars among them.
pub(super) fn validate_init_containers(
    spec: &PodSpec,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("initContainers");
    for (i, container) in spec.init_containers.iter().enumerate() {
        let path = list.index(i);
        validate_common(container, spec, volumes, &path, errors);
        let sidecar = container.restart_policy.as_deref() == Some("Always");
        let restarts_all = |rule: &ContainerRestartRule| rule.action == "RestartAllContainers";
        if sidecar && !container.restart_policy_rules.iter().all(restarts_all) {
            let detail =
                "restartPolicyRules are not allowed for init containers with restart policy Always";
            errors.forbidden(&path.child("restartPolicyRules"), detail);
        } else if container.restart_policy.is_some() {
            validate_restart_policy(container, &path, errors);
        }
        let mut others = spec.containers.iter().chain(&spec.init_containers[..i]);
        if others.any(|other| other.name == container.name) && !container.name.is_empty() {
            errors.duplicate(&path.child("name"), &container.name);
        }
        // They run one by one, so each is checked alone.
        validate_host_ports(std::iter::once((0, container)), &list, errors);
        if sidecar {
            validate_probes(container, spec, &path, errors);
            continue;
        }
        for (field, given) in [
            ("lifecycle", container.lifecycle.is_some()),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
        ] {
            if given {
                let detail = "may not be set for init containers without restartPolicy=Always";
                errors.forbidden(&path.child(field), detail);
            }
        }
        // They cannot be resized, so that restarting them for it means nothing.
        let mut policies = container.resize_policy.iter();
        if let Some(policy) = policies.find(|policy| policy.restart_policy == "RestartContainer") {
            let detail = "must be 'NotRequired' for non-sidecar init containers";
            errors.invalid(&path.child("resizePolicy"), &policy.restart_policy, detail);
        }
    }
}

/// Checks the containers that `kubectl debug` adds.
pub(super) fn validate_ephemeral_containers(
    spec: &PodSpec,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let list = path.child("ephemeralContainers");
    let others = || spec.containers.iter().chain(&spec.init_containers);
    for (i, ephemeral) in spec.ephemeral_containers.iter().enumerate() {
        let path = list.index(i);
        let container = as_container(ephemeral);
        validate_common(&container, spec, volumes, &path, errors);
        validate_image_whitespace(&container.image, &path, errors);
        let taken = others().any(|other| other.name == container.name)
            || spec.ephemeral_containers[..i]
                .iter()
                .any(|other| other.name == container.name);
        if taken {
            errors.duplicate(&path.child("name"), &container.name);
        }
        let target = &ephemeral.target_container_name;
        if !target.is_empty() && !others().any(|other| other.name == *target) {
            errors.not_found(&path.child("targetContainerName"), target);
        }
        for (field, given) in [
            ("lifecycle", container.lifecycle.is_some()),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("ports", !container.ports.is_empty()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("resizePolicy", !container.resize_policy.is_empty()),
            ("resources", container.resources != Default::default()),
            ("startupProbe", container.startup_probe.is_some()),
        ] {
            if given {
                errors.forbidden(
                    &path.child(field),
                    "cannot be set for an Ephemeral Container",
                );
            }
        }
        let mounts = path.child("volumeMounts");
        for (j, mount) in container.volume_mounts.iter().enumerate() {
            for (field, value) in [
                ("subPath", &mount.sub_path),
                ("subPathExpr", &mount.sub_path_expr),
            ] {
                if !value.is_empty() {
                    let detail = "cannot be set for an Ephemeral Container";
                    errors.forbidden(&mounts.index(j).child(field), detail);
                }
            }
        }
    }
}

/// The same fields in the other type.
fn as_container(ephemeral: &EphemeralContainer) -> Container {
    let it = ephemeral.clone();
    Container {
        name: it.name,
        image: it.image,
        command: it.command,
        args: it.args,
        working_dir: it.working_dir,
        ports: it.ports,
        env_from: it.env_from,
        env: it.env,
        resources: it.resources,
        resize_policy: it.resize_policy,
        restart_policy: it.restart_policy,
        restart_policy_rules: it.restart_policy_rules,
        volume_mounts: it.volume_mounts,
        volume_devices: it.volume_devices,
        liveness_probe: it.liveness_probe,
        readiness_probe: it.readiness_probe,
        startup_probe: it.startup_probe,
        lifecycle: it.lifecycle,
        termination_message_path: it.termination_message_path,
        termination_message_policy: it.termination_message_policy,
        image_pull_policy: it.image_pull_policy,
        security_context: it.security_context,
        stdin: it.stdin,
        stdin_once: it.stdin_once,
        tty: it.tty,
    }
}

fn validate_common(
    container: &Container,
    spec: &PodSpec,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if container.name.is_empty() {
        errors.required(&path.child("name"), "");
    } else {
        errors.invalid_each(
            &path.child("name"),
            &container.name,
            is_dns1123_label(&container.name),
        );
    }
    if container.image.is_empty() {
        errors.required(&path.child("image"), "");
    }
    let policies = ["File", "FallbackToLogsOnError"];
    let policy = &container.termination_message_policy;
    one_of(
        policy,
        &policies,
        &path.child("terminationMessagePolicy"),
        errors,
    );
    validate_ports(&container.ports, &path.child("ports"), errors);
    env::validate_env(&container.env, &path.child("env"), errors);
    env::validate_env_from(&container.env_from, &path.child("envFrom"), errors);
    validate_mounts(container, volumes, &path.child("volumeMounts"), errors);
    validate_devices(container, volumes, &path.child("volumeDevices"), errors);
    validate_pull_policy(
        &container.image_pull_policy,
        &path.child("imagePullPolicy"),
        errors,
    );
    let resources = path.child("resources");
    quantity::validate_requirements(&container.resources, &resources, errors);
    validate_claims(container, spec, &resources.child("claims"), errors);
    validate_resize_policy(container, spec, &path.child("resizePolicy"), errors);
    if let Some(context) = &container.security_context {
        security::validate_container_context(context, spec, &path.child("securityContext"), errors);
    }
}

/// What a container uses of the pod's claims must be there, and be named once.
fn validate_claims(container: &Container, spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    let claims = &container.resources.claims;
    for (i, claim) in claims.iter().enumerate() {
        let path = path.index(i);
        if claim.name.is_empty() {
            errors.required(&path, "");
            continue;
        }
        if !claim.request.is_empty() {
            let complaints = is_dns1123_label(&claim.request);
            errors.invalid_each(&path.child("request"), &claim.request, complaints);
        }
        let mut others = claims[..i].iter().filter(|other| other.name == claim.name);
        if others.clone().any(|other| other.request.is_empty())
            || claim.request.is_empty() && others.clone().count() > 0
        {
            errors.duplicate(&path, &claim.name);
        } else if others.any(|other| other.request == claim.request) {
            errors.duplicate(&path, format!("{}/{}", claim.name, claim.request));
        }
        let known = &spec.resource_claims;
        if !known.iter().any(|known| known.name == claim.name) {
            let mut names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
            names.sort_unstable();
            let mut detail = "must be one of the names in pod.spec.resourceClaims".to_owned();
            if names.is_empty() {
                detail += " which is empty";
            } else {
                detail += ": ";
                detail += &names.join(", ");
            }
            errors.not_found_in(&path, &claim.name, detail);
        }
    }
}

/// Checks when images are pulled.
pub(crate) fn validate_pull_policy(policy: &str, path: &Path<'_>, errors: &mut Errors) {
    one_of(policy, &["Always", "IfNotPresent", "Never"], path, errors);
}

/// Images of pods (not of templates) have no blanks around them.
pub(super) fn validate_image_whitespace(image: &str, path: &Path<'_>, errors: &mut Errors) {
    if image.trim() != image {
        errors.invalid(
            &path.child("image"),
            image,
            "must not have leading or trailing whitespace",
        );
    }
}

fn validate_ports(ports: &[ContainerPort], path: &Path<'_>, errors: &mut Errors) {
    for (i, port) in ports.iter().enumerate() {
        let path = path.index(i);
        if !port.name.is_empty() {
            let complaints = is_valid_port_name(&port.name);
            if complaints.is_empty() && ports[..i].iter().any(|other| other.name == port.name) {
                errors.duplicate(&path.child("name"), &port.name);
            }
            errors.invalid_each(&path.child("name"), &port.name, complaints);
        }
        if port.container_port == 0 {
            errors.required(&path.child("containerPort"), "");
        } else {
            for message in is_valid_port_num(port.container_port.into()) {
                errors.invalid(&path.child("containerPort"), port.container_port, message);
            }
        }
        if port.host_port != 0 {
            for message in is_valid_port_num(port.host_port.into()) {
                errors.invalid(&path.child("hostPort"), port.host_port, message);
            }
        }
        one_of(
            &port.protocol,
            &["SCTP", "TCP", "UDP"],
            &path.child("protocol"),
            errors,
        );
    }
}

fn validate_host_ports<'a>(
    containers: impl Iterator<Item = (usize, &'a Container)>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mut taken = BTreeSet::new();
    for (i, container) in containers {
        let container_path = path.index(i);
        let ports = container_path.child("ports");
        for (j, port) in container
            .ports
            .iter()
            .enumerate()
            .filter(|(_, port)| port.host_port != 0)
        {
            let text = format!("{}/{}/{}", port.protocol, port.host_ip, port.host_port);
            if !taken.insert(text.clone()) {
                errors.duplicate(&ports.index(j).child("hostPort"), text);
            }
        }
    }
}

fn validate_mounts(
    container: &Container,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let mounts = &container.volume_mounts;
    for (i, mount) in mounts.iter().enumerate() {
        let list = path;
        let path = path.index(i);
        let (name, at) = (path.child("name"), path.child("mountPath"));
        if mount.name.is_empty() {
            errors.required(&name, "");
        }
        if !volumes.contains_key(mount.name.as_str()) {
            errors.not_found(&name, &mount.name);
        }
        if mount.mount_path.is_empty() {
            errors.required(&at, "");
        }
        if mounts[..i]
            .iter()
            .any(|other| other.mount_path == mount.mount_path)
        {
            errors.invalid(&at, &mount.mount_path, "must be unique");
        }
        if container
            .volume_devices
            .iter()
            .any(|device| device.name == mount.name)
        {
            errors.invalid(
                &name,
                &mount.name,
                "must not already exist in volumeDevices",
            );
        }
        if container
            .volume_devices
            .iter()
            .any(|device| device.device_path == mount.mount_path)
        {
            let detail = "must not already exist as a path in volumeDevices";
            errors.invalid(&at, &mount.mount_path, detail);
        }
        if !mount.sub_path.is_empty() {
            validate_descending_path(&mount.sub_path, &list.child("subPath"), errors);
        }
        if !mount.sub_path_expr.is_empty() {
            if !mount.sub_path.is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                errors.invalid(&path.child("subPathExpr"), &mount.sub_path_expr, detail);
            }
            validate_descending_path(&mount.sub_path_expr, &list.child("subPathExpr"), errors);
        }
        validate_propagation(container, mount, list, errors);
    }
}

fn validate_propagation(
    container: &Container,
    mount: &VolumeMount,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(mode) = &mount.mount_propagation {
        let path = path.child("mountPropagation");
        let known = ["Bidirectional", "HostToContainer", "None"];
        if !known.contains(&mode.as_str()) {
            errors.not_supported(&path, mode, &known);
        }
        let privileged = container
            .security_context
            .as_ref()
            .is_some_and(|context| context.privileged == Some(true));
        if mode == "Bidirectional" && !privileged {
            let detail =
                "Bidirectional mount propagation is available only to privileged containers";
            errors.forbidden(&path, detail);
        }
    }
    let Some(recursive) = &mount.recursive_read_only else {
        return;
    };
    let path = path.child("recursiveReadOnly");
    match recursive.as_str() {
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if !mount.read_only {
                errors.forbidden(&path, "may only be specified when readOnly is true");
            }
            if mount
                .mount_propagation
                .as_deref()
                .is_some_and(|mode| mode != "None")
            {
                errors.forbidden(
                    &path,
                    "may only be specified when mountPropagation is None or not specified",
                );
            }
        }
        other => errors.not_supported(&path, other, &["Disabled", "Enabled", "IfPossible"]),
    }
}

fn validate_devices(
    container: &Container,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let devices: &[VolumeDevice] = &container.volume_devices;
    for (i, device) in devices.iter().enumerate() {
        let path = path.index(i);
        let (name, at) = (path.child("name"), path.child("devicePath"));
        if device.name.is_empty() {
            errors.required(&name, "");
        }
        if devices[..i].iter().any(|other| other.name == device.name) {
            errors.invalid(&name, &device.name, "must be unique");
        }
        match volumes.get(device.name.as_str()) {
            None => errors.not_found(&name, &device.name),
            Some(volume)
                if volume.persistent_volume_claim.is_none() && volume.ephemeral.is_none() =>
            {
                let detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                errors.invalid(&name, &device.name, detail);
            }
            Some(_) => {}
        }
        if device.device_path.is_empty() {
            errors.required(&at, "");
        }
        if devices[..i]
            .iter()
            .any(|other| other.device_path == device.device_path)
        {
            errors.invalid(&at, &device.device_path, "must be unique");
        }
        if device.device_path.split('/').any(|part| part == "..") {
            errors.invalid(&at, &device.device_path, "can not contain backsteps ('..')");
        }
        if container
            .volume_mounts
            .iter()
            .any(|mount| mount.name == device.name)
        {
            errors.invalid(
                &name,
                &device.name,
                "must not already exist in volumeMounts",
            );
        }
        if container
            .volume_mounts
            .iter()
            .any(|mount| mount.mount_path == device.device_path)
        {
            let detail = "must not already exist as a path in volumeMounts";
            errors.invalid(&at, &device.device_path, detail);
        }
    }
}

fn validate_resize_policy(
    container: &Container,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let policies = &container.resize_policy;
    for (i, policy) in policies.iter().enumerate() {
        if policies[..i]
            .iter()
            .any(|other| other.resource_name == policy.resource_name)
        {
            errors.duplicate(&path.index(i), &policy.resource_name);
        }
        one_of(&policy.resource_name, &["cpu", "memory"], path, errors);
        one_of(
            &policy.restart_policy,
            &["NotRequired", "RestartContainer"],
            path,
            errors,
        );
        if spec.restart_policy == "Never" && policy.restart_policy != "NotRequired" {
            let detail = "must be 'NotRequired' when `restartPolicy` is 'Never'";
            errors.invalid(path, &policy.restart_policy, detail);
        }
    }
}

fn validate_probes(container: &Container, spec: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    if let Some(lifecycle) = &container.lifecycle {
        validate_lifecycle(lifecycle, spec, &path.child("lifecycle"), errors);
    }
    for (field, probe, role) in [
        ("livenessProbe", &container.liveness_probe, Role::Liveness),
        (
            "readinessProbe",
            &container.readiness_probe,
            Role::Readiness,
        ),
        ("startupProbe", &container.startup_probe, Role::Startup),
    ] {
        if let Some(probe) = probe {
            validate_probe(probe, role, &path.child(field), errors);
        }
    }
}

fn validate_restart_policy(container: &Container, path: &Path<'_>, errors: &mut Errors) {
    let field = path.child("restartPolicy");
    let rules: &[ContainerRestartRule] = &container.restart_policy_rules;
    match container.restart_policy.as_deref() {
        None if rules.is_empty() => return,
        None => errors.required(
            &field,
            "must specify restartPolicy when restart rules are used",
        ),
        Some("Always" | "Never" | "OnFailure") => {}
        Some(other) => errors.not_supported(&field, other, &["Always", "Never", "OnFailure"]),
    }
    let list = path.child("restartPolicyRules");
    if rules.len() > 20 {
        errors.too_many(&list, rules.len(), 20);
    }
    for (i, rule) in rules.iter().enumerate() {
        let path = list.index(i);
        if !matches!(rule.action.as_str(), "Restart" | "RestartAllContainers") {
            errors.not_supported(
                &path.child("action"),
                &rule.action,
                &["Restart", "RestartAllContainers"],
            );
        }
        let codes_path = path.child("exitCodes");
        match &rule.exit_codes {
            None => errors.required(&codes_path, "must be specified"),
            Some(codes) => {
                if !matches!(codes.operator.as_str(), "In" | "NotIn") {
                    errors.not_supported(
                        &codes_path.child("operator"),
                        &codes.operator,
                        &["In", "NotIn"],
                    );
                }
                if codes.values.len() > 255 {
                    let shown = Verbatim(to_json(&**codes));
                    errors.invalid(
                        &codes_path.child("values"),
                        shown,
                        "must have at most 255 items",
                    );
                }
            }
        }
    }
}
