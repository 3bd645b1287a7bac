//! Pods that are to be looked at again at some time.
//!
//! A real kubelet looks once a second for those that are due; so does this one, but only when there are any.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use sim::futures_util::future::{Either, select};
use sim::{Notify, Time};

use crate::Uid;
use crate::kubelet::Kubelet;

/// The time between two looks.
const PERIOD: i64 = 1_000_000;

/// Who is to be looked at when.
pub(crate) struct WorkQueue {
    /// When in a second a look happens, in microseconds.
    offset: i64,
    due: RefCell<BTreeSet<(Time, Uid)>>,
    by_pod: RefCell<BTreeMap<Uid, Time>>,
    wake: Notify,
}

impl WorkQueue {
    pub(crate) fn new(offset: Duration) -> Self {
        Self {
            offset: i64::try_from(offset.as_micros()).unwrap_or(0),
            due: RefCell::default(),
            by_pod: RefCell::default(),
            wake: Notify::new(),
        }
    }

    fn put(&self, uid: &Uid, due: Time) {
        self.remove(uid);
        self.by_pod.borrow_mut().insert(Rc::clone(uid), due);
        self.due.borrow_mut().insert((due, Rc::clone(uid)));
        self.wake.notify();
    }

    fn remove(&self, uid: &Uid) {
        if let Some(due) = self.by_pod.borrow_mut().remove(uid) {
            self.due.borrow_mut().remove(&(due, Rc::clone(uid)));
        }
    }

    /// The look at or after the earliest due time.
    fn next_look(&self) -> Option<Time> {
        let due = self.due.borrow().first()?.0.as_micros();
        let late = (due - self.offset).rem_euclid(PERIOD);
        let wait = if late == 0 { 0 } else { PERIOD - late };
        Some(Time::from_micros(due + wait))
    }

    fn take_due(&self, now: Time) -> Option<Uid> {
        let mut due = self.due.borrow_mut();
        let first = due.first().filter(|(at, _)| *at <= now)?.clone();
        due.remove(&first);
        self.by_pod.borrow_mut().remove(&first.1);
        Some(first.1)
    }
}

impl Kubelet {
    /// Looks at a pod at `due` or up to a second later.
    pub(crate) fn wake_up_at(&self, uid: &Uid, due: Time) {
        self.queue().put(uid, due);
    }

    /// Does not look at a pod again unless something happens.
    pub(crate) fn forget_wake_up(&self, uid: &Uid) {
        self.queue().remove(uid);
    }

    /// Wakes pods that are due. Never ends.
    pub(crate) async fn run_work_queue(self) {
        loop {
            let woken = std::pin::pin!(self.queue().wake.notified());
            match self.queue().next_look() {
                None => woken.await,
                Some(look) => {
                    let sleep = self.sim().sleep_until(look);
                    if let Either::Left(_) = select(woken, sleep).await {
                        continue;
                    }
                    let now = self.sim().now();
                    while let Some(uid) = self.queue().take_due(now) {
                        self.wake_pod(&uid);
                    }
                }
            }
        }
    }
}
