//! The objects of one resource.

use std::ops::Bound;
use std::rc::Rc;

use imbl::OrdMap;

use super::{Expect, Key, Log, LogEntry, Obj, Packed, Packing, Revision, StorageError};

/// An object with the revision it was last written at.
#[derive(Clone)]
struct Slot {
    object: Held,
    revision: Revision,
}

/// How an object is kept.
#[derive(Clone)]
enum Held {
    Whole(Obj),
    Packed(Packed),
}

impl Slot {
    fn into_whole(self) -> Option<Obj> {
        match self.object {
            Held::Whole(object) => Some(object),
            Held::Packed(_) => None,
        }
    }
}

/// A persistent map of objects, with the log of its recent changes.
#[derive(Clone)]
pub struct Table {
    objects: OrdMap<Key, Slot>,
    log: Log,
    packing: Option<&'static dyn Packing>,
}

impl Table {
    pub(super) fn new(history: usize) -> Self {
        Self {
            objects: OrdMap::new(),
            log: Log::new(history),
            packing: None,
        }
    }

    /// Keeps the objects that come from now on as bytes.
    pub(super) fn set_packing(&mut self, packing: &'static dyn Packing) {
        self.packing = Some(packing);
    }

    fn whole(&self, key: &Key, slot: &Slot) -> Option<Obj> {
        match &slot.object {
            Held::Whole(object) => Some(Rc::clone(object)),
            Held::Packed(packed) => {
                let packing = self.packing?;
                Some(packing.unpack(key, slot.revision, packed))
            }
        }
    }

    /// The object of that key.
    pub fn get(&self, key: &Key) -> Option<Obj> {
        self.get_with_revision(key).map(|(object, _)| object)
    }

    /// The object of that key and the revision it was last written at.
    pub fn get_with_revision(&self, key: &Key) -> Option<(Obj, Revision)> {
        let slot = self.objects.get(key)?;
        Some((self.whole(key, slot)?, slot.revision))
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
    ) -> impl Iterator<Item = (&'a Key, Obj)> {
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
            .filter_map(move |(key, slot)| Some((key, self.whole(key, slot)?)))
    }

    /// What was last written by one of these revisions, and by which. Looks at every object.
    pub(crate) fn written(&self, first: Revision, last: Revision) -> Vec<(Obj, Revision)> {
        let theirs = |(key, slot): (&Key, &Slot)| {
            let is_theirs = (first..=last).contains(&slot.revision);
            is_theirs.then(|| Some((self.whole(key, slot)?, slot.revision)))?
        };
        self.objects.iter().filter_map(theirs).collect()
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
        let packed = self.packing.and_then(|packing| packing.pack(&*object));
        let held = match packed {
            Some(packed) => Held::Packed(packed),
            None => Held::Whole(Rc::clone(&object)),
        };
        let slot = Slot {
            object: held,
            revision,
        };
        let previous = match self.packing {
            None => self.objects.insert(key, slot).and_then(Slot::into_whole),
            Some(_) => {
                let previous = self.get(&key);
                self.objects.insert(key, slot);
                previous
            }
        };
        self.log.push(LogEntry {
            revision,
            object,
            previous,
            deleted: false,
        });
    }

    pub(super) fn delete(&mut self, key: &Key, last: Obj, revision: Revision) {
        let previous = self.get(key);
        self.objects.remove(key);
        self.log.push(LogEntry {
            revision,
            object: last,
            previous,
            deleted: true,
        });
    }
}
