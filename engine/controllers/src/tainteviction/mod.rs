//! Evicts pods from nodes with taints that they do not tolerate, or not for long (`pkg/controller/tainteviction`).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Node, Pod, PodCondition, Taint};
use apimachinery::{Status, Str};
use client::events::{EventRecorder, NORMAL};
use client::{Change, Client, Delete, Lister, NamespacedName, WorkQueue};
use component_helpers::{pod, taints};
use sim::Time;

use crate::context::Context;
use crate::worker;

const BY_NODE: &str = "spec.nodeName";

/// How long a pod may stay.
enum Stay {
    Forever,
    For(Duration),
}

struct TaintEviction {
    client: Client,
    recorder: EventRecorder,
    pods: Lister<Pod>,
    nodes: Lister<Node>,
    queue: WorkQueue<NamespacedName>,
    /// Pods that are to be evicted later, and since when.
    scheduled: RefCell<BTreeMap<NamespacedName, (Str, Time)>>,
}

pub(crate) fn start(context: &Context) {
    let queue = WorkQueue::new(context.sim());
    let client = context.client("taint-eviction-controller");
    let informers = context.informers();
    let pods = informers.of::<Pod>();
    pods.add_index(BY_NODE, |pod| vec![pod.spec.node_name.clone()]);
    let controller = TaintEviction {
        recorder: EventRecorder::new(&client, "taint-eviction-controller", ""),
        client,
        pods: pods.lister(),
        nodes: informers.lister(),
        queue: queue.clone(),
        scheduled: RefCell::default(),
    };
    let (q, lister) = (queue.clone(), pods.lister());
    informers.of::<Node>().on_change(move |change| {
        let none = Vec::new();
        let taints = |node: Option<&Rc<Node>>| node.map(|n| no_execute(n)).unwrap_or_default();
        let (before, after) = match change {
            Change::Added(node) => (none, taints(Some(node))),
            Change::Updated { old, new } => (taints(Some(old)), taints(Some(new))),
            Change::Deleted(_) => return,
        };
        if before != after {
            for pod in lister.by_index(BY_NODE, &change.object().metadata.name) {
                q.add(NamespacedName::of(&pod.metadata));
            }
        }
    });
    let (q, nodes) = (queue.clone(), informers.lister::<Node>());
    pods.on_change(move |change| {
        let pod = change.object();
        let tolerations_changed = change.old().is_none_or(|old| {
            old.spec.tolerations != pod.spec.tolerations || old.spec.node_name != pod.spec.node_name
        });
        let gone = matches!(change, Change::Deleted(_));
        let node = nodes.get("", &pod.spec.node_name);
        if gone || (tolerations_changed && node.is_some_and(|node| !no_execute(&node).is_empty())) {
            q.add(NamespacedName::of(&pod.metadata));
        }
    });
    worker::run(context, "taint-eviction", queue, move |key| {
        controller.sync(key)
    });
}

/// The node's taints that evict.
fn no_execute(node: &Node) -> Vec<Taint> {
    let evicting = node
        .spec
        .taints
        .iter()
        .filter(|taint| taint.effect == taints::NO_EXECUTE);
    evicting.cloned().collect()
}

/// How long a pod may stay on a node with these taints: as long as the shortest toleration allows.
fn may_stay(pod: &Pod, taints: &[Taint]) -> Stay {
    let mut shortest: Option<i64> = None;
    for taint in taints {
        let covering = pod
            .spec
            .tolerations
            .iter()
            .filter(|t| taints::tolerates(t, taint));
        let mut covered = false;
        for toleration in covering {
            covered = true;
            if let Some(seconds) = toleration.toleration_seconds {
                let seconds = seconds.max(0);
                shortest = Some(shortest.map_or(seconds, |s| s.min(seconds)));
            }
        }
        if !covered {
            return Stay::For(Duration::ZERO);
        }
    }
    match shortest {
        None => Stay::Forever,
        Some(seconds) => Stay::For(Duration::from_secs(u64::try_from(seconds).unwrap_or(0))),
    }
}

impl TaintEviction {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let pod = self.pods.by_key(key);
        let Some(pod) = pod.filter(|pod| !pod.metadata.is_deleting() && !pod::is_terminal(pod))
        else {
            self.scheduled.borrow_mut().remove(key);
            return Ok(());
        };
        let node = self.nodes.get("", &pod.spec.node_name);
        let taints = node.map(|node| no_execute(&node)).unwrap_or_default();
        let now = self.client.sim().now();
        let stay = if taints.is_empty() {
            Stay::Forever
        } else {
            may_stay(&pod, &taints)
        };
        let Stay::For(time) = stay else {
            self.cancel(&pod, key);
            return Ok(());
        };
        let since = {
            let mut scheduled = self.scheduled.borrow_mut();
            let entry = scheduled
                .entry(key.clone())
                .or_insert_with(|| (pod.metadata.uid.clone(), now));
            if entry.0 != pod.metadata.uid {
                *entry = (pod.metadata.uid.clone(), now);
            }
            entry.1
        };
        let due = since + time;
        if due > now {
            self.queue.add_after(key.clone(), due.since(now));
            return Ok(());
        }
        self.evict(&pod)?;
        self.scheduled.borrow_mut().remove(key);
        Ok(())
    }

    fn cancel(&self, pod: &Pod, key: &NamespacedName) {
        if self.scheduled.borrow_mut().remove(key).is_some() {
            let message = format!("Cancelling deletion of Pod {key}");
            self.recorder
                .event(pod, NORMAL, "TaintManagerEviction", &message);
        }
    }

    fn evict(&self, pod: &Pod) -> Result<(), Status> {
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let message = format!("Marking for deletion Pod {namespace}/{name}");
        self.recorder
            .event(pod, NORMAL, "TaintManagerEviction", &message);
        let now = self.client.now();
        let marked = self.client.patch_status::<Pod>(namespace, name, |pod| {
            let condition = PodCondition {
                type_: "DisruptionTarget".into(),
                status: "True".into(),
                reason: "DeletionByTaintManager".into(),
                message: "Taint manager: deleting due to NoExecute taint".into(),
                observed_generation: pod.metadata.generation,
                ..PodCondition::default()
            };
            pod::update_condition(&mut pod.status, condition, now);
        });
        worker::ignore_not_found(marked)?;
        let delete = Delete::default().uid(&pod.metadata.uid);
        worker::ignore_not_found(self.client.delete::<Pod>(namespace, name, &delete))
    }
}
