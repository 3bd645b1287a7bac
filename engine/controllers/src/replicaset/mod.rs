//! Keeps as many pods as a replica set asks for (`pkg/controller/replicaset`).
//!
//! Replication controllers are the same thing under an older name; what differs is in [`Replicated`].

mod kinds;
mod manage;
mod status;

use std::time::Duration;

use api::core::v1::Pod;
use apimachinery::Status;
use apimachinery::labels::Selector;
use client::{Change, Lister, NamespacedName, WorkQueue};

use crate::common::claim::{self, PodsByState};
use crate::common::pod_control::PodControl;
use crate::common::pod_owner;
use crate::context::Context;
use crate::worker;

pub(crate) use kinds::Replicated;
pub(crate) use status::Counts;

pub(crate) fn start(context: &Context) {
    run::<api::apps::v1::ReplicaSet>(context, "replicaset-controller");
}

/// So few pods take no time worth speaking of.
const FEW: u32 = 50;

struct Controller<K> {
    control: PodControl,
    sets: Lister<K>,
    pods: Lister<Pod>,
    queue: WorkQueue<NamespacedName>,
}

/// Starts the controller of a kind.
pub(crate) fn run<K: Replicated>(context: &Context, name: &'static str) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let client = context.client(name);
    let (sets, pods) = (
        context.informers().of::<K>(),
        context.informers().of::<Pod>(),
    );
    claim::index(&pods);
    sets.on_change(worker::enqueue(&queue));
    let (q, lister) = (queue.clone(), sets.lister());
    pods.on_change(move |change| enqueue_owners(change, &lister, &q));
    let controller = Controller {
        control: PodControl::new(&client, name),
        sets: sets.lister(),
        pods: pods.lister(),
        queue: queue.clone(),
    };
    worker::run(context, name, queue, move |key| controller.sync(key));
}

/// A pod concerns the one that controls it, before and after; one that nobody controls, everyone who would adopt it.
fn enqueue_owners<K: Replicated>(
    change: &Change<'_, Pod>,
    sets: &Lister<K>,
    queue: &WorkQueue<NamespacedName>,
) {
    let selector = |set: &K| set.selector();
    pod_owner::concerned(change, sets, selector, |key, is_owner| {
        let set = sets.by_key(&key).filter(|_| is_owner);
        let delay = set.map(|set| sync_time(set.replicas()));
        queue.add_after(key, delay.unwrap_or_default());
    });
}

/// How long a sync of so many pods takes. What changes meanwhile is seen by the next one, all at once, so that many pods
/// do not cost their square.
fn sync_time(pods: i32) -> Duration {
    const PER_POD: Duration = Duration::from_micros(50);
    let pods = u32::try_from(pods).unwrap_or(0);
    if pods < FEW {
        return Duration::ZERO;
    }
    PER_POD * pods
}

impl<K: Replicated> Controller<K> {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(set) = self.sets.by_key(key) else {
            return Ok(());
        };
        let selector = set.selector();
        let claimed = claim::claim(&self.control.client, &self.pods, &*set, &selector)?;
        let pods = PodsByState::of(claimed);
        let trouble = if set.meta().is_deleting() {
            None
        } else {
            self.manage(&set, &pods.active)
        };
        let now = self.control.client.now();
        let counts = Counts::of(&*set, &pods, now);
        let written = status::write(&self.control.client, &*set, &counts, trouble.as_ref());
        self.look_again_when_available(key, &*set, &pods);
        match trouble {
            Some(status) => Err(status),
            None => written,
        }
    }

    /// Pods become available by themselves some time after they became ready.
    fn look_again_when_available(&self, key: &NamespacedName, set: &K, pods: &PodsByState) {
        let wait = i64::from(set.min_ready_seconds());
        if wait == 0 {
            return;
        }
        let now = self.control.client.now().unix();
        let due = pods.active.iter().filter_map(|pod| {
            let ready = component_helpers::pod::condition(&pod.status, "Ready")?;
            let due = ready.last_transition_time.unix() + wait;
            (ready.status == "True" && due > now).then_some(due - now)
        });
        if let Some(seconds) = due.min() {
            let delay = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            self.queue.add_after(key.clone(), delay);
        }
    }
}

/// The selector of an API type; a malformed one matches nothing.
pub(crate) fn selector_of(selector: Option<&apimachinery::meta::v1::LabelSelector>) -> Selector {
    Selector::from_label_selector(selector).unwrap_or_else(|_| Selector::nothing())
}
