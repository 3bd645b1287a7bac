//! Keeps pods with a name, a number and volumes of their own (`pkg/controller/statefulset`).
//!
//! ```text
//!   ordinals   0 ✔ ready   1 ✔ ready   2 … created when 1 is available   (OrderedReady)
//!   going down              2 first, then 1, each when the others are well
//!   updating                from the highest down to the partition, one at a time
//! ```

mod claims;
mod identity;
mod replicas;
mod revisions;
mod status;

use std::rc::Rc;
use std::time::Duration;

use api::apps::v1::{ControllerRevision, StatefulSet};
use api::core::v1::{PersistentVolumeClaim, Pod};
use apimachinery::Status;
use client::events::EventRecorder;
use client::{Change, Client, Lister, NamespacedName, WorkQueue};

use crate::common::claim;
use crate::common::pod_owner;
use crate::context::Context;
use crate::replicaset::selector_of;
use crate::worker;

const NAME: &str = "statefulset-controller";

struct Controller {
    client: Client,
    recorder: EventRecorder,
    sets: Lister<StatefulSet>,
    pods: Lister<Pod>,
    claims: Lister<PersistentVolumeClaim>,
    revisions: Lister<ControllerRevision>,
    queue: WorkQueue<NamespacedName>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let client = context.client(NAME);
    let informers = context.informers();
    let (sets, pods) = (informers.of::<StatefulSet>(), informers.of::<Pod>());
    let revisions = informers.of::<ControllerRevision>();
    claim::index(&pods);
    claim::index(&revisions);
    sets.on_change(worker::enqueue(&queue));
    let (q, lister) = (queue.clone(), sets.lister());
    pods.on_change(move |change| enqueue_owner(change, &lister, &q));
    let controller = Controller {
        recorder: EventRecorder::new(&client, NAME, ""),
        client,
        sets: sets.lister(),
        pods: pods.lister(),
        claims: informers.lister(),
        revisions: revisions.lister(),
        queue: queue.clone(),
    };
    worker::run(context, NAME, queue, move |key| controller.sync(key));
}

fn enqueue_owner(
    change: &Change<'_, Pod>,
    sets: &Lister<StatefulSet>,
    queue: &WorkQueue<NamespacedName>,
) {
    let selector = |set: &StatefulSet| selector_of(set.spec.selector.as_deref());
    pod_owner::concerned(change, sets, selector, |key, _| queue.add(key));
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(set) = self.sets.by_key(key) else {
            return Ok(());
        };
        let selector = selector_of(set.spec.selector.as_deref());
        if selector.is_empty() {
            return Ok(());
        }
        let name = set.metadata.name.clone();
        let mine = |pod: &Pod| identity::ordinal_of(&name, &pod.metadata.name).is_some();
        let pods = claim::claim_if(&self.client, &self.pods, &*set, &selector, mine)?;
        let versions = self.versions(&set)?;
        let (status, outcome) = self.update_replicas(&set, &versions, pods.clone());
        self.write_status(&set, status)?;
        self.clean_up_history(&set, &versions, &pods)?;
        self.look_again_when_available(&set, &pods);
        outcome
    }

    fn look_again_when_available(&self, set: &StatefulSet, pods: &[Rc<Pod>]) {
        let wait = i64::from(set.spec.min_ready_seconds);
        if wait == 0 {
            return;
        }
        let now = self.client.now().unix();
        let due = pods.iter().filter_map(|pod| {
            let ready = component_helpers::pod::condition(&pod.status, "Ready")?;
            let due = ready.last_transition_time.unix() + wait;
            (ready.status == "True" && due > now).then_some(due - now)
        });
        if let Some(seconds) = due.min() {
            let delay = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            self.queue
                .add_after(NamespacedName::of(&set.metadata), delay);
        }
    }
}
