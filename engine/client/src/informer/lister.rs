//! Reading from a cache (`listers`).

use std::cell::RefCell;
use std::rc::Rc;

use apimachinery::labels::Selector;
use apimachinery::{Kind, Str};

use super::store::{IndexFn, Store};
use crate::NamespacedName;

/// Reads the cached objects of one kind. Cloning reads the same cache.
///
/// What it returns is shared with everybody and never changes; to change an object, clone it and write the copy
/// through the client.
pub struct Lister<K> {
    pub(super) store: Rc<RefCell<Store<K>>>,
}

impl<K> Clone for Lister<K> {
    fn clone(&self) -> Self {
        Self {
            store: Rc::clone(&self.store),
        }
    }
}

impl<K: Kind> Default for Lister<K> {
    fn default() -> Self {
        Self::of([])
    }
}

impl<K: Kind> Lister<K> {
    /// A lister over these objects and no informer behind it: for logic that is to run on plain data.
    pub fn of(objects: impl IntoIterator<Item = Rc<K>>) -> Self {
        let mut store = Store::default();
        for object in objects {
            store.put(NamespacedName::of(object.meta()), object);
        }
        Self {
            store: Rc::new(RefCell::new(store)),
        }
    }

    /// Puts an object into a lister made with [`Self::of`].
    pub fn put(&self, object: Rc<K>) {
        let key = NamespacedName::of(object.meta());
        self.store.borrow_mut().put(key, object);
    }

    /// The object of that name; the namespace of a cluster-scoped object is empty.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Rc<K>> {
        self.by_key(&NamespacedName::new(namespace, name))
    }

    /// The object of that name.
    pub fn by_key(&self, key: &NamespacedName) -> Option<Rc<K>> {
        self.store.borrow().get(key).cloned()
    }

    /// All objects, in order of namespace and name.
    pub fn list(&self) -> Vec<Rc<K>> {
        self.store.borrow().all().cloned().collect()
    }

    /// The objects of a namespace, in order of their names.
    pub fn in_namespace(&self, namespace: &str) -> Vec<Rc<K>> {
        let store = self.store.borrow();
        store.in_namespace(namespace).cloned().collect()
    }

    /// The objects of a namespace that a selector matches.
    pub fn select(&self, namespace: &str, selector: &Selector) -> Vec<Rc<K>> {
        let store = self.store.borrow();
        let matching = store
            .in_namespace(namespace)
            .filter(|object| selector.matches(&object.meta().labels));
        matching.cloned().collect()
    }

    /// Adds an index (see [`super::Informer::add_index`]).
    pub fn add_index(&self, name: &'static str, values_of: IndexFn<K>) {
        self.store.borrow_mut().add_index(name, values_of);
    }

    /// The objects under a value of an index, in order of their names.
    pub fn by_index(&self, index: &'static str, value: &Str) -> Vec<Rc<K>> {
        self.store
            .borrow()
            .by_index(index, value)
            .cloned()
            .collect()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.store.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `visit` with every object, in order; `visit` must not change the cache.
    pub fn for_each(&self, mut visit: impl FnMut(&Rc<K>)) {
        self.store.borrow().all().for_each(&mut visit);
    }
}
