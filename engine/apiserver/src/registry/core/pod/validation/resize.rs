//! `pods/resize`: other requests and limits for containers that run. Kubernetes' room for this is `ValidatePodResize` and
//! `podResizeStrategy`.

use api::core::v1::{Container, Pod, ResourceRequirements};
use apimachinery::{Map, Quantity, Str};
use component_helpers::qos::qos_class;

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
    let whole = Path::new("");
    let mirror = "kubernetes.io/config.mirror";
    if old.metadata.annotations.contains_key(mirror) {
        return errors.forbidden(&whole, "static pods cannot be resized");
    }
    if old.spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        return errors.forbidden(&whole, "windows pods cannot be resized");
    }
    validate_pod(new, errors);
    let path = Path::new("spec");
    if qos_class(&new.spec) != old.status.qos_class.as_str() {
        errors.invalid(
            &path,
            old.status.qos_class.as_str(),
            "Pod QOS Class may not change as a result of resizing",
        );
    }
    let lists = [
        ("containers", &new.spec.containers, &old.spec.containers),
        (
            "initContainers",
            &new.spec.init_containers,
            &old.spec.init_containers,
        ),
    ];
    let before = errors.len();
    for (field, new, old) in lists {
        let list = path.child(field);
        if new.len() != old.len() {
            let detail = format!("{field} may not be added or removed on resize");
            errors.forbidden(&list, detail);
            continue;
        }
        for (i, _) in (0..)
            .zip(new.iter().zip(old))
            .filter(|(_, (new, old))| new.name != old.name)
        {
            let detail = format!("{field} may not be renamed or reordered on resize");
            errors.forbidden(&list.index(i).child("name"), detail);
        }
    }
    if errors.len() != before {
        return;
    }
    let is_sidecar = |container: &Container| container.restart_policy.as_deref() == Some("Always");
    for (field, new, old) in lists.into_iter().rev() {
        let list = path.child(field);
        for (i, (new, old)) in new.iter().zip(old).enumerate() {
            let at = list.index(i);
            if field == "initContainers" && !is_sidecar(new) {
                if new.resources != old.resources {
                    let detail = "resources for non-sidecar init containers are immutable";
                    errors.forbidden(&at.child("resources"), detail);
                }
                continue;
            }
            validate_kept(
                &new.resources,
                &old.resources,
                &at.child("resources"),
                errors,
            );
        }
    }
    for (field, new, old) in lists {
        for (new, old) in new.iter().zip(old) {
            let detail = if field == "containers" {
                "only cpu and memory resources are mutable"
            } else if is_sidecar(new) {
                "only cpu and memory resources for sidecar containers are mutable"
            } else {
                continue;
            };
            let same = fixed(&new.resources.limits) == fixed(&old.resources.limits)
                && fixed(&new.resources.requests) == fixed(&old.resources.requests);
            if !same {
                errors.forbidden(&path, detail);
            }
        }
    }
}

/// What a resize cannot change.
fn fixed(list: &Map<Str, Quantity>) -> Vec<(&Str, &Quantity)> {
    let others = list.iter();
    others
        .filter(|(name, _)| !matches!(name.as_str(), "cpu" | "memory"))
        .collect()
}

/// What was asked for must be asked for still.
fn validate_kept(
    new: &ResourceRequirements,
    old: &ResourceRequirements,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (field, new, old) in [
        ("requests", &new.requests, &old.requests),
        ("limits", &new.limits, &old.limits),
    ] {
        if old.iter().any(|(name, _)| !new.contains_key(name)) {
            let text = format!("resource {field} cannot be removed");
            errors.forbidden(&path.child(field), text);
        }
    }
}
