//! The pods that wait to be scheduled (`backend/queue`).
//!
//! ```text
//!            add                                   pop (most important first)
//!   pod ───────────► active ──────────────────────────────────────────────► schedule_one
//!                      ▲  ▲                                                     │ fits nowhere
//!        back-off over │  │ an event helps (hints)                              ▼
//!                   backoff ◄──────────────────────────────────────────── unschedulable
//!                                an event helps, but it was tried just now
//!   gated: kept out until its scheduling gates are gone
//! ```
//!
//! When nothing is active, pods in back-off are taken early: back-off is there to let other pods pass, and there are
//! none. Pods that failed because of an error sit their back-off out.
//!
//! Time is only passed in; whoever pops asks for the next due time and sets the timer.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use apimachinery::Str;
use client::NamespacedName;
use sim::{LinkId, Time};

use crate::framework::plugins::queuesort::Rank;
use crate::framework::{ClusterEvent, Diagnosis, Framework, Nominated, PodInfo};

/// The back-off after the first attempt; it doubles with each.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
/// The longest back-off.
const MAX_BACKOFF: Duration = Duration::from_secs(10);
/// A pod that has been unschedulable for so long is tried again, event or not.
const MAX_UNSCHEDULABLE: Duration = Duration::from_secs(5 * 60);
/// How often upstream looks for such pods.
const FLUSH_PERIOD: Duration = Duration::from_secs(30);

/// A pod on its way through the queue.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The pod.
    pub info: Rc<PodInfo>,
    /// Since when it has been where it is.
    since: Time,
    /// How often it was tried.
    pub attempts: u32,
    /// How often it was found to fit nowhere.
    unschedulable: u32,
    /// How often in a row an error came up.
    errors: u32,
    /// Who refused it last.
    refused_by: BTreeSet<&'static str>,
    /// Who wants it to wait for something outside.
    pending: BTreeSet<&'static str>,
    place: Place,
    /// What led to its being ready.
    pub cause: LinkId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Active(Rank),
    Backoff(Time, Rank),
    Unschedulable,
    Gated,
    /// It was popped, and its attempt is under way.
    InFlight,
}

/// The queue.
#[derive(Default)]
pub struct SchedulingQueue {
    pods: BTreeMap<NamespacedName, Queued>,
    active: BTreeMap<Rank, NamespacedName>,
    backoff: BTreeMap<(Time, Rank), NamespacedName>,
    unschedulable: BTreeSet<NamespacedName>,
    /// Pods that were promised a node.
    pub nominated: Nominated,
    seq: u64,
}

impl SchedulingQueue {
    /// A pod is new, or comes for the first time.
    pub fn add(&mut self, framework: &Framework, info: Rc<PodInfo>, cause: LinkId, now: Time) {
        self.delete(&info.key);
        let nominated = info.pod.status.nominated_node_name.clone();
        if !nominated.is_empty() {
            self.nominated.add(Rc::clone(&info), &nominated);
        }
        let queued = Queued {
            info,
            since: now,
            attempts: 0,
            unschedulable: 0,
            errors: 0,
            refused_by: BTreeSet::new(),
            pending: BTreeSet::new(),
            place: Place::Gated,
            cause,
        };
        self.make_active(framework, queued, now);
    }

    /// A waiting pod has changed. `event` says what of it, for the hints.
    pub fn update(
        &mut self,
        framework: &Framework,
        info: Rc<PodInfo>,
        event: &ClusterEvent<'_>,
        now: Time,
    ) {
        let key = info.key.clone();
        let Some(queued) = self.pods.get_mut(&key) else {
            return self.add(framework, info, LinkId::default(), now);
        };
        queued.info = Rc::clone(&info);
        let place = queued.place;
        let nominated = info.pod.status.nominated_node_name.clone();
        if !nominated.is_empty() && self.nominated.node_of(&key).is_some() {
            self.nominated.add(Rc::clone(&info), &nominated);
        }
        match place {
            Place::Active(_) | Place::Backoff(..) => {
                // Its priority cannot change, hence neither can its rank.
            }
            Place::InFlight => (),
            Place::Gated => {
                if let Some(queued) = self.take(&key) {
                    self.make_active(framework, queued, now);
                }
            }
            Place::Unschedulable => self.requeue_if_helped(framework, &key, event, now),
        }
    }

