//! The pod lifecycle event generator: how the kubelet learns what the runtime's containers did.
//!
//! A real kubelet lists all containers once a second and compares. What it notices is therefore up to a second old,
//! and several things hang on that: a worker waits for a state newer than its last step, so a pod's end takes until the
//! next listing. Here nothing is listed when nothing has changed; but what changed is noticed, and whoever waits is let
//! on, at the same instants: once a second, at a moment that differs from node to node.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use runtime::{ContainerState, ContainerStatus, PodStatus};
use sim::{Notify, Time};

use crate::Uid;
use crate::kubelet::Kubelet;

/// The time between two listings.
const PERIOD: Duration = Duration::from_secs(1);

/// How long it takes to list the containers of one pod.
const LISTING: Duration = Duration::from_millis(8);

/// What is known of the runtime, and since when.
pub(crate) struct Pleg {
    /// When in a second listings happen, in microseconds.
    offset: Cell<i64>,
    /// Pods that something happened to since they were last looked at.
    changed: RefCell<BTreeSet<Uid>>,
    cache: RefCell<BTreeMap<Uid, Cached>>,
    waiting: RefCell<Vec<Waker>>,
    wake: Notify,
}

struct Cached {
    status: Rc<PodStatus>,
    seen: Time,
}

impl Pleg {
    /// Listings happen at `offset` after each full second.
    pub(crate) fn new(offset: Duration) -> Self {
        Self {
            offset: Cell::new(i64::try_from(offset.as_micros()).unwrap_or(0)),
            changed: RefCell::default(),
            cache: RefCell::default(),
            waiting: RefCell::default(),
            wake: Notify::new(),
        }
    }

    /// Notes that something happened to a pod's containers or sandbox.
    pub(crate) fn note(&self, uid: &Uid) {
        if self.changed.borrow_mut().insert(Rc::clone(uid)) {
            self.wake.notify();
        }
    }

    /// The latest listing at or before `now`.
    fn last_listing(&self, now: Time) -> Time {
        let period = i64::try_from(PERIOD.as_micros()).unwrap_or(1);
        let since = (now.as_micros() - self.offset.get()).rem_euclid(period);
        Time::from_micros(now.as_micros() - since)
    }

    fn next_listing(&self, now: Time) -> Time {
        self.last_listing(now) + PERIOD
    }

    /// What is known of a pod, if it was seen after `after`.
    fn newer(&self, uid: &str, after: Option<Time>, now: Time) -> Option<Rc<PodStatus>> {
        let cache = self.cache.borrow();
        let cached = cache.get(uid);
        let listed = self.last_listing(now);
        let new_enough = |seen| after.is_none_or(|after| seen > after);
        if !new_enough(listed) && !cached.is_some_and(|cached| new_enough(cached.seen)) {
            return None;
        }
        Some(
            cached
                .map(|cached| Rc::clone(&cached.status))
                .unwrap_or_default(),
        )
    }

    fn let_on(&self) {
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }

    fn is_needed(&self) -> bool {
        !self.changed.borrow().is_empty() || !self.waiting.borrow().is_empty()
    }

    /// Forgets a pod.
    pub(crate) fn forget(&self, uid: &str) {
        self.cache.borrow_mut().remove(uid);
        self.changed.borrow_mut().remove(uid);
    }
}

impl Kubelet {
    /// Notices changes once a second while there are any, or somebody waits. Never ends.
    pub(crate) async fn run_pleg(self) {
        let pleg = self.pleg();
        loop {
            while !pleg.is_needed() {
                pleg.wake.notified().await;
            }
            let due = pleg.next_listing(self.sim().now());
            self.sim().sleep_until(due).await;
            let changed = std::mem::take(&mut *pleg.changed.borrow_mut());
            for uid in changed {
                self.look_at_runtime(&uid);
            }
            pleg.let_on();
        }
    }

    /// The runtime's state of a pod, seen after `after`.
    pub(crate) async fn newer_status(&self, uid: &str, after: Option<Time>) -> Rc<PodStatus> {
        let pleg = self.pleg();
        poll_fn(|cx| match pleg.newer(uid, after, self.sim().now()) {
            Some(status) => Poll::Ready(status),
            None => {
                pleg.waiting.borrow_mut().push(cx.waker().clone());
                pleg.wake.notify();
                Poll::Pending
            }
        })
        .await
    }

    /// Looks at a pod's containers at once, as after each step that did something.
    pub(crate) fn relist_pod(&self, uid: &Uid) {
        let kubelet = self.clone();
        let uid = Rc::clone(uid);
        self.sim().spawn("relist", async move {
            kubelet.sim().sleep(LISTING).await;
            kubelet.pleg().changed.borrow_mut().remove(&uid);
            kubelet.look_at_runtime(&uid);
            kubelet.pleg().let_on();
        });
    }

    /// Compares what the runtime knows of a pod with what it knew, and wakes the pod's worker if it matters.
    fn look_at_runtime(&self, uid: &Uid) {
        let status = Rc::new(self.runtime().pod_status(uid));
        let cached = Cached {
            status: Rc::clone(&status),
            seen: self.sim().now(),
        };
        let old = self
            .pleg()
            .cache
            .borrow_mut()
            .insert(Rc::clone(uid), cached);
        let old = old.map(|old| old.status).unwrap_or_default();
        for name in ended(&old, &status) {
            self.remove_earlier_runs(uid, &status, &name);
        }
        if is_event(&old, &status) {
            self.wake_pod(uid);
        }
    }
}

/// The containers that ended between two states.
fn ended(old: &PodStatus, new: &PodStatus) -> Vec<Rc<str>> {
    let exited = |run: &&ContainerStatus| run.state == ContainerState::Exited;
    let mut new = new.containers.iter().filter(exited).peekable();
    if new.peek().is_none() {
        return Vec::new();
    }
    let known = |id: &Rc<str>| {
        old.containers
            .iter()
            .filter(exited)
            .any(|run| run.id == *id)
    };
    new.filter(|run| !known(&run.id))
        .map(|run| Rc::clone(&run.name))
        .collect()
}

/// Whether a container or sandbox started or ended between two states. A container that was only made, or is gone,
/// does not matter.
fn is_event(old: &PodStatus, new: &PodStatus) -> bool {
    let containers = new.containers.iter().any(|container| {
        let before = old
            .containers
            .iter()
            .find(|known| known.id == container.id)
            .map(|known| known.state);
        container.state != ContainerState::Created && before != Some(container.state)
    });
    let sandboxes = new.sandboxes.iter().any(|sandbox| {
        let before = old.sandboxes.iter().find(|known| known.id == sandbox.id);
        before.map(|known| known.ready) != Some(sandbox.ready)
    });
    containers || sandboxes
}
