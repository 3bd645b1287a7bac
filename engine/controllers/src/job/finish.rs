//! Conditions of jobs, and when a job is over.

use api::batch::v1::{Job, JobCondition};
use apimachinery::Time;

/// A condition that begins now.
pub(super) fn condition(
    type_: &str,
    status: &str,
    reason: &str,
    message: &str,
    now: Time,
) -> JobCondition {
    JobCondition {
        type_: type_.into(),
        status: status.into(),
        last_probe_time: now,
        last_transition_time: now,
        reason: reason.into(),
        message: message.into(),
    }
}

/// Whether the job has ended for good.
pub(crate) fn is_finished(job: &Job) -> bool {
    finished(job).is_some()
}

/// The condition that says how the job has ended.
pub(crate) fn finished(job: &Job) -> Option<&JobCondition> {
    let ends = |c: &&JobCondition| matches!(&*c.type_, "Complete" | "Failed") && c.status == "True";
    job.status.conditions.iter().find(ends)
}

/// The condition that says how the job is about to end, once its pods are gone.
pub(super) fn interim(job: &Job) -> Option<JobCondition> {
    let mut conditions = job.status.conditions.iter();
    conditions
        .rfind(|c| is_interim(c) && c.status == "True")
        .cloned()
}

/// Whether the condition says how a job is about to end.
pub(super) fn is_interim(condition: &JobCondition) -> bool {
    matches!(&*condition.type_, "FailureTarget" | "SuccessCriteriaMet")
}

/// Sets a condition if its status is new; one that is `False` is not added. Whether anything changed.
pub(super) fn ensure(conditions: &mut Vec<JobCondition>, new: JobCondition) -> bool {
    match conditions.iter_mut().find(|c| c.type_ == new.type_) {
        Some(old) if old.status == new.status => false,
        Some(old) => {
            *old = new;
            true
        }
        None if new.status == "False" => false,
        None => {
            conditions.push(new);
            true
        }
    }
}
