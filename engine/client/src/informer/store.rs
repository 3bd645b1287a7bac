//! The cache of one kind, with indexes (`cache.Indexer`).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use apimachinery::{Kind, Str};

use crate::NamespacedName;

/// Under which values an object is found in an index.
pub type IndexFn<K> = fn(&K) -> Vec<Str>;

/// Objects of one kind by name and by index.
pub(super) struct Store<K> {
    objects: BTreeMap<NamespacedName, Rc<K>>,
    indexes: Vec<Index<K>>,
}

struct Index<K> {
    name: &'static str,
    values_of: IndexFn<K>,
    entries: BTreeMap<Str, BTreeSet<NamespacedName>>,
}

impl<K> Default for Store<K> {
    fn default() -> Self {
        Self {
            objects: BTreeMap::new(),
            indexes: Vec::new(),
        }
    }
}

impl<K: Kind> Store<K> {
    pub(super) fn get(&self, key: &NamespacedName) -> Option<&Rc<K>> {
        self.objects.get(key)
    }

    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Rc<K>> {
        self.objects.values()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &NamespacedName> {
        self.objects.keys()
    }

    pub(super) fn in_namespace<'a>(
        &'a self,
        namespace: &'a str,
    ) -> impl Iterator<Item = &'a Rc<K>> {
        self.objects
            .range(NamespacedName::new(namespace, "")..)
            .take_while(move |(key, _)| key.namespace == namespace)
            .map(|(_, object)| object)
    }

    /// The objects under a value of an index, in order of their names.
    pub(super) fn by_index<'a>(
        &'a self,
        index: &'static str,
        value: &str,
    ) -> impl Iterator<Item = &'a Rc<K>> {
        let index = self.indexes.iter().find(|i| i.name == index);
        debug_assert!(index.is_some(), "no index of that name on {}", K::KIND);
        let keys = index.and_then(|i| i.entries.get(value));
        keys.into_iter()
            .flatten()
            .filter_map(|key| self.objects.get(key))
    }

    /// Adds an index, filled with what is there; nothing if there is one of that name.
    pub(super) fn add_index(&mut self, name: &'static str, values_of: IndexFn<K>) {
        if self.indexes.iter().any(|i| i.name == name) {
            return;
        }
        let mut index = Index {
            name,
            values_of,
            entries: BTreeMap::new(),
        };
        for (key, object) in &self.objects {
            index.add(key, object);
        }
        self.indexes.push(index);
    }

    /// Puts an object; the one it replaced.
    pub(super) fn put(&mut self, key: NamespacedName, object: Rc<K>) -> Option<Rc<K>> {
        let old = self.objects.insert(key.clone(), Rc::clone(&object));
        for index in &mut self.indexes {
            match &old {
                Some(old) => index.change(&key, old, &object),
                None => index.add(&key, &object),
            }
        }
        old
    }

    /// Takes an object out.
    pub(super) fn remove(&mut self, key: &NamespacedName) -> Option<Rc<K>> {
        let old = self.objects.remove(key)?;
        for index in &mut self.indexes {
            index.remove(key, &old);
        }
        Some(old)
    }
}

impl<K> Index<K> {
    fn add(&mut self, key: &NamespacedName, object: &K) {
        for value in (self.values_of)(object) {
            self.entries.entry(value).or_default().insert(key.clone());
        }
    }

    fn remove(&mut self, key: &NamespacedName, object: &K) {
        for value in (self.values_of)(object) {
            if let Some(keys) = self.entries.get_mut(&value) {
                keys.remove(key);
                if keys.is_empty() {
                    self.entries.remove(&value);
                }
            }
        }
    }

    fn change(&mut self, key: &NamespacedName, old: &K, new: &K) {
        if (self.values_of)(old) != (self.values_of)(new) {
            self.remove(key, old);
            self.add(key, new);
        }
    }
}
