//! `metadata.managedFields`: who owns what, read from and written to its API form.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

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
    set: Rc<Set>,
    /// The set as it was read, as long as it has not changed.
    text: Option<Raw>,
    /// The entry as it was read, as long as nothing of it has changed.
    entry: Option<Shared<ManagedFieldsEntry>>,
    pub(super) api_version: Str,
    time: Option<Time>,
}

impl Owned {
    pub(super) fn new(set: Set, api_version: Str, time: Option<Time>) -> Self {
        Self {
            set: Rc::new(set),
            text: None,
            entry: None,
            api_version,
            time,
        }
    }

    pub(super) fn time(&self) -> Option<Time> {
        self.time
    }

    pub(super) fn set_time(&mut self, now: Time) {
        self.put_time(Some(now));
    }

    pub(super) fn put_time(&mut self, time: Option<Time>) {
        if self.time != time {
            self.time = time;
            self.entry = None;
        }
    }

    pub(super) fn set(&self) -> &Set {
        &self.set
    }

    pub(super) fn change(&mut self, set: Set) {
        self.set = Rc::new(set);
        self.text = None;
        self.entry = None;
    }
}

/// How many sets are remembered with the texts they were read from.
const SETS: usize = 1024;

/// A text, and the set that it says.
type Known = (Raw, Rc<Set>);

thread_local! {
    static READ: RefCell<Vec<Option<Known>>> = const { RefCell::new(Vec::new()) };
}

/// The set that a text says. The same few texts are read again and again, as they are shared by all objects that a
/// manager writes alike, so the latest are remembered, one in each place of a table.
fn read(text: &Raw) -> Option<Rc<Set>> {
    let Some(address) = text.address() else {
        return Some(Rc::default());
    };
    READ.with_borrow_mut(|places| {
        if places.is_empty() {
            places.resize(SETS, None);
        }
        let place = &mut places[(address >> 4) % SETS];
        match place {
            Some((known, set)) if known.same(text) => Some(Rc::clone(set)),
            _ => {
                let set = Rc::new(Set::from_value(&text.to_value())?);
                *place = Some((text.clone(), Rc::clone(&set)));
                Some(set)
            }
        }
    })
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
            None => Rc::default(),
            Some(fields) => read(fields)?,
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
                text: entry.fields_v1.clone(),
                entry: Some(entry.clone()),
                api_version: entry.api_version.clone(),
                time: entry.time,
            },
        );
    }
    Some(managers)
}

/// Writes entries, sorted as upstream sorts them. What has not changed is shared with what was read.
pub(super) fn encode(managers: &Managers) -> Vec<Shared<ManagedFieldsEntry>> {
    let entry = |(manager, owned): (&Manager, &Owned)| match &owned.entry {
        Some(entry) => entry.clone(),
        None => Shared::new(ManagedFieldsEntry {
            manager: manager.name.clone(),
            operation: manager.operation.into(),
            api_version: owned.api_version.clone(),
            time: owned.time,
            fields_type: "FieldsV1".into(),
            fields_v1: Some(match &owned.text {
                Some(text) => text.clone(),
                None => Raw::from_text(owned.set.to_text()),
            }),
            subresource: manager.subresource.clone(),
        }),
    };
    let mut entries: Vec<Shared<ManagedFieldsEntry>> = managers.iter().map(entry).collect();
    sort(&mut entries);
    entries
}

/// Puts entries in upstream's order.
pub(super) fn sort(entries: &mut [Shared<ManagedFieldsEntry>]) {
    let seconds = |entry: &ManagedFieldsEntry| entry.time.map_or(0, Time::unix);
    entries.sort_by(|a, b| {
        a.operation
            .cmp(&b.operation)
            .then(seconds(a).cmp(&seconds(b)))
            .then_with(|| a.manager.cmp(&b.manager))
            .then_with(|| a.api_version.cmp(&b.api_version))
            .then_with(|| a.subresource.cmp(&b.subresource))
    });
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
