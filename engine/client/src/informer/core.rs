//! What an informer does, for objects whose type is not known: list, watch, keep the cache, tell the handlers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::{Object, Str, watch};

use super::Change;
use super::store::{Store, Values};
use crate::server::{AnyResource, AnyWatch};
use crate::{Client, NamespacedName};

/// Hears of changes.
pub(super) type Handler = Rc<dyn Fn(&AnyChange<'_>)>;

/// A change of an object whose type is not known.
pub(super) type AnyChange<'a> = Change<'a, dyn Object>;

/// The informer of one kind.
pub(super) struct Core {
    pub(super) store: Rc<RefCell<Store>>,
    handlers: RefCell<Vec<Handler>>,
    /// Handlers for the objects under one value of an index.
    keyed: RefCell<Vec<Keyed>>,
    next_subscription: Cell<u64>,
}

struct Keyed {
    values: Values,
    handlers: BTreeMap<Str, Vec<(u64, Handler)>>,
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

impl Core {
    /// An informer that has listed everything and watches from there on, if the server has the resource.
    pub(super) fn start(
        client: &Client,
        name: &'static str,
        resource: Option<AnyResource>,
    ) -> Rc<Self> {
        let core = Rc::new(Self {
            store: Rc::default(),
            handlers: RefCell::default(),
            keyed: RefCell::default(),
            next_subscription: Cell::new(0),
        });
        if let Some(resource) = resource {
            let watch = core.list_and_watch(client, &resource);
            let (task, client) = (Rc::clone(&core), client.clone());
            let sim = client.sim().clone();
            sim.spawn(
                name,
                async move { task.run(&client, &resource, watch).await },
            );
        }
        core
    }

    pub(super) fn on_change(&self, handler: Handler) {
        for object in self.all() {
            handler(&Change::Added(&object));
        }
        self.handlers.borrow_mut().push(handler);
    }

    fn all(&self) -> Vec<Rc<dyn Object>> {
        self.store.borrow().all()
    }

    pub(super) fn on_change_of(
        self: &Rc<Self>,
        values: Values,
        value: &Str,
        handler: Handler,
    ) -> Subscription {
        for object in self.all() {
            if values.of(&*object).contains(value) {
                handler(&Change::Added(&object));
            }
        }
        let id = self.next_subscription.get();
        self.next_subscription.set(id + 1);
        let mut keyed = self.keyed.borrow_mut();
        let known = keyed.iter().position(|k| k.values.is(&values));
        let slot = known.unwrap_or_else(|| {
            keyed.push(Keyed {
                values,
                handlers: BTreeMap::new(),
            });
            keyed.len() - 1
        });
        let handlers = keyed[slot].handlers.entry(value.clone()).or_default();
        handlers.push((id, handler));
        let (core, value) = (Rc::downgrade(self), value.clone());
        Subscription {
            cancel: Some(Box::new(move || {
                if let Some(core) = core.upgrade() {
                    core.unsubscribe(slot, &value, id);
                }
            })),
        }
    }

    /// Lists everything, brings the cache in line with that, and watches from there.
    fn list_and_watch(&self, client: &Client, resource: &AnyResource) -> Option<AnyWatch> {
        let (items, watch) = client.list_and_watch_any(resource).ok()?;
        let mut listed = BTreeMap::new();
        for object in items {
            listed.insert(NamespacedName::of(object.meta()), object);
        }
        let known: Vec<NamespacedName> = {
            let store = self.store.borrow();
            store.keys().cloned().collect()
        };
        for key in known.iter().filter(|key| !listed.contains_key(*key)) {
            self.remove(key);
        }
        for object in listed.into_values() {
            self.put(object);
        }
        Some(watch)
    }

    async fn run(&self, client: &Client, resource: &AnyResource, first: Option<AnyWatch>) {
        let mut watch = first;
        loop {
            let Some(current) = &mut watch else {
                // The server did not answer; look again in a second, as client-go's reflector does.
                client.sim().sleep(std::time::Duration::from_secs(1)).await;
                watch = self.list_and_watch(client, resource);
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
                Some(watch::Event::Error(_)) | None => {
                    watch = self.list_and_watch(client, resource)
                }
            }
        }
    }

    fn put(&self, object: Rc<dyn Object>) {
        let key = NamespacedName::of(object.meta());
        let old = {
            let mut store = self.store.borrow_mut();
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

    fn remove_as(&self, key: &NamespacedName, last: Option<Rc<dyn Object>>) {
        let old = self.store.borrow_mut().remove(key);
        if let Some(old) = old {
            self.tell(&Change::Deleted(&last.unwrap_or(old)));
        }
    }

    /// Nothing is borrowed while a handler runs, so handlers may read the cache and add handlers.
    fn tell(&self, change: &AnyChange<'_>) {
        let mut index = 0;
        loop {
            let handler = self.handlers.borrow().get(index).cloned();
            let Some(handler) = handler else { break };
            handler(change);
            index += 1;
        }
        let slots = self.keyed.borrow().len();
        for slot in 0..slots {
            self.tell_keyed(slot, change);
        }
    }

    fn tell_keyed(&self, slot: usize, change: &AnyChange<'_>) {
        let values_of = self.keyed.borrow()[slot].values.clone();
        let values = |object: Option<&Rc<dyn Object>>| {
            object.map(|o| values_of.of(&**o)).unwrap_or_default()
        };
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

    fn tell_value(&self, slot: usize, value: &Str, change: &AnyChange<'_>) {
        let handlers: Vec<Handler> = {
            let keyed = self.keyed.borrow();
            let handlers = keyed[slot].handlers.get(value);
            let handlers = handlers.into_iter().flatten();
            handlers.map(|(_, handler)| Rc::clone(handler)).collect()
        };
        for handler in handlers {
            handler(change);
        }
    }

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
