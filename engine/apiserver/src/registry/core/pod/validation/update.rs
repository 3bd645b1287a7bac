//! What may change in a pod. Kubernetes' room for this is `ValidatePodUpdate` and `ValidatePodStatusUpdate`.

use api::core::v1::{
    Container, ContainerStatus, NodeAffinity, NodeSelectorTerm, Pod, PodSchedulingGate, PodSpec,
};
use apimachinery::codec::{equal, to_json};
use apimachinery::gotext::quote;
use apimachinery::validation::{inclusive_range_error, is_dns1123_subdomain, is_qualified_name};
use apimachinery::{Map, Shared, Str};

use super::affinity::validate_tolerations;
use super::network::validate_ip;
use super::{annotations, validate_metadata_and_spec};
use crate::validation::IMMUTABLE;
use crate::validation::diff::unified;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;

const UPDATABLE: &str = "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
                         `spec.tolerations` (only additions to existing tolerations),\
                         `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Checks an update of a pod.
pub(crate) fn validate_pod_update(new: &Pod, old: &Pod, errors: &mut Errors) {
    validate_metadata_and_spec(new, errors);
    annotations::validate_kept(&new.metadata.annotations, &old.metadata.annotations, errors);
    let path = Path::new("spec");
    let lists = [
        ("containers", &new.spec.containers, &old.spec.containers),
        (
            "initContainers",
            &new.spec.init_containers,
            &old.spec.init_containers,
        ),
    ];
    for (field, new, old) in lists {
        if !validate_images(new, old, &path.child(field), errors) {
            return;
        }
    }
    if !validate_deadline(new, old, &path.child("activeDeadlineSeconds"), errors) {
        return;
    }
    validate_added_tolerations(new, old, &path.child("tolerations"), errors);
    validate_removed_gates(
        &new.spec.scheduling_gates,
        &old.spec.scheduling_gates,
        &path.child("schedulingGates"),
        errors,
    );
    if new.spec == old.spec {
        return;
    }
    let mut munged = (*new.spec).clone();
    put_back_updatable(&mut munged, &old.spec);
    if !old.spec.scheduling_gates.is_empty() {
        put_back_gated(&mut munged, &old.spec, &path, errors);
    }
    if !equal(&munged, &*old.spec) {
        let diff = unified(
            &Internal::of(&*old.spec).pretty(),
            &Internal::of(&munged).pretty(),
        );
        errors.forbidden(
            &path,
            format!("pod updates may not change fields other than {UPDATABLE}\n{diff}"),
        );
    }
}

/// Containers stay; their images may change. `false` when nothing else is worth saying.
fn validate_images(
    new: &[Container],
    old: &[Container],
    path: &Path<'_>,
    errors: &mut Errors,
) -> bool {
    if new.len() != old.len() {
        errors.forbidden(path, "pod updates may not add or remove containers");
        return false;
    }
    for (i, container) in new.iter().enumerate() {
        let path = path.index(i);
        if container.image.is_empty() {
            errors.required(&path.child("image"), "");
        }
        super::containers::validate_image_whitespace(&container.image, &path, errors);
    }
    true
}

/// A deadline may be set, or come nearer. `false` when nothing else is worth saying.
fn validate_deadline(new: &Pod, old: &Pod, path: &Path<'_>, errors: &mut Errors) -> bool {
    match (
        new.spec.active_deadline_seconds,
        old.spec.active_deadline_seconds,
    ) {
        (Some(new), _) if !(0..=i64::from(i32::MAX)).contains(&new) => {
            errors.invalid(path, new, inclusive_range_error(0, i64::from(i32::MAX)));
            false
        }
        (Some(new), Some(old)) if old < new => {
            errors.invalid(path, new, "must be less than or equal to previous value");
            false
        }
        (None, Some(_)) => {
            let detail = "must not update from a positive integer to nil value";
            errors.invalid(path, Verbatim("null".to_owned()), detail);
            true
        }
        _ => true,
    }
}

/// Tolerations may be added; of those that are there only the seconds may change.
fn validate_added_tolerations(new: &Pod, old: &Pod, path: &Path<'_>, errors: &mut Errors) {
    for before in &old.spec.tolerations {
        let kept = new.spec.tolerations.iter().any(|after| {
            let mut before = before.clone();
            before.toleration_seconds = after.toleration_seconds;
            before == *after
        });
        if !kept {
            errors.forbidden(
                path,
                "existing toleration can not be modified except its tolerationSeconds",
            );
            return;
        }
    }
    validate_tolerations(&new.spec.tolerations, path, errors);
}

fn validate_removed_gates(
    new: &[PodSchedulingGate],
    old: &[PodSchedulingGate],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (i, gate) in new.iter().enumerate() {
        if !old.iter().any(|other| other.name == gate.name) {
            let detail = format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                gate.name
            );
            errors.forbidden(&path.index(i).child("name"), detail);
        }
    }
}

/// Undoes what may change, so that what is left may not.
fn put_back_updatable(munged: &mut PodSpec, old: &PodSpec) {
    let lists = [
        (&mut munged.containers, &old.containers),
        (&mut munged.init_containers, &old.init_containers),
    ];
    for (new, old) in lists {
        for (new, old) in new.iter_mut().zip(old) {
            new.image = old.image.clone();
        }
    }
    munged.active_deadline_seconds = old.active_deadline_seconds;
    munged.scheduling_gates = old.scheduling_gates.clone();
    munged.tolerations = old.tolerations.clone();
    if old
        .termination_grace_period_seconds
        .is_some_and(|seconds| seconds < 0)
        && munged.termination_grace_period_seconds == Some(1)
    {
        munged.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
}

/// While a pod waits for its gates, it may still become more particular about nodes.
fn put_back_gated(munged: &mut PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut Errors) {
    if munged.node_selector != old.node_selector {
        validate_more_labels(
            &munged.node_selector,
            &old.node_selector,
            &path.child("nodeSelector"),
            errors,
        );
        munged.node_selector = old.node_selector.clone();
    }
    let of = |spec: &PodSpec| {
        spec.affinity
            .as_ref()
            .and_then(|affinity| affinity.node_affinity.clone())
    };
    let (new_nodes, old_nodes) = (of(munged), of(old));
    if new_nodes == old_nodes {
        return;
    }
    let affinity = path.child("affinity");
    validate_more_affinity(
        new_nodes.as_deref(),
        old_nodes.as_deref(),
        &affinity.child("nodeAffinity"),
        errors,
    );
    let only_nodes = munged.affinity.as_ref().is_some_and(|affinity| {
        affinity.pod_affinity.is_none() && affinity.pod_anti_affinity.is_none()
    });
    if old.affinity.is_none() && only_nodes {
        munged.affinity = None;
    } else if munged.affinity.is_some() || old_nodes.is_some() {
        munged
            .affinity
            .get_or_insert_with(Shared::default)
            .node_affinity = old_nodes;
    }
}

fn validate_more_labels(
    new: &Map<Str, Str>,
    old: &Map<Str, Str>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if old
        .iter()
        .any(|(key, value)| new.get(key.as_str()) != Some(value))
    {
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        errors.invalid(path, crate::registry::workload::shown_labels(new), detail);
    }
}

fn validate_more_affinity(
    new: Option<&NodeAffinity>,
    old: Option<&NodeAffinity>,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    fn terms(affinity: Option<&NodeAffinity>) -> &[NodeSelectorTerm] {
        affinity
            .and_then(|affinity| {
                affinity
                    .required_during_scheduling_ignored_during_execution
                    .as_deref()
            })
            .map_or(&[], |selector| selector.node_selector_terms.as_slice())
    }
    let (new, old) = (terms(new), terms(old));
    let required = path.child("requiredDuringSchedulingIgnoredDuringExecution");
    let list = required.child("nodeSelectorTerms");
    if !old.is_empty() && old.len() != new.len() {
        let shown: Vec<String> = new.iter().map(|term| to_json(term)).collect();
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        errors.invalid(&list, Verbatim(format!("[{}]", shown.join(","))), detail);
        return;
    }
    for (i, (new, old)) in new.iter().zip(old).enumerate() {
        let was_empty = old.match_expressions.is_empty() && old.match_fields.is_empty();
        let only_added = new.match_expressions.starts_with(&old.match_expressions)
            && new.match_fields.starts_with(&old.match_fields)
            && (!was_empty || new == old);
        if !only_added {
            let detail = "only additions are allowed (no mutations or deletions)";
            errors.invalid(&list.index(i), Verbatim(to_json(new)), detail);
        }
    }
}

/// Checks an update of a pod's status.
pub(crate) fn validate_status_update(new: &Pod, old: &Pod, errors: &mut Errors) {
    let path = Path::new("status");
    let conditions = path.child("conditions");
    for (i, condition) in new.status.conditions.iter().enumerate() {
        let path = conditions.index(i);
        if condition.observed_generation < 0 {
            let detail = "must be a non-negative integer";
            errors.invalid(
                &path.child("observedGeneration"),
                condition.observed_generation,
                detail,
            );
        }
        errors.invalid_each(
            &path.child("Type"),
            &condition.type_,
            is_qualified_name(&condition.type_),
        );
    }
    if new.spec.node_name != old.spec.node_name {
        errors.forbidden(&path.child("nodeName"), "may not be changed directly");
    }
    let nominated = &new.status.nominated_node_name;
    if *nominated != old.status.nominated_node_name && !nominated.is_empty() {
        let path = path.child("nominatedNodeName");
        errors.invalid_each(&path, nominated, is_dns1123_subdomain(nominated));
        if !old.spec.node_name.is_empty() {
            errors.forbidden(
                &path,
                "may not be set on pods that are already bound to a node",
            );
        }
    }
    if new.status.qos_class != old.status.qos_class {
        errors.invalid(&path.child("qosClass"), &new.status.qos_class, IMMUTABLE);
    }
    let containers = path.child("containerStatuses");
    validate_terminated(
        &new.status.container_statuses,
        &old.status.container_statuses,
        &old.spec,
        &containers,
        errors,
    );
    let containers = path.child("initContainerStatuses");
    validate_terminated(
        &new.status.init_container_statuses,
        &old.status.init_container_statuses,
        &old.spec,
        &containers,
        errors,
    );
    let ips = path.child("podIPs");
    for (i, ip) in new.status.pod_ips.iter().enumerate() {
        validate_ip(&ip.ip, &ips.index(i), errors);
    }
}

/// What has ended and is not to be restarted stays ended.
fn validate_terminated(
    new: &[ContainerStatus],
    old: &[ContainerStatus],
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (i, before) in old.iter().enumerate() {
        let Some(terminated) = &before.state.terminated else {
            continue;
        };
        let revived = new
            .iter()
            .any(|after| after.name == before.name && after.state.terminated.is_none());
        if revived && !may_restart(spec, &before.name, terminated.exit_code) {
            let detail = "may not be transitioned to non-terminated state";
            errors.forbidden(&path.index(i).child("state"), detail);
        }
    }
}

fn may_restart(spec: &PodSpec, name: &str, exit_code: i32) -> bool {
    let container = spec
        .containers
        .iter()
        .chain(&spec.init_containers)
        .find(|container| container.name == name);
    let own = container.and_then(|container| container.restart_policy.as_deref());
    if let Some(container) = container {
        for rule in &container.restart_policy_rules {
            let matches = rule
                .exit_codes
                .as_ref()
                .is_some_and(|codes| codes.values.contains(&exit_code) == (codes.operator == "In"));
            if matches {
                return true;
            }
        }
    }
    match own.unwrap_or(&spec.restart_policy) {
        "Always" => true,
        "OnFailure" => exit_code != 0,
        _ => false,
    }
}

/// Checks what `kubectl debug` does: containers are added, never changed.
pub(crate) fn validate_ephemeral_containers_update(new: &Pod, old: &Pod, errors: &mut Errors) {
    validate_metadata_and_spec(new, errors);
    if old
        .metadata
        .annotations
        .contains_key("kubernetes.io/config.mirror")
    {
        *errors = Errors::new();
        let detail = "static pods do not support ephemeral containers";
        errors.forbidden(&Path::new(""), detail);
        return;
    }
    let path = Path::new("spec.ephemeralContainers");
    for before in &old.spec.ephemeral_containers {
        let name = quote(&before.name);
        match new
            .spec
            .ephemeral_containers
            .iter()
            .find(|after| after.name == before.name)
        {
            None => errors.forbidden(
                &path,
                format!("existing ephemeral containers {name} may not be removed\n"),
            ),
            Some(after) if after != before => {
                let diff = unified(
                    &Internal::of(before).pretty(),
                    &Internal::of(after).pretty(),
                );
                let detail =
                    format!("existing ephemeral containers {name} may not be changed\n{diff}");
                errors.forbidden(&path, detail);
            }
            Some(_) => {}
        }
    }
}
