//! A list of things by key, each in a signal of its own: a patch of one pod wakes only what shows that pod.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

/// A key: mostly a UID.
pub type Key = Arc<str>;

/// Things by key, in the keys' order.
pub struct Keyed<T: Send + Sync + 'static> {
    rows: RwSignal<BTreeMap<Key, ArcRwSignal<T>>>,
}

impl<T: Send + Sync> Clone for Keyed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Keyed<T> {}

impl<T: Clone + PartialEq + Send + Sync> Keyed<T> {
    /// An empty list.
    pub fn new() -> Self {
        Keyed {
            rows: RwSignal::new(BTreeMap::new()),
        }
    }

    /// Puts in a thing, or replaces it. Says nothing to anyone if it is the same as before.
    pub fn put(&self, key: &str, value: T) {
        let row = self.rows.with_untracked(|rows| rows.get(key).cloned());
        match row {
            Some(row) => {
                if row.with_untracked(|old| *old != value) {
                    row.set(value);
                }
            }
            None => self.rows.update(|rows| {
                rows.insert(key.into(), ArcRwSignal::new(value));
            }),
        }
    }

    /// Takes out a thing.
    pub fn remove(&self, key: &str) {
        if self.rows.with_untracked(|rows| rows.contains_key(key)) {
            self.rows.update(|rows| {
                rows.remove(key);
            });
        }
    }

    /// Takes out everything.
    pub fn clear(&self) {
        if self.rows.with_untracked(|rows| !rows.is_empty()) {
            self.rows.set(BTreeMap::new());
        }
    }

    /// The signal of one thing; notices when it comes or goes.
    pub fn row(&self, key: &str) -> Option<ArcRwSignal<T>> {
        self.rows.with(|rows| rows.get(key).cloned())
    }

    /// The signal of one thing that is known to be there.
    pub fn row_untracked(&self, key: &str) -> Option<ArcRwSignal<T>> {
        self.rows.with_untracked(|rows| rows.get(key).cloned())
    }

    /// The present value of one thing, without listening to it.
    pub fn peek(&self, key: &str) -> Option<T> {
        self.rows
            .with_untracked(|rows| rows.get(key).map(|row| row.get_untracked()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.with(BTreeMap::len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `visit` with every thing, and listens to all of them.
    pub fn each(&self, mut visit: impl FnMut(&Key, &T)) {
        self.rows.with(|rows| {
            for (key, row) in rows {
                row.with(|value| visit(key, value));
            }
        });
    }
}

impl<T: Clone + PartialEq + Send + Sync> Default for Keyed<T> {
    fn default() -> Self {
        Keyed::new()
    }
}
