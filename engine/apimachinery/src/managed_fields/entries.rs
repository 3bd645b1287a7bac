//! `metadata.managedFields`: who owns what, read from and written to its API form.

use std::collections::BTreeMap;

use super::Set;
use crate::meta::v1::ManagedFieldsEntry;
use crate::{Raw, Shared, Str, Time};

pub(super) const APPLY: &str = "Apply";
pub(super) const UPDATE: &str = "Update";

/// What tells managers apart. An applier is the same in every version of the API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Manager {
    pub(super) name: Str,
    pub(super) operation: &'static str,
    /// Empty for appliers.
    pub(super) api_version: Str,
    pub(super) subresource: Str,
}

/// What a manager owns.
#[derive(Clone, Debug)]
pub(super) struct Owned {
    pub(super) set: Set,
    pub(super) api_version: Str,
    pub(super) time: Option<Time>,
}

/// All managers of an object.
pub(super) type Managers = BTreeMap<Manager, Owned>;

/// Reads entries; `None` when one is malformed.
pub(super) fn decode(entries: &[Shared<ManagedFieldsEntry>]) -> Option<Managers> {
    let mut managers = Managers::new();
    for entry in entries {
        let operation = match entry.operation.as_str() {
            APPLY => APPLY,
            UPDATE => UPDATE,
            _ => return None,
        };
        if entry.api_version.is_empty() || entry.fields_type != "FieldsV1" {
            return None;
        }
        let set = match &entry.fields_v1 {
            None => Set::new(),
            Some(fields) => Set::from_value(&fields.to_value())?,
        };
        let manager = Manager {
            name: entry.manager.clone(),
            operation,
            api_version: if operation == APPLY {
                Str::new()
            } else {
                entry.api_version.clone()
            },
            subresource: entry.subresource.clone(),
        };
        managers.insert(
            manager,
            Owned {
                set,
                api_version: entry.api_version.clone(),
                time: entry.time,
            },
        );
    }
    Some(managers)
}

/// Writes entries, sorted as upstream sorts them.
pub(super) fn encode(managers: &Managers) -> Vec<Shared<ManagedFieldsEntry>> {
    let mut entries: Vec<ManagedFieldsEntry> = managers
        .iter()
        .map(|(manager, owned)| ManagedFieldsEntry {
            manager: manager.name.clone(),
            operation: manager.operation.into(),
            api_version: owned.api_version.clone(),
            time: owned.time,
            fields_type: "FieldsV1".into(),
            fields_v1: Some(Raw::from_value(&owned.set.to_value())),
            subresource: manager.subresource.clone(),
        })
        .collect();
    let seconds = |entry: &ManagedFieldsEntry| entry.time.map_or(0, Time::unix);
    entries.sort_by(|a, b| {
        a.operation
            .cmp(&b.operation)
            .then(seconds(a).cmp(&seconds(b)))
            .then_with(|| a.manager.cmp(&b.manager))
            .then_with(|| a.api_version.cmp(&b.api_version))
            .then_with(|| a.subresource.cmp(&b.subresource))
    });
    entries.into_iter().map(Shared::new).collect()
}

/// How a manager is named to people: `"kubectl"`, `"kubectl-edit" using v1`.
pub(super) fn describe(manager: &Manager) -> Str {
    let mut text = crate::gotext::quote(&manager.name);
    if !manager.subresource.is_empty() {
        text = ecow::eco_format!(
            "{text} with subresource {}",
            crate::gotext::quote(&manager.subresource)
        );
    }
    if manager.operation == UPDATE {
        text = ecow::eco_format!("{text} using {}", manager.api_version);
    }
    text
}
