//! Removes pods that nobody else will remove (`pkg/controller/podgc`): those of nodes that are gone or out of service, and
//! the oldest of those that have ended, when there are too many.
//!
//! Upstream looks every 20 seconds. This one looks 20 seconds after something happened that may have left garbage.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Node, Pod, PodCondition};
use apimachinery::{Status, Str};
use client::{Change, Client, Delete, Lister, WorkQueue};
use component_helpers::pod;
use sim::Time;

use crate::context::Context;
use crate::worker;

const CHECK_PERIOD: Duration = Duration::from_secs(20);
/// How long a node must be gone before its pods go, too.
const QUARANTINE: Duration = Duration::from_secs(40);
/// The taint of a node that will not come back.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
/// How many ended pods are kept.
const TERMINATED_POD_THRESHOLD: usize = 12_500;

struct PodGc {
    client: Client,
    pods: Lister<Pod>,
    nodes: Lister<Node>,
    /// Since when a node that pods name has been missing.
    missing: RefCell<BTreeMap<Str, Time>>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<()> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let gc = PodGc {
        client: context.client("pod-garbage-collector"),
        pods: informers.lister(),
        nodes: informers.lister(),
        missing: RefCell::default(),
    };
    let q = queue.clone();
    informers.of::<Node>().on_change(move |change| {
        if matches!(change, Change::Deleted(_)) || is_out_of_service(change.object()) {
            q.add_after((), CHECK_PERIOD);
        }
    });
    let (q, nodes) = (queue.clone(), informers.lister::<Node>());
    informers.of::<Pod>().on_change(move |change| {
        let pod = change.object();
        let on_node = &pod.spec.node_name;
        let orphaned = !on_node.is_empty() && nodes.get("", on_node).is_none();
        let unscheduled = on_node.is_empty() && pod.metadata.is_deleting();
        let stuck = pod.metadata.is_deleting()
            && nodes
                .get("", on_node)
                .is_some_and(|node| is_out_of_service(&node));
        if orphaned || unscheduled || stuck || pod::is_terminal(pod) {
            q.add_after((), CHECK_PERIOD);
        }
    });
    let later = queue.clone();
    worker::run(context, "pod-gc", queue, move |()| {
        gc.collect_terminated()?;
        if gc.collect_orphaned()? {
            later.add_after((), CHECK_PERIOD);
        }
        gc.collect_stuck()?;
        gc.collect_unscheduled()
    });
}

/// Whether somebody has said that the node will not come back, and it is not there.
fn is_out_of_service(node: &Node) -> bool {
    let mut taints = node.spec.taints.iter();
    let mut conditions = node.status.conditions.iter();
    taints.any(|taint| taint.key == OUT_OF_SERVICE)
        && !conditions.any(|c| c.type_ == "Ready" && c.status == "True")
}

impl PodGc {
    fn collect_terminated(&self) -> Result<(), Status> {
        let mut ended = Vec::new();
        self.pods.for_each(|pod| {
            if pod::is_terminal(pod) {
                ended.push(Rc::clone(pod));
            }
        });
        let too_many = ended.len().saturating_sub(TERMINATED_POD_THRESHOLD);
        if too_many == 0 {
            return Ok(());
        }
        ended.sort_by_key(|pod| (pod.metadata.creation_timestamp, pod.metadata.name.clone()));
        for pod in ended.iter().take(too_many) {
            self.delete(pod, None)?;
        }
        Ok(())
    }

    /// Whether some node has not been missing for long enough yet.
    fn collect_orphaned(&self) -> Result<bool, Status> {
        let now = self.client.sim().now();
        let mut orphans = Vec::new();
        self.pods.for_each(|pod| {
            let node = &pod.spec.node_name;
            if !node.is_empty() && self.nodes.get("", node).is_none() {
                orphans.push(Rc::clone(pod));
            }
        });
        let mut missing = self.missing.borrow_mut();
        missing.retain(|node, _| orphans.iter().any(|pod| pod.spec.node_name == *node));
        let mut waiting = false;
        for pod in orphans {
            let since = *missing.entry(pod.spec.node_name.clone()).or_insert(now);
            if now.since(since) < QUARANTINE {
                waiting = true;
                continue;
            }
            self.delete(&pod, Some("PodGC: node no longer exists"))?;
        }
        Ok(waiting)
    }

    /// Pods that are to go, on nodes that will not let them go any more.
    fn collect_stuck(&self) -> Result<(), Status> {
        let mut stuck = Vec::new();
        self.pods.for_each(|pod| {
            let node = || self.nodes.get("", &pod.spec.node_name);
            if pod.metadata.is_deleting() && node().is_some_and(|node| is_out_of_service(&node)) {
                stuck.push(Rc::clone(pod));
            }
        });
        for pod in stuck {
            self.delete(&pod, None)?;
        }
        Ok(())
    }

    fn collect_unscheduled(&self) -> Result<(), Status> {
        let mut unscheduled = Vec::new();
        self.pods.for_each(|pod| {
            if pod.metadata.is_deleting() && pod.spec.node_name.is_empty() {
                unscheduled.push(Rc::clone(pod));
            }
        });
        for pod in unscheduled {
            self.delete(&pod, None)?;
        }
        Ok(())
    }

    /// Deletes a pod at once. One that has not ended is marked as failed first; `disrupted` says why it goes.
    fn delete(&self, pod: &Pod, disrupted: Option<&str>) -> Result<(), Status> {
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        if !pod::is_terminal(pod) {
            let now = self.client.now();
            let marked = self.client.patch_status::<Pod>(namespace, name, |pod| {
                pod.status.phase = "Failed".into();
                if let Some(message) = disrupted {
                    let condition = PodCondition {
                        type_: "DisruptionTarget".into(),
                        status: "True".into(),
                        reason: "DeletionByPodGC".into(),
                        message: message.into(),
                        observed_generation: pod.metadata.generation,
                        ..PodCondition::default()
                    };
                    pod::update_condition(&mut pod.status, condition, now);
                }
            });
            worker::ignore_not_found(marked)?;
        }
        let delete = Delete::default().uid(&pod.metadata.uid).grace_period(0);
        worker::ignore_not_found(self.client.delete::<Pod>(namespace, name, &delete))
    }
}
