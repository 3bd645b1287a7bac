//! Objects at rest: kinds of which there are many, and which nobody keeps in memory, as bytes.
//!
//! etcd keeps bytes only. Here most objects are shared with the caches of informers, so bytes beside them would be a second
//! copy. Events are different: five are written for every pod, and hardly anyone ever reads them.

use std::fmt::Debug;
use std::rc::Rc;

use apimachinery::meta::v1::ManagedFieldsEntry;
use apimachinery::{Object, Shared};

use super::{Key, Obj, Revision};

/// How the objects of a table become bytes, and come back.
pub trait Packing: Debug {
    /// The object as bytes; `None` when it has something that is too rare to have a place there.
    fn pack(&self, object: &dyn Object) -> Option<Packed>;
    /// The object that was packed under that key and at that revision.
    fn unpack(&self, key: &Key, revision: Revision, packed: &Packed) -> Obj;
}

/// An object without its key and revision.
#[derive(Clone, Debug)]
pub struct Packed {
    /// In an encoding of the packing's own.
    pub bytes: Rc<[u8]>,
    /// Its managed fields, which it shares with others; more than one are too rare.
    pub entry: Option<Shared<ManagedFieldsEntry>>,
}
