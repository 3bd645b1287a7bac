//! A list of things by key, each watched by itself: a patch of one pod wakes only what shows that pod.
//!
//! Sums over all of them listen to one trigger: to listen to a thousand rows costs more than to add them up.

use std::sync::Arc;

use super::live::{Live, Row, Watched, live};

/// A key: mostly a UID.
pub type Key = Arc<str>;

/// Things by key, in the keys' order.
pub struct Keyed<T: 'static> {
    rows: Live<Vec<(Key, Row<T>)>>,
    /// Told when anything has changed in any row.
    any: Live<()>,
}

impl<T> Clone for Keyed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Keyed<T> {}

impl<T: Clone + PartialEq> Keyed<T> {
    /// An empty list.
    pub fn new() -> Self {
        Keyed {
            rows: live(Vec::new()),
            any: live(()),
        }
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.rows
            .with_untracked(|rows| rows.binary_search_by(|(other, _)| (**other).cmp(key)))
    }

    /// Puts in a thing, or replaces it. Says nothing to anyone if it is the same as before.
    pub fn put(&self, key: &str, value: T) {
        match self.place(key) {
            Ok(place) => {
                let row = self.rows.with_untracked(|rows| rows[place].1.clone());
                if row.with_untracked(|old| *old == value) {
                    return;
                }
                row.set(value);
            }
            Err(place) => {
                let row = Arc::new(Watched::new(value));
                self.rows
                    .update(|rows| rows.insert(place, (key.into(), row)));
            }
        }
        self.any.set(());
    }

    /// Takes out a thing.
    pub fn remove(&self, key: &str) {
        if let Ok(place) = self.place(key) {
            self.rows.update(|rows| drop(rows.remove(place)));
            self.any.set(());
        }
    }

    /// Takes out everything.
    pub fn clear(&self) {
        self.rows.set(Vec::new());
        self.any.set(());
    }

    /// One thing; notices when it comes or goes.
    pub fn row(&self, key: &str) -> Option<Row<T>> {
        self.rows.with(|_| self.row_untracked(key))
    }

    /// One thing.
    pub fn row_untracked(&self, key: &str) -> Option<Row<T>> {
        let place = self.place(key).ok()?;
        self.rows.with_untracked(|rows| Some(rows[place].1.clone()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.with(Vec::len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `visit` with every thing, and listens to all of them.
    pub fn each(&self, mut visit: impl FnMut(&Key, &T)) {
        self.any.with(|()| {});
        self.rows.with_untracked(|rows| {
            for (key, row) in rows {
                row.with_untracked(|value| visit(key, value));
            }
        });
    }
}

impl<T: Clone + PartialEq> Default for Keyed<T> {
    fn default() -> Self {
        Keyed::new()
    }
}
