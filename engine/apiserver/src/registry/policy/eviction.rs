//! Eviction: a deletion that asks the budgets first. Kubernetes' room for this is
//! `pkg/registry/core/pod/storage/eviction.go`.

use std::rc::Rc;

use api::core::v1::Pod;
use api::policy::v1::PodDisruptionBudget;
use apimachinery::labels::Selector;
use apimachinery::meta::v1::{Condition, DeleteOptions, Preconditions, StatusCause};
use apimachinery::{GroupResource, Status};

use crate::context::Context;
use crate::registry::{delete, list};

const CAUSE: &str = "DisruptionBudget";
const REFUSED: &str = "Cannot evict pod as it would violate the pod's disruption budget.";
/// More unconfirmed evictions than this are not taken on.
const DISRUPTED_MAX: usize = 2000;

/// Deletes a pod, if its budget allows.
///
/// # Errors
/// 429 when the budget does not allow it now, and everything that a deletion answers.
pub fn evict(
    cx: &Context,
    namespace: &str,
    name: &str,
    mut options: DeleteOptions,
) -> Result<(), Status> {
    let pod_resource = cx
        .server
        .resource_of::<Pod>()
        .ok_or_else(Status::no_such_resource)?;
    let pod: Rc<Pod> = list::get(cx, &pod_resource, namespace, name)?
        .downcast_rc()
        .ok_or_else(|| Status::internal_error("pods hold something that is no pod"))?;
    let over = matches!(
        pod.status.phase.as_str(),
        "Succeeded" | "Failed" | "Pending"
    );
    if !over && pod.metadata.deletion_timestamp.is_none() {
        ask_budgets(cx, &pod)?;
        // Between the question and the deletion the pod must not have been replaced by another.
        let preconditions = options
            .preconditions
            .get_or_insert_with(Preconditions::default);
        preconditions
            .uid
            .get_or_insert_with(|| pod.metadata.uid.clone());
    }
    delete::delete(cx, &pod_resource, namespace, name, options).map(drop)
}

fn ask_budgets(cx: &Context, pod: &Pod) -> Result<(), Status> {
    let all = crate::admission::lookup_all::<PodDisruptionBudget>(cx, &pod.metadata.namespace);
    let matches = |budget: &Rc<PodDisruptionBudget>| {
        // A selector that selects everything is fine; none at all selects nothing.
        Selector::from_label_selector(budget.spec.selector.as_deref())
            .is_ok_and(|selector| selector.matches(&pod.metadata.labels))
    };
    let mut budgets = all.into_iter().filter(matches);
    let Some(budget) = budgets.next() else {
        return Ok(());
    };
    if budgets.next().is_some() {
        // Upstream's status has no reason here.
        return Err(Status::failure(
            500,
            "",
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
        ));
    }
    if !is_ready(pod) {
        let always = budget.spec.unhealthy_pod_eviction_policy.as_deref() == Some("AlwaysAllow");
        let status = &budget.status;
        let healthy =
            status.current_healthy >= status.desired_healthy && status.desired_healthy > 0;
        if always || healthy {
            return Ok(());
        }
    }
    take(cx, &budget, pod)
}

fn is_ready(pod: &Pod) -> bool {
    pod.status
        .conditions
        .iter()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

/// Notes one more disruption in the budget.
fn take(cx: &Context, budget: &PodDisruptionBudget, pod: &Pod) -> Result<(), Status> {
    let name = &budget.metadata.name;
    let status = &budget.status;
    let forbidden = |because: &str| {
        let resource = GroupResource::new("policy", "poddisruptionbudgets");
        Err(Status::forbidden(&resource, name, because))
    };
    if status.observed_generation < budget.metadata.generation {
        let cause = format!("The disruption budget {name} is still being processed by the server.");
        return Err(too_many(cause, 10));
    }
    if status.disruptions_allowed < 0 {
        return forbidden("pdb disruptions allowed is negative");
    }
    if status.disrupted_pods.len() > DISRUPTED_MAX {
        return forbidden(
            "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
        );
    }
    if status.disruptions_allowed == 0 {
        return Err(too_many(why_not(budget), 0));
    }
    let mut next = budget.clone();
    next.status.disruptions_allowed -= 1;
    next.status
        .disrupted_pods
        .insert(pod.metadata.name.clone(), cx.now());
    if next.status.disruptions_allowed == 0 {
        set_condition(cx, &mut next);
    }
    cx.update_status(next).map(drop)
}

/// Why a budget allows no disruption. What it counted says nothing when the counting itself failed.
fn why_not(budget: &PodDisruptionBudget) -> String {
    let (name, status) = (&budget.metadata.name, &budget.status);
    let told = status.conditions.iter().find(|condition| {
        condition.type_ == "DisruptionAllowed"
            && condition.status == "False"
            && !condition.message.is_empty()
    });
    let start = format!("The disruption budget {name}");
    let not_now = "does not allow evicting pods currently";
    match told {
        Some(told) if told.reason == "SyncFailed" => {
            format!("{start} {not_now} because it failed sync: {}", told.message)
        }
        _ if status.current_healthy <= status.desired_healthy => format!(
            "{start} needs {} healthy pods and has {} currently",
            status.desired_healthy, status.current_healthy
        ),
        Some(told) => format!("{start} {not_now} ({}): {}", told.reason, told.message),
        None => format!("{start} {not_now}"),
    }
}

fn set_condition(cx: &Context, budget: &mut PodDisruptionBudget) {
    let generation = budget.metadata.generation;
    let conditions = &mut budget.status.conditions;
    let wanted = Condition {
        type_: "DisruptionAllowed".into(),
        status: "False".into(),
        reason: "InsufficientPods".into(),
        observed_generation: generation,
        last_transition_time: cx.now(),
        ..Condition::default()
    };
    match conditions
        .iter_mut()
        .find(|condition| condition.type_ == wanted.type_)
    {
        Some(condition) if condition.status == wanted.status => {
            condition.reason = wanted.reason;
            condition.observed_generation = generation;
        }
        Some(condition) => *condition = wanted,
        None => conditions.push(wanted),
    }
}

fn too_many(cause: String, retry_after: i32) -> Status {
    let mut status = Status::too_many_requests(REFUSED, retry_after);
    let details = status.details.get_or_insert_default();
    details.causes.push(StatusCause {
        type_: CAUSE.into(),
        message: cause.into(),
        ..StatusCause::default()
    });
    status
}
