//! The cache of one kind, with indexes (`cache.Indexer`).
//!
//! It does not know the kind's type: that would be the same code once for each kind. [`super::Lister`] gives the
//! objects their types back.

use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::{Kind, Object, Str};

use crate::NamespacedName;

/// The index of objects by namespace and label.
pub(super) const BY_LABEL: &str = "label";

fn label_value(namespace: &str, key: &str, value: &str) -> Str {
    format!("{namespace}\0{key}\0{value}").into()
}

/// The values of an object in the index of labels.
pub(super) fn labels_of<K: Kind>(object: &K) -> Vec<Str> {
    let meta = object.meta();
    let labels = meta.labels.iter();
    labels
        .map(|(key, value)| label_value(&meta.namespace, key, value))
        .collect()
}

/// Under which values an object is found in an index.
pub type IndexFn<K> = fn(&K) -> Vec<Str>;

/// The same for an object whose type is not known.
#[derive(Clone)]
pub(super) struct Values {
    /// Which function it is.
    address: *const (),
    of: Rc<ValuesOf>,
}

type ValuesOf = dyn Fn(&dyn Object) -> Vec<Str>;

impl Values {
    pub(super) fn new<K: Kind>(values_of: IndexFn<K>) -> Self {
        Self {
            address: values_of as *const (),
            of: Rc::new(move |object| object.downcast_ref().map(values_of).unwrap_or_default()),
        }
    }

    pub(super) fn of(&self, object: &dyn Object) -> Vec<Str> {
        (self.of)(object)
    }

    /// Is it made from the same function?
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.address, other.address)
    }
}

/// Objects of one kind by name and by index.
#[derive(Default)]
pub(super) struct Store {
    objects: BTreeMap<NamespacedName, Rc<dyn Object>>,
    indexes: Vec<Index>,
}

/// The objects under one value.
type Entries = BTreeMap<NamespacedName, Rc<dyn Object>>;

struct Index {
    name: &'static str,
    values: Values,
    entries: BTreeMap<Str, Entries>,
}

impl Store {
    pub(super) fn get(&self, key: &NamespacedName) -> Option<Rc<dyn Object>> {
        self.objects.get(key).cloned()
    }

    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(super) fn all(&self) -> Vec<Rc<dyn Object>> {
        self.objects.values().cloned().collect()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &NamespacedName> {
        self.objects.keys()
    }

    pub(super) fn in_namespace(&self, namespace: &str) -> Vec<Rc<dyn Object>> {
        self.objects
            .range(NamespacedName::new(namespace, "")..)
            .take_while(|(key, _)| key.namespace == namespace)
            .map(|(_, object)| Rc::clone(object))
            .collect()
    }

    /// The objects under a value of an index, in order of their names.
    pub(super) fn by_index(&self, index: &'static str, value: &str) -> Vec<Rc<dyn Object>> {
        let index = self.indexes.iter().find(|i| i.name == index);
        debug_assert!(index.is_some(), "no index of that name");
        let found = index.and_then(|i| i.entries.get(value));
        found
            .map(|found| found.values().cloned().collect())
            .unwrap_or_default()
    }

    /// The objects of a namespace that bear a label, if the cache has the index of labels; of several labels those that bear
    /// the rarest one.
    pub(super) fn with_labels<'a>(
        &self,
        namespace: &str,
        labels: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<Vec<Rc<dyn Object>>> {
        let index = self.indexes.iter().find(|i| i.name == BY_LABEL)?;
        let sets =
            labels.map(|(key, value)| index.entries.get(&label_value(namespace, key, value)));
        // A label that nobody bears is the rarest.
        let found = sets.min_by_key(|set| set.map_or(0, Entries::len))?;
        let found = found.map(|found| found.values().cloned().collect());
        Some(found.unwrap_or_default())
    }

    /// Adds an index, filled with what is there; nothing if there is one of that name.
    pub(super) fn add_index(&mut self, name: &'static str, values: Values) {
        if self.indexes.iter().any(|i| i.name == name) {
            return;
        }
        let mut index = Index {
            name,
            values,
            entries: BTreeMap::new(),
        };
        for (key, object) in &self.objects {
            index.add(key, object);
        }
        self.indexes.push(index);
    }

    /// Puts an object; the one it replaced.
    pub(super) fn put(
        &mut self,
        key: NamespacedName,
        object: Rc<dyn Object>,
    ) -> Option<Rc<dyn Object>> {
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
    pub(super) fn remove(&mut self, key: &NamespacedName) -> Option<Rc<dyn Object>> {
        let old = self.objects.remove(key)?;
        for index in &mut self.indexes {
            index.remove(key, &*old);
        }
        Some(old)
    }
}

impl Index {
    fn add(&mut self, key: &NamespacedName, object: &Rc<dyn Object>) {
        for value in self.values.of(&**object) {
            let entries = self.entries.entry(value).or_default();
            entries.insert(key.clone(), Rc::clone(object));
        }
    }

    fn remove(&mut self, key: &NamespacedName, object: &dyn Object) {
        for value in self.values.of(object) {
            if let Some(keys) = self.entries.get_mut(&value) {
                keys.remove(key);
                if keys.is_empty() {
                    self.entries.remove(&value);
                }
            }
        }
    }

    fn change(&mut self, key: &NamespacedName, old: &Rc<dyn Object>, new: &Rc<dyn Object>) {
        let values = self.values.of(&**new);
        if self.values.of(&**old) != values {
            self.remove(key, &**old);
            return self.add(key, new);
        }
        for value in values {
            let entry = self.entries.get_mut(&value).and_then(|e| e.get_mut(key));
            if let Some(entry) = entry {
                *entry = Rc::clone(new);
            }
        }
    }
}
