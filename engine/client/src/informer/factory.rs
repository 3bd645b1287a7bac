//! One informer per kind for the whole process (`informers.SharedInformerFactory`).

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use apimachinery::Kind;

use super::{Informer, Lister};
use crate::Client;

/// Makes informers, one for each kind. Cloning gives the same ones.
#[derive(Clone)]
pub struct Informers {
    client: Client,
    started: Rc<RefCell<BTreeMap<TypeId, Rc<dyn Any>>>>,
}

impl Informers {
    /// Informers that read as `client`.
    pub fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            started: Rc::default(),
        }
    }

    /// The informer of a kind, started if it was not yet.
    pub fn of<K: Kind>(&self) -> Informer<K> {
        let id = TypeId::of::<K>();
        let known = self.started.borrow().get(&id).cloned();
        if let Some(informer) = known.and_then(|any| any.downcast::<Informer<K>>().ok()) {
            return (*informer).clone();
        }
        let informer = Informer::start(&self.client);
        let any: Rc<dyn Any> = Rc::new(informer.clone());
        self.started.borrow_mut().insert(id, any);
        informer
    }

    /// The lister of a kind.
    pub fn lister<K: Kind>(&self) -> Lister<K> {
        self.of::<K>().lister()
    }
}
