//! Priority: the number behind a pod's priority class.

use std::rc::Rc;

use api::core::v1::Pod;
use api::scheduling::v1::PriorityClass;
use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin, lookup, lookup_all};

/// The plugin.
pub(super) struct Priority;

impl Plugin for Priority {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if !attributes.is("", "pods") {
            return Ok(());
        }
        let Some(pod) = object.downcast_mut::<Pod>() else {
            return Ok(());
        };
        match attributes.operation {
            Operation::Create => admit_new(attributes, pod),
            Operation::Update => {
                if let Some(old) = attributes.old.and_then(|old| old.downcast_ref::<Pod>()) {
                    keep(pod, old);
                }
                Ok(())
            }
            Operation::Delete | Operation::Connect => Ok(()),
        }
    }

    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        if !attributes.is("scheduling.k8s.io", "priorityclasses") {
            return Ok(());
        }
        let Some(class) = object.and_then(|object| object.downcast_ref::<PriorityClass>()) else {
            return Ok(());
        };
        if !class.global_default {
            return Ok(());
        }
        // There is one default at most.
        match default_class(attributes) {
            Some(other) if other.metadata.name != class.metadata.name => {
                let because = format!(
                    "PriorityClass {} is already marked as default. Only one default can exist",
                    other.metadata.name
                );
                Err(attributes.forbidden(object, &because))
            }
            _ => Ok(()),
        }
    }
}

/// An update that leaves out what was computed means no change.
fn keep(new: &mut Pod, old: &Pod) {
    if new.spec.priority.is_none() && old.spec.priority.is_some() {
        new.spec.priority = old.spec.priority;
    }
    if new.spec.preemption_policy.is_none() && old.spec.preemption_policy.is_some() {
        new.spec.preemption_policy = old.spec.preemption_policy.clone();
    }
}

fn admit_new(attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
    let class = if pod.spec.priority_class_name.is_empty() {
        let class = default_class(attributes);
        if let Some(class) = &class {
            pod.spec.priority_class_name = class.metadata.name.clone();
        }
        class
    } else {
        let name = pod.spec.priority_class_name.clone();
        let found = lookup::<PriorityClass>(attributes.cx, "", &name);
        if found.is_none() {
            let because = format!("no PriorityClass with name {name} was found");
            return Err(attributes.forbidden(Some(pod), &because));
        }
        found
    };
    let priority = class.as_ref().map_or(0, |class| class.value);
    if pod.spec.priority.is_some_and(|given| given != priority) {
        let because = format!(
            "the integer value of priority ({}) must not be provided in pod spec; priority admission controller computed \
             {priority} from the given PriorityClass name",
            pod.spec.priority.unwrap_or_default()
        );
        return Err(attributes.forbidden(Some(pod), &because));
    }
    pod.spec.priority = Some(priority);
    let policy = class
        .as_ref()
        .and_then(|class| class.preemption_policy.clone());
    let policy = policy.unwrap_or_else(|| "PreemptLowerPriority".into());
    if pod
        .spec
        .preemption_policy
        .as_ref()
        .is_some_and(|given| *given != policy)
    {
        let because = format!(
            "the string value of PreemptionPolicy ({}) must not be provided in pod spec; priority admission controller \
             computed {policy} from the given PriorityClass name",
            pod.spec.preemption_policy.as_deref().unwrap_or_default()
        );
        return Err(attributes.forbidden(Some(pod), &because));
    }
    pod.spec.preemption_policy = Some(policy);
    Ok(())
}

/// The class of pods that name none; if several claim that, the lowest.
fn default_class(attributes: &Attributes<'_>) -> Option<Rc<PriorityClass>> {
    let defaults = lookup_all::<PriorityClass>(attributes.cx, "")
        .into_iter()
        .filter(|class| class.global_default);
    defaults.min_by_key(|class| class.value)
}
