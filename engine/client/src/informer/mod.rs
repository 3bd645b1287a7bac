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
//! Not here: resync periods. Nothing is ever missed, so nothing has to be repeated.

mod factory;
mod lister;
mod store;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::meta::v1::ListOptions;
use apimachinery::{Kind, Str, watch};

use crate::{Client, NamespacedName, Watch};

pub use factory::Informers;
pub use lister::Lister;
pub use store::IndexFn;

/// What has changed.
#[derive(Debug)]
pub enum Change<'a, K> {
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

impl<'a, K> Change<'a, K> {
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

type Handler<K> = Rc<dyn Fn(&Change<'_, K>)>;

/// The informer of one kind. Cloning gives the same one.
pub struct Informer<K> {
    inner: Rc<Inner<K>>,
}

impl<K> Clone for Informer<K> {
    fn clone(&self) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
        }
    }
}

struct Inner<K> {
    lister: Lister<K>,
    handlers: RefCell<Vec<Handler<K>>>,
    /// Handlers for the objects under one value of an index.
    keyed: RefCell<Vec<Keyed<K>>>,
    next_subscription: Cell<u64>,
}

struct Keyed<K> {
    values_of: IndexFn<K>,
    handlers: BTreeMap<Str, Vec<(u64, Handler<K>)>>,
}

/// A registration under an index value; it ends when this is dropped.
#[must_use = "the handler is taken off when this is dropped"]
pub struct Subscription {
    cancel: Option<Box<dyn FnOnce()>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(cancel) = self.cancel.take() {
            cancel();
        }
    }
}

impl<K: Kind> Informer<K> {
    /// An informer that has listed everything and watches from there on.
    pub(crate) fn start(client: &Client) -> Self {
        let informer = Self {
            inner: Rc::new(Inner {
                lister: Lister::default(),
                handlers: RefCell::default(),
                keyed: RefCell::default(),
                next_subscription: Cell::new(0),
            }),
        };
        if client.serves::<K>() {
            let watch = informer.list_and_watch(client);
            let (task, client) = (informer.clone(), client.clone());
            let sim = client.sim().clone();
            sim.spawn(K::PLURAL, async move { task.run(&client, watch).await });
        }
        informer
    }

    /// Reads the cache.
    pub fn lister(&self) -> Lister<K> {
        self.inner.lister.clone()
    }

    /// Adds an index to the cache; nothing if there is one of that name.
    pub fn add_index(&self, name: &'static str, values_of: IndexFn<K>) {
        self.inner.lister.add_index(name, values_of);
    }

