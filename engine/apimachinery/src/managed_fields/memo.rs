//! Remembers what writes did to managed fields.
//!
//! The pods of a replica set, their events, the renewals of leases: thousands of writes change the same fields of objects
//! with the same entries, and what comes out differs in nothing but the time. Such a write is recognised by a digest of
//! what it changes and by the entries that were there; its outcome is taken from here. Being in it or not changes the
//! work only, never what anything means. Writes that differ in one address are alike, too (see [`super::blank`]).

use std::cell::RefCell;

use super::FieldManager;
use super::blank::{Blank, is_written_out, leave_blank};
use super::entries::{UPDATE, sort};
use super::typed::{compare_structs, digest_structs};
use crate::meta::v1::ManagedFieldsEntry;
use crate::reflect::Reflect;
use crate::{Digest, Raw, Shared, Str, Time};

/// How many outcomes are remembered: one in each place of a table. The entries of a lease name its node, so every node
/// has one for its own renewals.
const PLACES: usize = 8192;
/// With more entries than this, the oldest are merged, which depends on their times.
const MAX_ENTRIES: usize = 8;

type Entry = Shared<ManagedFieldsEntry>;

thread_local! {
    static KNOWN: RefCell<Vec<Option<Box<Known>>>> = const { RefCell::new(Vec::new()) };
}

/// A write that was seen.
struct Known {
    digest: Digest,
    exact: bool,
    is_new: bool,
    manager: Str,
    subresource: Str,
    /// The entries that were there. Their texts stay alive by this, so that their addresses name them.
    live: Vec<Entry>,
    outcome: Vec<Outcome>,
}

/// What a write changes.
struct Change {
    digest: Digest,
    /// What is left blank in the digest and in the entries.
    address: Option<Str>,
    /// Nothing is left blank, as there are several addresses.
    exact: bool,
}

/// An entry after the write.
enum Outcome {
    /// This one of those that were there, as it was.
    Kept(usize),
    /// This one, with this text; the flag says whether the writer has written it now.
    Changed(usize, Option<Raw>, bool),
    /// The writer's first.
    New(Entry),
}

/// Who writes what.
pub struct Write<'a> {
    /// The version before; an empty object if there was none.
    pub live: &'a dyn Reflect,
    /// The version after.
    pub new: &'a dyn Reflect,
    /// Whether there was none before.
    pub is_new: bool,
    /// The entries before.
    pub entries: &'a [Entry],
    /// The manager's name.
    pub manager: &'a Str,
    /// The subresource that is written, or empty.
    pub subresource: &'a str,
    /// When.
    pub now: Time,
}