    /// The pod is gone, or on a node.
    pub fn delete(&mut self, key: &NamespacedName) {
        self.nominated.remove(key);
        self.take(key);
    }

    /// The next pod to schedule, which is then in flight until it is put back or deleted.
    pub fn pop(&mut self, framework: &Framework, now: Time) -> Option<Queued> {
        self.flush(framework, now);
        let key = match self.active.pop_first() {
            Some((_, key)) => key,
            None => self.early()?,
        };
        let queued = self.pods.get_mut(&key)?;
        queued.place = Place::InFlight;
        queued.attempts += 1;
        let popped = queued.clone();
        queued.refused_by.clear();
        queued.pending.clear();
        Some(popped)
    }

    /// When a pod may become ready by itself.
    pub fn next_due(&self) -> Option<Time> {
        let backoff = self.backoff.keys().next().map(|(due, _)| *due);
        // Unschedulable pods are few, and this is asked for only when nothing else is to be done.
        let oldest = self
            .unschedulable
            .iter()
            .filter_map(|key| Some(self.pods.get(key)?.since))
            .min();
        let flush = oldest.map(|since| since + MAX_UNSCHEDULABLE + FLUSH_PERIOD);
        backoff.into_iter().chain(flush).min()
    }

    /// The pod that was popped fits nowhere.
    pub fn put_back_unschedulable(
        &mut self,
        key: &NamespacedName,
        diagnosis: &Diagnosis,
        now: Time,
    ) {
        let Some(mut queued) = self.take(key) else {
            return;
        };
        queued.since = now;
        queued
            .refused_by
            .clone_from(&diagnosis.unschedulable_plugins);
        queued.pending.clone_from(&diagnosis.pending_plugins);
        if queued.refused_by.is_empty() && queued.pending.is_empty() {
            // Nobody in particular refused it, so nobody could say what helps.
            queued.errors += 1;
            return self.put_in_backoff(queued);
        }
        queued.unschedulable += 1;
        queued.errors = 0;
        queued.place = Place::Unschedulable;
        self.unschedulable.insert(key.clone());
        self.pods.insert(key.clone(), queued);
    }

    /// An error came up about the pod that was popped.
    pub fn put_back_after_error(&mut self, key: &NamespacedName, now: Time) {
        if let Some(mut queued) = self.take(key) {
            queued.errors += 1;
            queued.since = now;
            self.put_in_backoff(queued);
        }
    }

    /// Something happened: whoever it may help is tried again.
    pub fn on_event(&mut self, framework: &Framework, event: &ClusterEvent<'_>, now: Time) {
        if self.unschedulable.is_empty() {
            return;
        }
        let waiting: Vec<NamespacedName> = self.unschedulable.iter().cloned().collect();
        for key in waiting {
            self.requeue_if_helped(framework, &key, event, now);
        }
    }

    /// The pod, wherever in the queue it is.
    pub fn get(&self, key: &NamespacedName) -> Option<&Queued> {
        self.pods.get(key)
    }

    /// How many pods are active, in back-off, unschedulable and gated.
    pub fn lengths(&self) -> [usize; 4] {
        let gated = self
            .pods
            .values()
            .filter(|q| q.place == Place::Gated)
            .count();
        [
            self.active.len(),
            self.backoff.len(),
            self.unschedulable.len(),
            gated,
        ]
    }

