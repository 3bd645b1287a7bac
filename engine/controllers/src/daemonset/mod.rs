//! Runs one pod of a daemon set on every node that is to have one (`pkg/controller/daemon`).

mod manage;
mod nodes;
mod revisions;
mod status;
mod update;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::apps::v1::{ControllerRevision, DaemonSet};
use api::core::v1::{Node, Pod};
use apimachinery::{Status, Str};
use client::events::WARNING;
use client::{Change, Informer, Lister, NamespacedName, WorkQueue};

use crate::common::claim;
use crate::common::pod_control::PodControl;
use crate::common::pod_owner;
use crate::context::Context;
use crate::replicaset::selector_of;
use crate::worker;

const NAME: &str = "daemonset-controller";
const ACCOUNT: &str = "daemon-set-controller";

struct Controller {
    control: PodControl,
    sets: Lister<DaemonSet>,
    pods: Lister<Pod>,
    nodes: Lister<Node>,
    revisions: Lister<ControllerRevision>,
    queue: WorkQueue<NamespacedName>,
    /// Failed pods are replaced ever more slowly.
    failures: std::cell::RefCell<manage::FailureBackoff>,
}

/// A set's pods by the node that they are on, or are meant for.
type PodsByNode = BTreeMap<Str, Vec<Rc<Pod>>>;

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let client = context.client(ACCOUNT);
    let informers = context.informers();
    let sets = informers.of::<DaemonSet>();
    let (pods, nodes) = (informers.of::<Pod>(), informers.of::<Node>());
    let revisions = informers.of::<ControllerRevision>();
    claim::index(&pods);
    claim::index(&revisions);
    sets.on_change(worker::enqueue(&queue));
    follow_pods(&pods, &sets, &queue);
    follow_nodes(&nodes, &sets, &queue);
    let controller = Controller {
        control: PodControl::new(&client, NAME),
        sets: sets.lister(),
        pods: pods.lister(),
        nodes: nodes.lister(),
        revisions: revisions.lister(),
        queue: queue.clone(),
        failures: std::cell::RefCell::default(),
    };
    worker::run(context, NAME, queue, move |key| controller.sync(key));
}

fn follow_pods(
    pods: &Informer<Pod>,
    sets: &Informer<DaemonSet>,
    queue: &WorkQueue<NamespacedName>,
) {
    let (q, lister) = (queue.clone(), sets.lister());
    pods.on_change(move |change| {
        let selector = |set: &DaemonSet| selector_of(set.spec.selector.as_deref());
        pod_owner::concerned(change, &lister, selector, |key, _| q.add(key));
    });
}

/// A node that is new, or whose labels or taints changed, concerns the sets that treat it differently now.
fn follow_nodes(
    nodes: &Informer<Node>,
    sets: &Informer<DaemonSet>,
    queue: &WorkQueue<NamespacedName>,
) {
    let (q, lister) = (queue.clone(), sets.lister());
    nodes.on_change(move |change| {
        if let Change::Updated { old, new } = change
            && old.metadata.labels == new.metadata.labels
            && old.spec.taints == new.spec.taints
        {
            return;
        }
        lister.for_each(|set| {
            let rule = nodes::Rule::of(set);
            let concerned = match change {
                Change::Added(node) => rule.applies(node).run,
                Change::Updated { old, new } => rule.applies(old) != rule.applies(new),
                Change::Deleted(_) => true,
            };
            if concerned {
                q.add(NamespacedName::of(&set.metadata));
            }
        });
    });
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(set) = self.sets.by_key(key) else {
            return Ok(());
        };
        if selector_of(set.spec.selector.as_deref()).is_empty() {
            let message =
                "This daemon set is selecting all pods. A non-empty selector is required.";
            self.control
                .recorder
                .event(&*set, WARNING, "SelectingAll", message);
            return Ok(());
        }
        let mut set = DaemonSet::clone(&set);
        let history = self.history(&mut set)?;
        if set.metadata.is_deleting() {
            return Ok(());
        }
        let pods = self.pods_by_node(&set)?;
        let managed = self.manage(&set, &pods, &history.hash);
        let managed = managed.and_then(|acted| {
            // What was just made or deleted is not in the cache; rolling on comes with the next sync.
            if acted || set.spec.update_strategy.type_ == "OnDelete" {
                return Ok(());
            }
            self.roll(&set, &pods, &history.hash)
        });
        self.clean_up_history(&set, &history, &pods)?;
        self.write_status(&mut set, &pods, &history.hash)?;
        managed
    }

    fn pods_by_node(&self, set: &DaemonSet) -> Result<PodsByNode, Status> {
        let selector = selector_of(set.spec.selector.as_deref());
        let pods = claim::claim(&self.control.client, &self.pods, set, &selector)?;
        let mut by_node = PodsByNode::new();
        for pod in pods {
            by_node.entry(nodes::target(&pod)).or_default().push(pod);
        }
        Ok(by_node)
    }

    fn requeue_after(&self, set: &DaemonSet, delay: Duration) {
        self.queue
            .add_after(NamespacedName::of(&set.metadata), delay);
    }
}