impl Write<'_> {
    /// The entries after a create, update or patch by a client that says nothing of the entries itself. `fields` makes
    /// what keeps the fields of the kind, if it is needed.
    pub fn entries_after<'f>(&self, fields: &dyn Fn() -> FieldManager<'f>) -> Vec<Entry> {
        let change = self.change();
        if let Some(change) = &change {
            if change.digest.is_empty() && !self.is_new {
                return self.entries.to_vec();
            }
            if let Some(known) = self.recall(change) {
                return known;
            }
        }
        let mut after = fields().update(
            compare_structs(self.live, self.new),
            self.is_new,
            self.entries,
            &[],
            self.manager,
            self.now,
        );
        if let Some(change) = change {
            let clear = change.address.as_ref().is_none_or(|address| {
                let mut live = self.entries.iter();
                !live.any(|entry| is_written_out(entry)) && leave_blank(&mut after, address)
            });
            if clear {
                self.remember(&change, &after);
            }
        }
        after
    }

    /// What the write changes; `None` if there is no digest of it.
    fn change(&self) -> Option<Change> {
        let (digest, blank) = digest_structs(self.live, self.new, Blank::default())?;
        if blank != Blank::Spoilt {
            let fillings = self.entries.iter();
            let mut fillings = fillings.filter_map(|entry| entry.fields_v1.as_ref()?.filling());
            let address = match blank {
                Blank::Filled(address) => Some(address),
                _ => fillings.clone().next().cloned(),
            };
            if fillings.all(|filling| Some(filling) == address.as_ref()) {
                return Some(Change {
                    digest,
                    address,
                    exact: false,
                });
            }
        }
        let (digest, _) = digest_structs(self.live, self.new, Blank::Forbidden)?;
        Some(Change {
            digest,
            address: None,
            exact: true,
        })
    }

    /// Where the write is remembered. The same change is made by many: all that renew their leases, for instance.
    fn place(&self, mut digest: Digest) -> usize {
        digest.add_text(self.manager);
        for entry in self.entries {
            digest.add(entry.fields_v1.as_ref().and_then(Raw::address).unwrap_or(0) as u64);
        }
        digest.place(PLACES)
    }

    fn recall(&self, change: &Change) -> Option<Vec<Entry>> {
        KNOWN.with_borrow_mut(|places| {
            let known = places.get_mut(self.place(change.digest))?.as_mut()?;
            let same = known.digest == change.digest
                && known.exact == change.exact
                && known.is_new == self.is_new
                && known.manager == *self.manager
                && known.subresource == self.subresource
                && known.live.len() == self.entries.len()
                && known
                    .live
                    .iter()
                    .zip(self.entries)
                    .all(|(a, b)| alike(a, b, change.exact));
            same.then(|| self.replay(&mut known.outcome, change.address.as_ref()))
        })
    }

    fn replay(&self, outcome: &mut [Outcome], address: Option<&Str>) -> Vec<Entry> {
        let filled = |text: &Option<Raw>| match (text, address) {
            (Some(text), Some(address)) => Some(text.refilled(address)),
            _ => text.clone(),
        };
        let mut after: Vec<Entry> = Vec::with_capacity(outcome.len());
        for one in outcome {
            after.push(match one {
                Outcome::Kept(index) => self.entries[*index].clone(),
                Outcome::Changed(index, text, written) => {
                    let old = &self.entries[*index];
                    let as_before = |old: &Raw| text.as_ref().is_some_and(|text| text.form_of(old));
                    let kept = old.fields_v1.as_ref().filter(|old| as_before(old));
                    Shared::new(ManagedFieldsEntry {
                        fields_v1: kept.cloned().or_else(|| filled(text)),
                        time: if *written { Some(self.now) } else { old.time },
                        ..(**old).clone()
                    })
                }
                Outcome::New(entry) => {
                    // Those of one second are one.
                    let text = filled(&entry.fields_v1);
                    let same_text = text.as_ref().map(Raw::filling)
                        == entry.fields_v1.as_ref().map(Raw::filling);
                    if entry.time != Some(self.now) || !same_text {
                        *entry = Shared::new(ManagedFieldsEntry {
                            time: Some(self.now),
                            fields_v1: text,
                            ..(**entry).clone()
                        });
                    }
                    entry.clone()
                }
            });
        }
        sort(&mut after);
        after
    }

    fn is_writer(&self, entry: &ManagedFieldsEntry) -> bool {
        entry.manager == *self.manager
            && entry.operation == UPDATE
            && entry.subresource == self.subresource
    }

    fn remember(&self, change: &Change, after: &[Entry]) {
        if self.entries.len() > MAX_ENTRIES {
            return;
        }
        let now = Some(self.now);
        let mut outcome = Vec::with_capacity(after.len());
        for entry in after {
            let index = self.entries.iter().position(|old| same_manager(old, entry));
            outcome.push(match index {
                // Whether it was written now cannot be told from the time.
                Some(index) if self.entries[index].time == now && self.is_writer(entry) => return,
                Some(index) if Shared::ptr_eq(&self.entries[index], entry) => Outcome::Kept(index),
                Some(index) => {
                    let written = self.is_writer(entry) && entry.time == now;
                    Outcome::Changed(index, entry.fields_v1.clone(), written)
                }
                None if entry.time == now => Outcome::New(entry.clone()),
                None => return,
            });
        }
        let known = Known {
            digest: change.digest,
            exact: change.exact,
            is_new: self.is_new,
            manager: self.manager.clone(),
            subresource: self.subresource.into(),
            live: self.entries.to_vec(),
            outcome,
        };
        KNOWN.with_borrow_mut(|places| {
            if places.is_empty() {
                places.resize_with(PLACES, || None);
            }
            places[self.place(change.digest)] = Some(Box::new(known));
        });
    }
}

fn same_manager(a: &ManagedFieldsEntry, b: &ManagedFieldsEntry) -> bool {
    a.manager == b.manager
        && a.operation == b.operation
        && a.subresource == b.subresource
        && a.api_version == b.api_version
}

/// Whether two entries are the same but for their times, and for what is in their blanks unless that counts, too.
fn alike(a: &Entry, b: &Entry, exact: bool) -> bool {
    let same_text = match (&a.fields_v1, &b.fields_v1) {
        (Some(a), Some(b)) if exact => a.same(b),
        (Some(a), Some(b)) => a.form_of(b),
        (a, b) => a.is_none() && b.is_none(),
    };
    Shared::ptr_eq(a, b) || same_manager(a, b) && same_text && a.fields_type == b.fields_type
}
