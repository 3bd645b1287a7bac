//! What a job's status may become. Upstream looks at each rule only where what it is about has changed, so that a status
//! that was stored by an older release can still be written.

use std::collections::BTreeSet;

use api::batch::v1::{Job, JobStatus};
use apimachinery::Time;

use super::success_policy::intervals;
use crate::registry::workload::validate_nonnegative;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;

/// A time as errors show it: in JSON.
fn shown(time: &Option<Time>) -> Verbatim {
    let text = time.as_ref().map(|time| format!("\"{time}\""));
    Verbatim(text.unwrap_or_else(|| "null".to_owned()))
}

fn has(status: &JobStatus, condition: &str) -> bool {
    let mut all = status.conditions.iter();
    all.any(|found| found.type_ == condition && found.status == "True")
}

/// Checks a status that is to take the place of another.
pub(super) fn validate(new: &Job, old: &Job, errors: &mut Errors) {
    let path = Path::new("status");
    counters(&new.status, &path, errors);
    uncounted(&new.status, &path, errors);
    // The rules about conditions stand between the others, as upstream tells them.
    let [both, without, met] = conditions(&new.status, &old.status);
    let at = path.child("conditions");
    let tell = |texts: Vec<&'static str>, errors: &mut Errors| {
        let texts = texts.into_iter();
        texts.for_each(|text| errors.invalid_unshown(&at, text));
    };
    tell(both, errors);
    completion(&new.status, &old.status, &path, errors);
    tell(without, errors);
    ends(&new.status, &old.status, &path, errors);
    indexes(new, old, &path, errors);
    pods(&new.status, &old.status, &path, errors);
    tell(met, errors);
    kept(new, old, &path, errors);
}

fn counters(status: &JobStatus, path: &Path<'_>, errors: &mut Errors) {
    for (field, value) in [
        ("active", Some(status.active)),
        ("succeeded", Some(status.succeeded)),
        ("failed", Some(status.failed)),
        ("ready", status.ready),
        ("terminating", status.terminating),
    ] {
        validate_nonnegative(value.unwrap_or_default().into(), &path.child(field), errors);
    }
}

fn uncounted(status: &JobStatus, path: &Path<'_>, errors: &mut Errors) {
    let Some(pods) = &status.uncounted_terminated_pods else {
        return;
    };
    let path = path.child("uncountedTerminatedPods");
    let mut seen = BTreeSet::new();
    for (field, uids) in [("succeeded", &pods.succeeded), ("failed", &pods.failed)] {
        let path = path.child(field);
        for (i, uid) in uids.iter().enumerate() {
            if uid.is_empty() {
                errors.invalid(&path.index(i), "", "must not be empty");
            } else if !seen.insert(uid) {
                errors.duplicate(&path.index(i), uid);
            }
        }
    }
}

fn is_finished(status: &JobStatus) -> bool {
    has(status, "Complete") || has(status, "Failed")
}