    /// Calls `handler` for every object that is there, and then for every change.
    pub fn on_change(&self, handler: impl Fn(&Change<'_, K>) + 'static) {
        for object in self.inner.lister.list() {
            handler(&Change::Added(&object));
        }
        self.inner.handlers.borrow_mut().push(Rc::new(handler));
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
        for object in self.inner.lister.list() {
            if values_of(&object).contains(value) {
                handler(&Change::Added(&object));
            }
        }
        let id = self.inner.next_subscription.get();
        self.inner.next_subscription.set(id + 1);
        let mut keyed = self.inner.keyed.borrow_mut();
        let known = keyed
            .iter()
            .position(|k| std::ptr::fn_addr_eq(k.values_of, values_of));
        let slot = known.unwrap_or_else(|| {
            keyed.push(Keyed {
                values_of,
                handlers: BTreeMap::new(),
            });
            keyed.len() - 1
        });
        let handlers = keyed[slot].handlers.entry(value.clone()).or_default();
        handlers.push((id, Rc::new(handler)));
        let (inner, value) = (Rc::downgrade(&self.inner), value.clone());
        Subscription {
            cancel: Some(Box::new(move || {
                if let Some(inner) = inner.upgrade() {
                    inner.unsubscribe(slot, &value, id);
                }
            })),
        }
    }

    /// Lists everything, brings the cache in line with that, and watches from there.
    fn list_and_watch(&self, client: &Client) -> Option<Watch<K>> {
        let list = client.list::<K>("", &ListOptions::default()).ok()?;
        let listed: BTreeMap<NamespacedName, Rc<K>> = list
            .items
            .into_iter()
            .map(|object| (NamespacedName::of(object.meta()), object))
            .collect();
        let known: Vec<NamespacedName> = {
            let store = self.inner.lister.store.borrow();
            store.keys().cloned().collect()
        };
        for key in known.iter().filter(|key| !listed.contains_key(*key)) {
            self.remove(key);
        }
        for object in listed.into_values() {
            self.put(object);
        }
        let options = ListOptions {
            resource_version: list.metadata.resource_version,
            ..ListOptions::default()
        };
        client.watch("", &options).ok()
    }

    async fn run(&self, client: &Client, first: Option<Watch<K>>) {
        let mut watch = first;
        loop {
            let Some(current) = &mut watch else {
                // The server did not answer; look again in a second, as client-go's reflector does.
                client.sim().sleep(std::time::Duration::from_secs(1)).await;
                watch = self.list_and_watch(client);
                continue;
            };
            match current.next().await {
                Some(watch::Event::Added(object) | watch::Event::Modified(object)) => {
                    self.put(object);
                }
                Some(watch::Event::Deleted(object)) => {
                    // The last state is told with the revision of the deletion.
                    let key = NamespacedName::of(object.meta());
                    self.remove_as(&key, Some(object));
                }
                Some(watch::Event::Bookmark(_)) => (),
                // The watch fell behind the server's memory: begin anew.
                Some(watch::Event::Error(_)) | None => watch = self.list_and_watch(client),
            }
        }
    }

    fn put(&self, object: Rc<K>) {
        let key = NamespacedName::of(object.meta());
        let old = {
            let mut store = self.inner.lister.store.borrow_mut();
            store.put(key, Rc::clone(&object))
        };
        match &old {
            None => self.tell(&Change::Added(&object)),
            Some(old) if old.meta().uid != object.meta().uid => {
                // Deleted and made anew while nobody looked.
                self.tell(&Change::Deleted(old));
                self.tell(&Change::Added(&object));
            }
            Some(old) if old.meta().resource_version == object.meta().resource_version => (),
            Some(old) => self.tell(&Change::Updated { old, new: &object }),
        }
    }

    fn remove(&self, key: &NamespacedName) {
        self.remove_as(key, None);
    }

    fn remove_as(&self, key: &NamespacedName, last: Option<Rc<K>>) {
        let old = self.inner.lister.store.borrow_mut().remove(key);
        if let Some(old) = old {
            self.tell(&Change::Deleted(&last.unwrap_or(old)));
        }
    }

    /// Nothing is borrowed while a handler runs, so handlers may read the cache and add handlers.
    fn tell(&self, change: &Change<'_, K>) {
        let mut index = 0;
        loop {
            let handler = self.inner.handlers.borrow().get(index).cloned();
            let Some(handler) = handler else { break };
            handler(change);
            index += 1;
        }
        let slots = self.inner.keyed.borrow().len();
        for slot in 0..slots {
            self.tell_keyed(slot, change);
        }
    }

    fn tell_keyed(&self, slot: usize, change: &Change<'_, K>) {
        let values_of = self.inner.keyed.borrow()[slot].values_of;
        let values = |object: Option<&Rc<K>>| object.map(|o| values_of(o)).unwrap_or_default();
        let (before, after) = match change {
            Change::Added(object) => (None, Some(*object)),
            Change::Updated { old, new } => (Some(*old), Some(*new)),
            Change::Deleted(object) => (Some(*object), None),
        };
        let (was, is) = (values(before), values(after));
        for value in &was {
            match (before, after) {
                (_, Some(_)) if is.contains(value) => self.tell_value(slot, value, change),
                (Some(old), _) => self.tell_value(slot, value, &Change::Deleted(old)),
                _ => (),
            }
        }
        for value in is.iter().filter(|value| !was.contains(value)) {
            if let Some(new) = after {
                self.tell_value(slot, value, &Change::Added(new));
            }
        }
    }

    fn tell_value(&self, slot: usize, value: &Str, change: &Change<'_, K>) {
        let handlers: Vec<Handler<K>> = {
            let keyed = self.inner.keyed.borrow();
            let handlers = keyed[slot].handlers.get(value);
            let handlers = handlers.into_iter().flatten();
            handlers.map(|(_, handler)| Rc::clone(handler)).collect()
        };
        for handler in handlers {
            handler(change);
        }
    }
}

impl<K> Inner<K> {
    fn unsubscribe(&self, slot: usize, value: &Str, id: u64) {
        // The handler is dropped after the borrow ends: it may hold another subscription.
        let mut removed = None;
        if let Some(handlers) = self.keyed.borrow_mut()[slot].handlers.get_mut(value)
            && let Some(index) = handlers.iter().position(|(other, _)| *other == id)
        {
            removed = Some(handlers.remove(index));
        }
        drop(removed);
    }
}
