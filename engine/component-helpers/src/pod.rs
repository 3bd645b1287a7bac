//! Questions about pods (`pkg/api/v1/pod`, `pkg/controller/controller_utils`).

use api::core::v1::{Pod, PodCondition, PodStatus};
use apimachinery::time::Time;

/// Whether the pod has ended for good.
pub fn is_terminal(pod: &Pod) -> bool {
    matches!(pod.status.phase.as_str(), "Succeeded" | "Failed")
}

/// Whether the pod still counts: it has neither ended nor been deleted.
pub fn is_active(pod: &Pod) -> bool {
    !is_terminal(pod) && pod.metadata.deletion_timestamp.is_none()
}

/// Whether the pod was deleted but is still there.
pub fn is_terminating(pod: &Pod) -> bool {
    !is_terminal(pod) && pod.metadata.deletion_timestamp.is_some()
}

/// The condition of that type.
pub fn condition<'a>(status: &'a PodStatus, type_: &str) -> Option<&'a PodCondition> {
    status.conditions.iter().find(|c| c.type_ == type_)
}

/// Whether the condition of that type is `True`.
pub fn is_condition_true(status: &PodStatus, type_: &str) -> bool {
    condition(status, type_).is_some_and(|c| c.status == "True")
}

/// Whether the pod is ready.
pub fn is_ready(pod: &Pod) -> bool {
    is_condition_true(&pod.status, "Ready")
}

/// Whether the pod has been ready for at least `min_ready_seconds`.
pub fn is_available(pod: &Pod, min_ready_seconds: i32, now: Time) -> bool {
    let Some(ready) = condition(&pod.status, "Ready").filter(|c| c.status == "True") else {
        return false;
    };
    let since = ready.last_transition_time;
    min_ready_seconds == 0
        || (!since.is_zero() && since.unix() + i64::from(min_ready_seconds) <= now.unix())
}

/// Sets a condition, keeping its transition time if its status stays; whether anything changed.
pub fn update_condition(status: &mut PodStatus, mut new: PodCondition, now: Time) -> bool {
    new.last_transition_time = now;
    let Some(old) = status.conditions.iter_mut().find(|c| c.type_ == new.type_) else {
        status.conditions.push(new);
        return true;
    };
    if old.status == new.status {
        new.last_transition_time = old.last_transition_time;
    }
    let changed = *old != new;
    *old = new;
    changed
}
