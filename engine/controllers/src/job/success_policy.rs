//! When an indexed job has succeeded although not every pod has.

use api::batch::v1::{Job, SuccessPolicyRule};

use super::indexes::Indexes;

/// The message of the condition, if a rule of the job's success policy is met.
pub(super) fn met(job: &Job, succeeded: &Indexes) -> Option<String> {
    let policy = job.spec.success_policy.as_ref()?;
    let completions = job.spec.completions.unwrap_or(0);
    let index = policy
        .rules
        .iter()
        .position(|rule| is_met(rule, succeeded, completions))?;
    Some(format!("Matched rules at index {index}"))
}

fn is_met(rule: &SuccessPolicyRule, succeeded: &Indexes, completions: i32) -> bool {
    let wanted = rule
        .succeeded_indexes
        .as_deref()
        .map(|text| Indexes::parse(text, completions));
    match (&wanted, rule.succeeded_count) {
        (Some(wanted), Some(count)) => {
            super::count(wanted.0.intersection(&succeeded.0).count()) >= count
        }
        (Some(wanted), None) => wanted.0.is_subset(&succeeded.0),
        (None, Some(count)) => succeeded.len() >= count,
        (None, None) => false,
    }
}
