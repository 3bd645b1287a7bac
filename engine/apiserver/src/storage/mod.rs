//! Storage: every object of the cluster, with revisions, compare-and-swap and a watch log. Kubernetes' room for this is
//! etcd together with `k8s.io/apiserver/pkg/storage`.
//!
//! ```text
//!            commit(Change) ──► revision + 1
//!                 │
//!                 ├──► Table of the resource: persistent map  Key ─► Rc<dyn Object>, or bytes (see `rest.rs`)
//!                 └──► Log of the resource:   … (41, put) (44, put) (45, delete)   ◄── cursors of watches
//! ```
//!
//! An object in here is never changed: a write puts a new one in its place and leaves the old one to whoever still holds
//! it. Tables and logs are persistent structures, so cloning the whole [`Storage`] copies a few pointers; time travel, list
//! continuation and undo rest on that.
//!
//! Not here: what a valid object is, defaulting, finalizers, who may do what (all of that is [`crate::registry`]), and
//! waiting (that is [`crate::watch`]; storage itself never blocks and knows no wakers).

mod key;
mod log;
mod rest;
mod table;

use std::rc::Rc;

use apimachinery::Object;

pub use key::Key;
pub use log::{Log, LogEntry, LogRead};
pub use rest::{Packed, Packing};
pub use table::Table;

/// A stored object: immutable and shared.
pub type Obj = Rc<dyn Object>;

/// A point in the cluster's history: every write makes a new one. Objects carry it as `metadata.resourceVersion`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

impl Revision {
    /// Reads a `resourceVersion`; `None` when it is not a number.
    pub fn parse(text: &str) -> Option<Self> {
        // Go's ParseUint takes no sign, Rust's does.
        if text.starts_with('+') {
            return None;
        }
        text.parse().ok().map(Self)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Which table: the position of a resource in the registry's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub usize);

/// What a write demands of the object that is there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing may be there.
    Absent,
    /// The object must be there, at exactly this revision.
    At(Revision),
}

/// Why a write was refused. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// The key exists already.
    Exists,
    /// There is no such key.
    Missing,
    /// The object has moved on since; this is where it is now.
    Moved(Revision),
}

/// Everything the cluster remembers. Cloning makes a snapshot and costs next to nothing.
#[derive(Clone)]
pub struct Storage {
    revision: Revision,
    tables: Vec<Table>,
}

impl Storage {
    /// An empty storage with `tables` tables, each remembering its last `history` changes for watches.
    pub fn new(tables: usize, history: usize) -> Self {
        Self {
            revision: Revision(1),
            tables: vec![Table::new(history); tables],
        }
    }

    /// Adds a table (a custom resource was defined) and names it.
    pub fn add_table(&mut self, history: usize) -> TableId {
        self.tables.push(Table::new(history));
        TableId(self.tables.len() - 1)
    }

    /// Keeps the objects of a table as bytes from now on.
    ///
    /// # Panics
    /// When the id was made by another storage.
    pub fn set_packing(&mut self, id: TableId, packing: &'static dyn Packing) {
        self.tables[id.0].set_packing(packing);
    }

    /// The revision of the last write.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The table of a resource.
    ///
    /// # Panics
    /// When the id was made by another storage.
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.0]
    }

    /// The revision that the next write will have; an object is stamped with it before it is put.
    pub fn next_revision(&self) -> Revision {
        Revision(self.revision.0 + 1)
    }

    /// Puts an object, which carries [`Self::next_revision`] already.
    ///
    /// # Errors
    /// When what is there is not what was expected.
    pub fn put(
        &mut self,
        table: TableId,
        key: Key,
        object: Obj,
        expect: Expect,
    ) -> Result<Revision, StorageError> {
        self.tables[table.0].check(&key, expect)?;
        let revision = self.next_revision();
        self.tables[table.0].put(key, object, revision);
        self.revision = revision;
        Ok(revision)
    }

    /// Takes an object away. `last` is its last state, stamped with [`Self::next_revision`]: what watches are told.
    ///
    /// # Errors
    /// When what is there is not what was expected.
    pub fn delete(
        &mut self,
        table: TableId,
        key: &Key,
        last: Obj,
        expect: Revision,
    ) -> Result<Revision, StorageError> {
        self.tables[table.0].check(key, Expect::At(expect))?;
        let revision = self.next_revision();
        self.tables[table.0].delete(key, last, revision);
        self.revision = revision;
        Ok(revision)
    }

    /// Forgets the history up to and including `upto`: watches and lists from there get "410 Gone".
    pub fn compact(&mut self, upto: Revision) {
        for table in &mut self.tables {
            table.log_mut().compact(upto);
        }
    }

    /// Forgets every object and all history of one table (its custom resource is gone).
    pub fn clear_table(&mut self, table: TableId, history: usize) {
        self.tables[table.0] = Table::new(history);
    }
}
