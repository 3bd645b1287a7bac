//! Reading from a cache (`listers`).

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use apimachinery::labels::Selector;
use apimachinery::{Kind, Object, Str};

use super::store::{IndexFn, Store, Values};
use crate::NamespacedName;

/// Reads the cached objects of one kind. Cloning reads the same cache.
///
/// What it returns is shared with everybody and never changes; to change an object, clone it and write the copy
/// through the client.
pub struct Lister<K> {
    store: Rc<RefCell<Store>>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Lister<K> {
    fn clone(&self) -> Self {
        Self::over(Rc::clone(&self.store))
    }
}

impl<K: Kind> Default for Lister<K> {
    fn default() -> Self {
        Self::of([])
    }
}

impl<K> Lister<K> {
    /// Reads a cache, which must hold objects of this kind.
    pub(super) fn over(store: Rc<RefCell<Store>>) -> Self {
        Self {
            store,
            kind: PhantomData,
        }
    }
}

impl<K: Kind> Lister<K> {
    /// A lister over these objects and no informer behind it: for logic that is to run on plain data.
    pub fn of(objects: impl IntoIterator<Item = Rc<K>>) -> Self {
        let lister = Self::over(Rc::default());
        for object in objects {
            lister.put(object);
        }
        lister
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
        let object = self.store.borrow().get(key);
        object?.downcast_rc()
    }

    /// All objects, in order of namespace and name.
    pub fn list(&self) -> Vec<Rc<K>> {
        typed(self.store.borrow().all())
    }

    /// The objects of a namespace, in order of their names.
    pub fn in_namespace(&self, namespace: &str) -> Vec<Rc<K>> {
        typed(self.store.borrow().in_namespace(namespace))
    }

    /// The objects of a namespace that a selector matches.
    pub fn select(&self, namespace: &str, selector: &Selector) -> Vec<Rc<K>> {
        let store = self.store.borrow();
        let required = selector.requirements().unwrap_or_default().iter();
        let required = required.filter_map(|requirement| requirement.exactly());
        let narrowed = match namespace {
            "" => None,
            namespace => store.with_labels(namespace, required),
        };
        let mut objects = narrowed.unwrap_or_else(|| store.in_namespace(namespace));
        objects.retain(|object| selector.matches(&object.meta().labels));
        typed(objects)
    }

    /// Adds an index (see [`super::Informer::add_index`]).
    pub fn add_index(&self, name: &'static str, values_of: IndexFn<K>) {
        let values = Values::new(values_of);
        self.store.borrow_mut().add_index(name, values);
    }

    /// The objects under a value of an index, in order of their names.
    pub fn by_index(&self, index: &'static str, value: &Str) -> Vec<Rc<K>> {
        typed(self.store.borrow().by_index(index, value))
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.store.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `visit` with every object, in order.
    pub fn for_each(&self, mut visit: impl FnMut(&Rc<K>)) {
        for object in self.list() {
            visit(&object);
        }
    }
}

fn typed<K: Kind>(objects: Vec<Rc<dyn Object>>) -> Vec<Rc<K>> {
    let mut of_type = Vec::with_capacity(objects.len());
    for object in objects {
        if let Some(object) = object.downcast_rc() {
            of_type.push(object);
        }
    }
    of_type
}
