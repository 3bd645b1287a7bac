//! `pods/resize`: other requests and limits for containers that run. Kubernetes' room for this is `ValidatePodResize` and
//! `podResizeStrategy`.

use api::core::v1::{Container, Pod, ResourceRequirements};
use apimachinery::{Map, Quantity, Str};

use super::super::resources::qos_class;
use super::validate_pod;
use crate::validation::field::{Errors, Path};

/// Takes from `new` what a resize may change, and everything else from `old`.
pub(crate) fn keep_the_rest(new: &mut Pod, old: &Pod) {
    let wanted = new.spec.clone();
    let revision = new.metadata.resource_version.clone();
    let managed = new.metadata.managed_fields.clone();
    *new = old.clone();
    new.metadata.resource_version = revision;
    new.metadata.managed_fields = managed;
    let spec = &mut *new.spec;
    for (kept, wanted) in [
        (&mut spec.containers, &wanted.containers),
        (&mut spec.init_containers, &wanted.init_containers),
    ] {
        let alike = |(a, b): (&Container, &Container)| a.name == b.name;
        if kept.len() != wanted.len() || !kept.iter().zip(wanted).all(alike) {
            // The validation says what is wrong with that.
            kept.clone_from(wanted);
            continue;
        }
        for (kept, wanted) in kept.iter_mut().zip(wanted) {
            kept.resources = wanted.resources.clone();
            kept.resize_policy.clone_from(&wanted.resize_policy);
        }
    }
}

/// Checks a resize.
pub(crate) fn validate(new: &Pod, old: &Pod, errors: &mut Errors) {
    validate_pod(new, errors);
    let path = Path::new("spec");
    if old
        .metadata
        .annotations
        .contains_key("kubernetes.io/config.mirror")
    {
        errors.forbidden(&path, "static pods cannot be resized");
    }
    if qos_class(&new.spec) != old.status.qos_class.as_str() {
        errors.invalid(
            &path,
            old.status.qos_class.as_str(),
            "Pod QOS Class may not change as a result of resizing",
        );
    }
    for (field, new, old) in [
        ("containers", &new.spec.containers, &old.spec.containers),
        (
            "initContainers",
            &new.spec.init_containers,
            &old.spec.init_containers,
        ),
    ] {
        let alike = |(a, b): (&Container, &Container)| a.name == b.name;
        if new.len() != old.len() || !new.iter().zip(old).all(alike) {
            errors.forbidden(
                &path.child(field),
                "containers may not be added, removed, renamed or reordered on resize",
            );
            continue;
        }
        let list = path.child(field);
        for (i, (new, old)) in new.iter().zip(old).enumerate() {
            let at = list.index(i);
            let at = at.child("resources");
            validate_resources(&new.resources, &old.resources, &at, errors);
        }
    }
}

fn validate_resources(
    new: &ResourceRequirements,
    old: &ResourceRequirements,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let fixed = |list: &Map<Str, Quantity>| -> Vec<(Str, Quantity)> {
        let others = list
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "cpu" | "memory"));
        others
            .map(|(name, amount)| (name.clone(), amount.clone()))
            .collect()
    };
    for (field, what, new, old) in [
        ("limits", "limits", &new.limits, &old.limits),
        ("requests", "requests", &new.requests, &old.requests),
    ] {
        if fixed(new) != fixed(old) {
            errors.forbidden(path, "only cpu and memory resources are mutable");
        }
        if old.iter().any(|(name, _)| !new.contains_key(name)) {
            let text = format!("resource {what} cannot be removed");
            errors.forbidden(&path.child(field), text);
        }
    }
}
