//! `pods/binding`: the scheduler's word that a pod runs on a node. Kubernetes' room for this is `BindingREST` of
//! `pkg/registry/core/pod/storage`.

use api::core::v1::{Binding, Pod, PodCondition};
use apimachinery::Status;

use crate::admission::topology_labels;
use crate::context::Context;
use crate::registry::Resource;
use crate::registry::update::another_uid;
use crate::server::Write;
use crate::storage::{Expect, Key};
use crate::validation::field::{Errors, Path};

/// Puts a pod on a node.
///
/// # Errors
/// When the pod has a node already, is ending, or still waits for its gates.
pub fn bind(
    cx: &Context,
    resource: &Resource,
    namespace: &str,
    name: &str,
    binding: &Binding,
) -> Result<(), Status> {
    validate(binding)?;
    let gr = resource.names.group_resource();
    let key = Key::new(namespace, name);
    let found = {
        let storage = cx.server.storage();
        storage.table(resource.table).get_with_revision(&key)
    };
    let Some((old, revision)) = found else {
        return Err(Status::not_found(&gr, name));
    };
    let mut pod = old
        .downcast_ref::<Pod>()
        .cloned()
        .ok_or_else(|| Status::not_found(&gr, name))?;
    let wanted = &binding.metadata.uid;
    if !wanted.is_empty() && *wanted != pod.metadata.uid {
        let (wanted, found) = (wanted, &pod.metadata.uid);
        return Err(another_uid(resource, namespace, name, wanted, found));
    }
    let refused = |because: String| Err(Status::conflict(&gr, name, &because));
    if pod.metadata.deletion_timestamp.is_some() {
        return refused(format!(
            "pod {name} is being deleted, cannot be assigned to a host"
        ));
    }
    if !pod.spec.node_name.is_empty() {
        return refused(format!(
            "pod {name} is already assigned to node {:?}",
            pod.spec.node_name.as_str()
        ));
    }
    if !pod.spec.scheduling_gates.is_empty() {
        return refused(format!("pod {name} has non-empty .spec.schedulingGates"));
    }
    pod.spec.node_name = binding.target.name.clone();
    pod.status.nominated_node_name = "".into();
    for (key, value) in binding.metadata.annotations.iter() {
        pod.metadata.annotations.insert(key.clone(), value.clone());
    }
    label(&mut pod, cx, binding);
    note_scheduled(&mut pod, cx);
    let write = Write {
        verb: "create",
        subresource: "binding",
    };
    cx.server
        .put(
            cx,
            resource,
            &key,
            Box::new(pod),
            Expect::At(revision),
            write,
        )
        .map_err(|_| Status::stale(&gr, name))?;
    Ok(())
}

/// The pod gets the labels of the binding, and what its node tells its pods.
fn label(pod: &mut Pod, cx: &Context, binding: &Binding) {
    let own = &binding.metadata.labels;
    let labels = &mut pod.metadata.labels;
    for (key, value) in topology_labels(cx, &binding.target.name) {
        labels.insert(key, value);
    }
    for (key, value) in own.iter() {
        labels.insert(key.clone(), value.clone());
    }
}

fn note_scheduled(pod: &mut Pod, cx: &Context) {
    let now = cx.now();
    match pod
        .status
        .conditions
        .iter_mut()
        .find(|condition| condition.type_ == "PodScheduled")
    {
        Some(condition) => {
            let changed = condition.status != "True";
            *condition = PodCondition {
                type_: "PodScheduled".into(),
                status: "True".into(),
                last_transition_time: if changed {
                    now
                } else {
                    condition.last_transition_time
                },
                ..PodCondition::default()
            };
        }
        None => pod.status.conditions.push(PodCondition {
            type_: "PodScheduled".into(),
            status: "True".into(),
            last_transition_time: now,
            ..PodCondition::default()
        }),
    }
}

fn validate(binding: &Binding) -> Result<(), Status> {
    let mut errors = Errors::new();
    let kind = &binding.target.kind;
    if !kind.is_empty() && kind != "Node" {
        errors.not_supported(&Path::new("target.kind"), kind, &["Node", "<empty>"]);
    }
    if binding.target.name.is_empty() {
        errors.required(&Path::new("target.name"), "");
    }
    if errors.is_empty() {
        return Ok(());
    }
    let kind = apimachinery::GroupKind::new("", "Binding");
    Err(Status::invalid(
        &kind,
        &binding.metadata.name,
        &errors.into_list(),
    ))
}
