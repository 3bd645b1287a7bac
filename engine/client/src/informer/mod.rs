//! Informers: one cache per kind, kept up to date by a watch, shared by everybody (`cache.SharedInformer`).
//!
//! ```text
//!   API server's watch log ─► one task per kind ─► cache with indexes ◄── Lister (controllers read)
//!                                       │
//!                                       └─► handlers, in order of registration ─► work queues
//! ```
//!
//! Handlers are called right when a change has entered the cache, and must be short: they put keys into queues. A task
//! that waits once after a write finds the write in the cache.
//!
//! All of the work is done on objects whose type is not known ([`core`]), once for all kinds; an [`Informer`] only gives
//! them their type back.
//!
//! Not here: resync periods. Nothing is ever missed, so nothing has to be repeated.

mod core;
mod factory;
mod lister;
mod store;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::rc::Rc;

use apimachinery::{Kind, Object, Str};

use crate::Client;

use self::core::Core;
pub use self::core::Subscription;
pub use factory::Informers;
pub use lister::Lister;
pub use store::IndexFn;
use store::Values;

/// What has changed.
#[derive(Debug)]
pub enum Change<'a, K: ?Sized> {
    /// The object is new (or was there before the handler).
    Added(&'a Rc<K>),
    /// The object has changed.
    Updated {
        /// Before.
        old: &'a Rc<K>,
        /// After.
        new: &'a Rc<K>,
    },
    /// The object is gone; this is its last state.
    Deleted(&'a Rc<K>),
}

impl<'a, K: ?Sized> Change<'a, K> {
    /// The object as it is now, or as it was last.
    pub fn object(&self) -> &'a Rc<K> {
        match self {
            Change::Added(object) | Change::Deleted(object) => object,
            Change::Updated { new, .. } => new,
        }
    }

    /// The object before the change.
    pub fn old(&self) -> Option<&'a Rc<K>> {
        match self {
            Change::Added(_) => None,
            Change::Updated { old, .. } => Some(old),
            Change::Deleted(object) => Some(object),
        }
    }
}

/// The informer of one kind. Cloning gives the same one.
pub struct Informer<K> {
    core: Rc<Core>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Informer<K> {
    fn clone(&self) -> Self {
        Self {
            core: Rc::clone(&self.core),
            kind: PhantomData,
        }
    }
}

impl<K: Kind> Informer<K> {
    /// An informer that has listed everything and watches from there on.
    pub(crate) fn start(client: &Client) -> Self {
        Self {
            core: Core::start(client, K::PLURAL, client.resource_of::<K>()),
            kind: PhantomData,
        }
    }

    /// Reads the cache.
    pub fn lister(&self) -> Lister<K> {
        Lister::over(Rc::clone(&self.core.store))
    }

    /// Adds an index to the cache; nothing if there is one of that name.
    pub fn add_index(&self, name: &'static str, values_of: IndexFn<K>) {
        self.lister().add_index(name, values_of);
    }

    /// Adds an index by label, which [`Lister::select`] then uses: a selection costs what it finds, not what there is.
    pub fn index_labels(&self) {
        self.add_index(store::BY_LABEL, store::labels_of::<K>);
    }

    /// Calls `handler` for every object that is there, and then for every change.
    pub fn on_change(&self, handler: impl Fn(&Change<'_, K>) + 'static) {
        self.core.on_change(untyped(handler));
    }

    /// As [`Self::on_change`], for the objects of which `values_of` names `value`: what a kubelet does with the pods of
    /// its node, at a cost that does not grow with the number of kubelets.
    ///
    /// An object that leaves the selection is deleted as far as the handler is concerned.
    pub fn on_change_of(
        &self,
        values_of: IndexFn<K>,
        value: &Str,
        handler: impl Fn(&Change<'_, K>) + 'static,
    ) -> Subscription {
        let values = Values::new(values_of);
        self.core.on_change_of(values, value, untyped(handler))
    }
}

/// A handler for objects whose type is not known, but is this one.
fn untyped<K: Kind>(handler: impl Fn(&Change<'_, K>) + 'static) -> self::core::Handler {
    Rc::new(move |change| {
        let typed = |object: &Rc<dyn Object>| Rc::clone(object).downcast_rc::<K>();
        let Some(object) = typed(change.object()) else {
            return;
        };
        match change {
            Change::Added(_) => handler(&Change::Added(&object)),
            Change::Deleted(_) => handler(&Change::Deleted(&object)),
            Change::Updated { old, .. } => {
                if let Some(old) = &typed(old) {
                    let new = &object;
                    handler(&Change::Updated { old, new });
                }
            }
        }
    })
}