    fn requeue_if_helped(
        &mut self,
        framework: &Framework,
        key: &NamespacedName,
        event: &ClusterEvent<'_>,
        now: Time,
    ) {
        let Some(queued) = self.pods.get(key) else {
            return;
        };
        let helped =
            framework.event_helps(event, &queued.info, &queued.refused_by, &queued.pending);
        let Some(at_once) = helped else { return };
        let backing_off = !at_once && backoff_until(queued) > now;
        let Some(queued) = self.take(key) else { return };
        if backing_off {
            self.put_in_backoff(queued);
        } else {
            self.make_active(framework, queued, now);
        }
    }

    /// Takes a pod out of wherever it is.
    fn take(&mut self, key: &NamespacedName) -> Option<Queued> {
        let queued = self.pods.remove(key)?;
        match queued.place {
            Place::Active(rank) => drop(self.active.remove(&rank)),
            Place::Backoff(due, rank) => drop(self.backoff.remove(&(due, rank))),
            Place::Unschedulable => drop(self.unschedulable.remove(key)),
            Place::Gated | Place::InFlight => (),
        }
        Some(queued)
    }

    fn rank(&mut self, queued: &Queued) -> Rank {
        self.seq += 1;
        Rank::new(queued.info.priority, queued.since, self.seq)
    }

    fn make_active(&mut self, framework: &Framework, mut queued: Queued, now: Time) {
        let key = queued.info.key.clone();
        let gate = framework.run_pre_enqueue(&queued.info);
        if !gate.is_success() {
            queued.place = Place::Gated;
            queued.refused_by.insert(gate.plugin);
            self.pods.insert(key, queued);
            return;
        }
        if queued.place == Place::Gated && queued.attempts == 0 {
            queued.refused_by.clear();
            queued.since = now;
        }
        let rank = self.rank(&queued);
        queued.place = Place::Active(rank);
        self.active.insert(rank, key.clone());
        self.pods.insert(key, queued);
    }

    fn put_in_backoff(&mut self, mut queued: Queued) {
        let key = queued.info.key.clone();
        let due = backoff_until(&queued);
        let rank = self.rank(&queued);
        queued.place = Place::Backoff(due, rank);
        self.backoff.insert((due, rank), key.clone());
        self.pods.insert(key, queued);
    }

    /// Moves what has waited long enough.
    fn flush(&mut self, framework: &Framework, now: Time) {
        while let Some(((due, _), _)) = self.backoff.first_key_value()
            && *due <= now
        {
            let Some((_, key)) = self.backoff.pop_first() else {
                break;
            };
            if let Some(queued) = self.pods.remove(&key) {
                self.make_active(framework, queued, now);
            }
        }
        let too_long = |key: &&NamespacedName| {
            let since = self.pods.get(*key).map(|queued| queued.since);
            since.is_some_and(|since| since + MAX_UNSCHEDULABLE + FLUSH_PERIOD <= now)
        };
        let stuck: Vec<NamespacedName> = self
            .unschedulable
            .iter()
            .filter(too_long)
            .cloned()
            .collect();
        for key in stuck {
            if let Some(queued) = self.take(&key) {
                self.make_active(framework, queued, now);
            }
        }
    }

    /// A pod that sits in back-off although nothing else is to be done; not one that ran into an error.
    fn early(&mut self) -> Option<NamespacedName> {
        let first = self
            .backoff
            .iter()
            .find(|(_, key)| self.pods.get(*key).is_some_and(|queued| queued.errors == 0))?;
        let place = *first.0;
        self.backoff.remove(&place)
    }
}

/// When the pod's back-off is over; cut to the second, so that within a second importance decides.
fn backoff_until(queued: &Queued) -> Time {
    let count = queued.errors.max(queued.unschedulable);
    if count == 0 {
        return queued.since;
    }
    let factor = 2_u32.saturating_pow(count - 1);
    let backoff = INITIAL_BACKOFF.saturating_mul(factor).min(MAX_BACKOFF);
    Time::from_secs((queued.since + backoff).as_secs())
}

/// The node that the pod of that name was promised.
pub fn nominated_node(queue: &SchedulingQueue, key: &NamespacedName) -> Option<Str> {
    queue.nominated.node_of(key).cloned()
}