/// Which conditions do not go together: two ends, an end without its reason, and success beside failure.
fn conditions(status: &JobStatus, before: &JobStatus) -> [Vec<&'static str>; 3] {
    let changed = |condition| has(status, condition) != has(before, condition);
    let (complete, failed) = (has(status, "Complete"), has(status, "Failed"));
    let (target, met) = (
        has(status, "FailureTarget"),
        has(status, "SuccessCriteriaMet"),
    );
    let complete_changed = changed("Complete");
    let list = |rules: [(bool, &'static str); 2]| {
        let broken = rules.into_iter().filter(|(wrong, _)| *wrong);
        broken.map(|(_, text)| text).collect::<Vec<_>>()
    };
    [
        list([
            (
                complete && failed && (complete_changed || changed("Failed")),
                "cannot set Complete=True and Failed=true conditions",
            ),
            (
                complete && target && (complete_changed || changed("FailureTarget")),
                "cannot set Complete=True and FailureTarget=true conditions",
            ),
        ]),
        list([
            (
                failed && !target && (changed("Failed") || changed("FailureTarget")),
                "cannot set Failed=True condition without the FailureTarget=true condition",
            ),
            (
                complete && !met && (complete_changed || changed("SuccessCriteriaMet")),
                "cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
            ),
        ]),
        list([
            (
                met && failed,
                "cannot set SuccessCriteriaMet=True and Failed=true conditions",
            ),
            (
                met && target,
                "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
            ),
        ]),
    ]
}

fn indexes(new: &Job, old: &Job, path: &Path<'_>, errors: &mut Errors) {
    let (spec, status, before) = (&new.spec, &new.status, &old.status);
    let (completed, failed) = (&status.completed_indexes, &status.failed_indexes);
    let completed_changed = *completed != before.completed_indexes;
    let failed_changed = *failed != before.failed_indexes;
    let at = path.child("completedIndexes");
    let completions = spec.completions;
    if let Some(count) = completions.filter(|_| completed_changed)
        && let Err(error) = intervals(completed, count)
    {
        let text = format!("error parsing completedIndexes: {error}");
        errors.invalid(&at, completed.as_str(), text);
    }
    let indexed = spec.completion_mode.as_deref() == Some("Indexed");
    if completed_changed && !completed.is_empty() && !indexed {
        let text = "cannot set non-empty completedIndexes when non-indexed completion mode";
        errors.invalid(&at, completed.as_str(), text);
    }
    let Some(failed) = failed.as_deref() else {
        return;
    };
    let at = path.child("failedIndexes");
    if spec.backoff_limit_per_index.is_none() {
        if failed_changed {
            let text = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
            errors.invalid(&at, failed, text);
        }
        return;
    }
    let Some(count) = completions.filter(|_| failed_changed || completed_changed) else {
        return;
    };
    match (intervals(failed, count), intervals(completed, count)) {
        (Err(error), _) if failed_changed => {
            errors.invalid(&at, failed, format!("error parsing failedIndexes: {error}"));
        }
        (Ok(failed_ones), Ok(completed_ones)) => {
            let both = failed_ones.iter().find_map(|(from, to)| {
                let mut others = completed_ones.iter();
                let other = others.find(|(first, last)| first <= to && from <= last)?;
                Some(other.0.max(*from))
            });
            if let Some(index) = both {
                let text = format!("failedIndexes and completedIndexes overlap at index: {index}");
                errors.invalid(&at, failed, text);
            }
        }
        _ => {}
    }
}

/// When a job was complete.
fn completion(status: &JobStatus, before: &JobStatus, path: &Path<'_>, errors: &mut Errors) {
    let complete = has(status, "Complete");
    let end_changed = status.completion_time != before.completion_time;
    let at = path.child("completionTime");
    if complete != has(before, "Complete") || end_changed {
        match &status.completion_time {
            Some(_) if !complete => {
                let text = "cannot set completionTime when there is no Complete=True condition";
                errors.invalid(&at, shown(&status.completion_time), text);
            }
            None if complete => {
                errors.required(&at, "completionTime is required for Complete jobs");
            }
            _ => {}
        }
    }
    if (status.start_time != before.start_time || end_changed)
        && let (Some(start), Some(end)) = (&status.start_time, &status.completion_time)
        && end < start
    {
        let text = "completionTime cannot be set before startTime";
        errors.invalid(&at, shown(&status.completion_time), text);
    }
}

/// What an end asks for.
fn ends(status: &JobStatus, before: &JobStatus, path: &Path<'_>, errors: &mut Errors) {
    if !is_finished(status) {
        return;
    }
    let ended = !is_finished(before);
    if status.active > 0 && (ended || status.active != before.active) {
        let text = "active>0 is invalid for finished job";
        errors.invalid(&path.child("active"), status.active, text);
    }
    if status.start_time.is_none() && (ended || before.start_time.is_some()) {
        let text = "startTime is required for finished job";
        errors.required(&path.child("startTime"), text);
    }
    let uncounted = &status.uncounted_terminated_pods;
    if let Some(pods) = uncounted
        && !(pods.succeeded.is_empty() && pods.failed.is_empty())
        && (ended || *uncounted != before.uncounted_terminated_pods)
    {
        let value = Verbatim(Internal::of(&**pods).compact());
        let text = "uncountedTerminatedPods needs to be empty for finished job";
        errors.invalid(&path.child("uncountedTerminatedPods"), value, text);
    }
}

/// How many pods there may be.
fn pods(status: &JobStatus, before: &JobStatus, path: &Path<'_>, errors: &mut Errors) {
    if let Some(terminating) = status.terminating.filter(|count| *count > 0)
        && is_finished(status)
        && (!is_finished(before) || status.terminating != before.terminating)
    {
        let text = "terminating>0 is invalid for finished job";
        errors.invalid(&path.child("terminating"), terminating, text);
    }
    if let Some(ready) = status.ready.filter(|ready| *ready > status.active)
        && (status.ready != before.ready || status.active != before.active)
    {
        let text = "cannot set more ready pods than active";
        errors.invalid(&path.child("ready"), ready, text);
    }
}

/// What does not go back.
fn kept(new: &Job, old: &Job, path: &Path<'_>, errors: &mut Errors) {
    let (status, before) = (&new.status, &old.status);
    let conditions = path.child("conditions");
    for condition in ["Failed", "Complete", "FailureTarget"] {
        if has(before, condition) && !has(status, condition) {
            let text = format!("cannot disable the terminal {condition}=True condition");
            errors.invalid_unshown(&conditions, text);
        }
    }
    if status.failed < before.failed {
        let text = "cannot decrease the failed counter";
        errors.invalid(&path.child("failed"), status.failed, text);
    }
    let indexed = new.spec.completion_mode.as_deref() == Some("Indexed");
    let elastic = indexed && new.spec.completions == new.spec.parallelism;
    if status.succeeded < before.succeeded && !elastic {
        let text = "cannot decrease the succeeded counter";
        errors.invalid(&path.child("succeeded"), status.succeeded, text);
    }
    if status.completion_time.is_some()
        && before.completion_time.is_some()
        && status.completion_time != before.completion_time
    {
        let at = path.child("completionTime");
        let text = "completionTime cannot be mutated";
        errors.invalid(&at, shown(&status.completion_time), text);
    }
    if before.start_time.is_some()
        && status.start_time != before.start_time
        && new.spec.suspend != Some(true)
    {
        let text = "field is immutable for unsuspended job once set";
        errors.invalid(&path.child("startTime"), shown(&status.start_time), text);
    }
    let met = |status| has(status, "SuccessCriteriaMet");
    if met(before) && !met(status) {
        let text = "cannot disable the SuccessCriteriaMet=True condition";
        errors.invalid_unshown(&conditions, text);
    }
    if has(before, "Complete") && !met(before) && met(status) {
        let text =
            "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
        errors.invalid_unshown(&conditions, text);
    }
}
