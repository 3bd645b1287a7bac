//! The rules of when a job has succeeded before all its indexes have.

use api::batch::v1::{JobSpec, SuccessPolicy, SuccessPolicyRule};

use crate::registry::workload::validate_nonnegative;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;

const RULES_MAX: usize = 20;
const INDEXES_MAX: usize = 64 * 1024;

/// Checks the policy.
pub(super) fn validate(
    policy: &SuccessPolicy,
    spec: &JobSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if spec.completion_mode.as_deref() != Some("Indexed") {
        let shown = Verbatim(Internal::of(policy).compact());
        errors.invalid(path, shown, "requires indexed completion mode");
        return;
    }
    let rules = path.child("rules");
    if policy.rules.is_empty() {
        let detail = "at least one rules must be specified when the successPolicy is specified";
        errors.required(&rules, detail);
    }
    if policy.rules.len() > RULES_MAX {
        errors.too_many(&rules, policy.rules.len(), RULES_MAX);
    }
    let completions = spec.completions.unwrap_or_default();
    for (i, rule) in policy.rules.iter().enumerate() {
        validate_rule(rule, completions, &rules.index(i), errors);
    }
}

fn validate_rule(rule: &SuccessPolicyRule, completions: i32, path: &Path<'_>, errors: &mut Errors) {
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        let detail = "at least one of succeededCount or succeededIndexes must be specified";
        errors.required(path, detail);
    }
    let mut total = 0;
    if let Some(indexes) = &rule.succeeded_indexes {
        let at = path.child("succeededIndexes");
        if indexes.len() > INDEXES_MAX {
            errors.too_long(&at, INDEXES_MAX);
        }
        match count_indexes(indexes, completions) {
            Ok(count) => total = count,
            Err(why) => {
                errors.invalid(
                    &at,
                    indexes,
                    format!("error parsing succeededIndexes: {why}"),
                );
            }
        }
    }
    if let Some(count) = rule.succeeded_count {
        let at = path.child("succeededCount");
        validate_nonnegative(count.into(), &at, errors);
        if count > completions {
            let detail = format!(
                "must be less than or equal to {completions} (the number of specified completions)"
            );
            errors.invalid(&at, count, detail);
        }
        if rule.succeeded_indexes.is_some() && count > total {
            let detail = format!(
                "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            );
            errors.invalid(&at, count, detail);
        }
    }
}

/// The intervals of `1,3-5`; they must go up and be below the number of completions.
pub(super) fn intervals(text: &str, completions: i32) -> Result<Vec<(i32, i32)>, String> {
    let mut found: Vec<(i32, i32)> = Vec::new();
    if text.is_empty() {
        return Ok(found);
    }
    for interval in text.split(',') {
        let mut parts = interval.split('-');
        let first = parts.next().unwrap_or_default();
        let second = parts.next();
        if parts.next().is_some() {
            return Err(format!(
                "the fragment {interval:?} violates the requirement that an index interval can have at most two parts \
                 separated by '-'"
            ));
        }
        let x = index(first, completions)?;
        let y = second.map_or(Ok(x), |second| index(second, completions))?;
        if second.is_some() && x >= y {
            return Err(format!("non-increasing order, previous: {x}, current: {y}"));
        }
        if let Some((_, before)) = found.last()
            && *before >= x
        {
            return Err(format!(
                "non-increasing order, previous: {before}, current: {x}"
            ));
        }
        found.push((x, y));
    }
    Ok(found)
}

/// How many indexes these are.
fn count_indexes(text: &str, completions: i32) -> Result<i32, String> {
    let found = intervals(text, completions)?;
    Ok(found.iter().map(|(from, to)| to - from + 1).sum())
}

fn index(text: &str, completions: i32) -> Result<i32, String> {
    match text.parse::<i32>() {
        Err(_) => Err(format!(
            "cannot convert string to integer for index: {text:?}"
        )),
        Ok(index) if index >= completions => Err(format!("too large index: {text:?}")),
        Ok(index) => Ok(index),
    }
}
