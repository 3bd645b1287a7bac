//! What a namespace tells about its deletion.

use api::core::v1::{NamespaceCondition, NamespaceStatus};
use apimachinery::Time;

use super::content::Remains;

/// Type, reason and message of a condition while all is well, in the order in which they are written.
const WELL: [(&str, &str, &str); 5] = [
    (
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    (
        "NamespaceContentRemaining",
        "ContentRemoved",
        "All content successfully removed",
    ),
    (
        "NamespaceFinalizersRemaining",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
];

/// Brings the conditions up to date; whether anything changed.
pub(super) fn update(status: &mut NamespaceStatus, remains: &Remains, now: Time) -> bool {
    let mut changed = false;
    for (type_, reason, message) in WELL {
        let trouble = trouble(type_, remains);
        let (value, reason, message) = match &trouble {
            Some((reason, message)) => ("True", *reason, message.as_str()),
            None => ("False", reason, message),
        };
        let new = NamespaceCondition {
            type_: type_.into(),
            status: value.into(),
            last_transition_time: now,
            reason: reason.into(),
            message: message.into(),
        };
        match status.conditions.iter_mut().find(|c| c.type_ == type_) {
            None => {
                status.conditions.push(new);
                changed = true;
            }
            Some(old) => {
                let same = (&old.status, &old.reason, &old.message)
                    == (&new.status, &new.reason, &new.message);
                if !same {
                    let since = if old.status == new.status {
                        old.last_transition_time
                    } else {
                        now
                    };
                    *old = NamespaceCondition {
                        last_transition_time: since,
                        ..new
                    };
                    changed = true;
                }
            }
        }
    }
    changed
}

fn trouble(type_: &str, remains: &Remains) -> Option<(&'static str, String)> {
    let list = |entries: Vec<String>| entries.join(", ");
    match type_ {
        "NamespaceDeletionContentFailure" if !remains.errors.is_empty() => {
            let mut errors: Vec<String> = remains
                .errors
                .iter()
                .map(|e| e.message.to_string())
                .collect();
            errors.sort();
            let count = errors.len();
            let text = format!(
                "Failed to delete all resource types, {count} remaining: {}",
                list(errors)
            );
            Some(("ContentDeletionFailed", text))
        }
        "NamespaceContentRemaining" if !remains.resources.is_empty() => {
            let each = remains.resources.iter();
            let entries =
                each.map(|(name, count)| format!("{name} has {count} resource instances"));
            let text = format!("Some resources are remaining: {}", list(entries.collect()));
            Some(("SomeResourcesRemain", text))
        }
        "NamespaceFinalizersRemaining" if !remains.finalizers.is_empty() => {
            let each = remains.finalizers.iter();
            let entries = each.map(|(name, count)| format!("{name} in {count} resource instances"));
            let text = format!("Some finalizers are remaining: {}", list(entries.collect()));
            Some(("SomeFinalizersRemain", text))
        }
        _ => None,
    }
}
