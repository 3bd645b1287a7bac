//! The objects of one resource.

use std::ops::Bound;

use imbl::OrdMap;

use super::{Expect, Key, Log, LogEntry, Obj, Revision, StorageError};

/// An object with the revision it was last written at.
#[derive(Clone)]
struct Slot {
    object: Obj,
    revision: Revision,
}

/// A persistent map of objects, with the log of its recent changes.
#[derive(Clone)]
pub struct Table {
    objects: OrdMap<Key, Slot>,
    log: Log,
}

impl Table {
    pub(super) fn new(history: usize) -> Self {
        Self {
            objects: OrdMap::new(),
            log: Log::new(history),
        }
    }

    /// The object of that key.
    pub fn get(&self, key: &Key) -> Option<&Obj> {
        self.objects.get(key).map(|slot| &slot.object)
    }

    /// The object of that key and the revision it was last written at.
    pub fn get_with_revision(&self, key: &Key) -> Option<(&Obj, Revision)> {
        self.objects
            .get(key)
            .map(|slot| (&slot.object, slot.revision))
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The objects in key order: of one namespace or of all, those after `after` if given.
    pub fn iter<'a>(
        &'a self,
        namespace: Option<&'a str>,
        after: Option<&Key>,
    ) -> impl Iterator<Item = (&'a Key, &'a Obj)> {
        let start = match (after, namespace) {
            (Some(key), _) => Bound::Excluded(key.clone()),
            (None, Some(namespace)) => Bound::Included(Key::new(namespace, "")),
            (None, None) => Bound::Unbounded,
        };
        self.objects
            .range((start, Bound::Unbounded))
            .take_while(move |(key, _)| {
                namespace.is_none_or(|namespace| key.namespace == namespace)
            })
            .map(|(key, slot)| (key, &slot.object))
    }

    /// The recent changes.
    pub fn log(&self) -> &Log {
        &self.log
    }

    pub(super) fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }

    pub(crate) fn check(&self, key: &Key, expect: Expect) -> Result<(), StorageError> {
        match (expect, self.objects.get(key)) {
            (Expect::Absent, None) => Ok(()),
            (Expect::Absent, Some(_)) => Err(StorageError::Exists),
            (Expect::At(_), None) => Err(StorageError::Missing),
            (Expect::At(revision), Some(slot)) if slot.revision == revision => Ok(()),
            (Expect::At(_), Some(slot)) => Err(StorageError::Moved(slot.revision)),
        }
    }

    pub(super) fn put(&mut self, key: Key, object: Obj, revision: Revision) {
        let previous = self
            .objects
            .insert(
                key,
                Slot {
                    object: object.clone(),
                    revision,
                },
            )
            .map(|slot| slot.object);
        self.log.push(LogEntry {
            revision,
            object,
            previous,
            deleted: false,
        });
    }

    pub(super) fn delete(&mut self, key: &Key, last: Obj, revision: Revision) {
        let previous = self.objects.remove(key).map(|slot| slot.object);
        self.log.push(LogEntry {
            revision,
            object: last,
            previous,
            deleted: true,
        });
    }
}
