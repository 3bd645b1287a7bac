//! The annotations of pods that mean something. Kubernetes' room for this is `ValidatePodSpecificAnnotations`.
//!
//! Absent: whether profiles in annotations and those in fields are the same ones; nobody has both any more.

use api::core::v1::PodSpec;
use apimachinery::{Map, Str};

use super::volumes::validate_descending_path;
use crate::validation::field::{Errors, Path};

const MIRROR: &str = "kubernetes.io/config.mirror";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Checks the annotations of a pod or of a template.
pub(super) fn validate(
    annotations: &Map<Str, Str>,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if annotations.is_empty() {
        return;
    }
    if let Some(mirror) = annotations.get(MIRROR)
        && spec.node_name.is_empty()
    {
        let detail = "must set spec.nodeName if mirror pod annotation is set";
        errors.invalid(&path.key(MIRROR), mirror, detail);
    }
    if let Some(cost) = annotations.get(DELETION_COST)
        && !is_cost(cost)
    {
        errors.invalid(&path.key(DELETION_COST), cost, "must be a 32bit integer");
    }
    if let Some(profile) = annotations.get(SECCOMP_POD) {
        validate_seccomp(profile, &path.child(SECCOMP_POD), errors);
    }
    for (key, profile) in annotations {
        if key.starts_with(SECCOMP_CONTAINER) {
            validate_seccomp(profile, &path.child(key), errors);
        }
    }
    for (key, profile) in annotations {
        let Some(name) = key.strip_prefix(APP_ARMOR) else {
            continue;
        };
        let mut containers = spec.init_containers.iter().chain(&spec.containers);
        if !containers.any(|container| container.name == name) {
            errors.invalid(&path.key(key), name, "container not found");
        }
        let known = matches!(profile.as_str(), "" | "runtime/default" | "unconfined")
            || profile.starts_with("localhost/");
        if !known {
            let quoted = apimachinery::gotext::quote(profile);
            let detail = format!("invalid AppArmor profile name: {quoted}");
            errors.invalid(&path.key(key), profile, detail);
        }
    }
}

/// Digits of a small number, without a plus or zeros in front.
fn is_cost(text: &str) -> bool {
    let plain = !text.starts_with('+') && (text == "0" || !text.starts_with('0'));
    plain && text.parse::<i32>().is_ok()
}

fn validate_seccomp(profile: &str, path: &Path<'_>, errors: &mut Errors) {
    match profile {
        "runtime/default" | "docker/default" | "unconfined" => {}
        other => match other.strip_prefix("localhost/") {
            Some(file) => validate_descending_path(file, path, errors),
            None => errors.invalid(path, other, "must be a valid seccomp profile"),
        },
    }
}

/// Checks what an update does to annotations that stay as they are.
pub(super) fn validate_kept(new: &Map<Str, Str>, old: &Map<Str, Str>, errors: &mut Errors) {
    let path = Path::new("metadata.annotations");
    let changed = old
        .iter()
        .filter(|(key, value)| new.get(key.as_str()) != Some(value));
    for (key, _) in changed {
        if key.starts_with(APP_ARMOR) {
            errors.forbidden(
                &path.key(key),
                "may not remove or update AppArmor annotations",
            );
        }
        if key == MIRROR {
            errors.forbidden(
                &path.key(key),
                "may not remove or update mirror pod annotation",
            );
        }
    }
    for (key, _) in new
        .iter()
        .filter(|(key, _)| !old.contains_key(key.as_str()))
    {
        if key.starts_with(APP_ARMOR) {
            errors.forbidden(&path.key(key), "may not add AppArmor annotations");
        }
        if key == MIRROR {
            errors.forbidden(&path.key(key), "may not add mirror pod annotation");
        }
    }
}
