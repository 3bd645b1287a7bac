//! The images that are on a node, and those on their way to it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use sim::{Rng, Sim, Time};

use crate::reference::Reference;
use crate::registry::{Credentials, PullError, Registry, Resolved};

/// No two pulls take equally long: by so many microseconds they differ.
const JITTER: u64 = 1_400;

/// An image on a node.
#[derive(Clone, Debug)]
pub struct LocalImage {
    /// What it is.
    pub image: Resolved,
    /// When it was pulled.
    pub pulled_at: Time,
    /// When a container last used it.
    pub used_at: Time,
}

/// A pull that is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// What is being pulled, in normal form.
    pub name: Rc<str>,
    /// Bytes there are; 0 when it is not known (yet).
    pub size: u64,
    /// When it began.
    pub began: Time,
    /// When it will be done.
    pub done: Time,
}

impl Pull {
    /// How many bytes have arrived at `now`.
    pub fn received(&self, now: Time) -> u64 {
        let all = (self.done - self.began).as_micros().max(1);
        let passed = (now - self.began).as_micros().min(all);
        u64::try_from(u128::from(self.size) * passed / all).unwrap_or(self.size)
    }
}

/// A node's images.
pub(crate) struct ImageStore {
    sim: Sim,
    registry: Rc<Registry>,
    rng: RefCell<Rng>,
    images: RefCell<BTreeMap<Rc<str>, LocalImage>>,
    pulls: RefCell<Vec<Pull>>,
}

impl ImageStore {
    pub(crate) fn new(sim: &Sim, node: &str, registry: &Rc<Registry>) -> Self {
        Self {
            sim: sim.clone(),
            registry: Rc::clone(registry),
            rng: RefCell::new(sim.rng(&format!("pulls of {node}"))),
            images: RefCell::default(),
            pulls: RefCell::default(),
        }
    }

    /// The image of that name or digest, if it is there.
    pub(crate) fn get(&self, reference: &Reference) -> Option<Resolved> {
        let name = reference.to_string();
        let images = self.images.borrow();
        let found = images.get(name.as_str()).or_else(|| {
            images
                .values()
                .find(|local| *local.image.by_digest == *name)
        });
        found.map(|local| local.image.clone())
    }

    /// All of them, by name.
    pub(crate) fn list(&self) -> Vec<LocalImage> {
        self.images.borrow().values().cloned().collect()
    }

    /// The pulls that are going on.
    pub(crate) fn pulls(&self) -> Vec<Pull> {
        self.pulls.borrow().clone()
    }

    /// Brings an image to the node.
    pub(crate) async fn pull(
        &self,
        reference: &Reference,
        shown: &[Credentials],
    ) -> Result<Resolved, PullError> {
        let resolved = self.registry.resolve(reference, shown);
        let size = resolved.as_ref().map_or(0, |resolved| resolved.image.size);
        let began = self.sim.now();
        let jitter = Duration::from_micros(self.rng.borrow_mut().below(JITTER));
        let pull = Pull {
            name: reference.to_string().into(),
            size,
            began,
            done: began + self.registry.pull_time(size) + jitter,
        };
        let sleep = self.sim.sleep_until(pull.done);
        self.pulls.borrow_mut().push(pull.clone());
        let guard = PullGuard { store: self, pull };
        sleep.await;
        drop(guard);
        let image = resolved?;
        let now = self.sim.now();
        self.images.borrow_mut().insert(
            Rc::clone(&image.name),
            LocalImage {
                image: image.clone(),
                pulled_at: now,
                used_at: now,
            },
        );
        Ok(image)
    }

    /// Notes that a container uses an image.
    pub(crate) fn touch(&self, name: &str) {
        if let Some(local) = self.images.borrow_mut().get_mut(name) {
            local.used_at = self.sim.now();
        }
    }

    /// Deletes an image; whether it was there.
    pub(crate) fn remove(&self, name: &str) -> bool {
        self.images.borrow_mut().remove(name).is_some()
    }
}

/// Takes a pull off the list, also when it is given up.
struct PullGuard<'a> {
    store: &'a ImageStore,
    pull: Pull,
}

impl Drop for PullGuard<'_> {
    fn drop(&mut self) {
        let mut pulls = self.store.pulls.borrow_mut();
        if let Some(at) = pulls.iter().position(|pull| *pull == self.pull) {
            pulls.remove(at);
        }
    }
}
