//! Watches over nodes (`pkg/controller/nodelifecycle`): notices when a kubelet falls silent, and taints nodes by their
//! conditions, so that the scheduler avoids them and pods are evicted.
//!
//! Upstream looks at every node every five seconds. This one looks when a node or its lease changes, and when a node
//! would be due to be given up.

mod conditions;
mod taints;
mod zones;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::coordination::v1::Lease;
use api::core::v1::{Node, Pod};
use apimachinery::{Status, Str};
use client::events::{EventRecorder, NORMAL, WARNING};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};
use component_helpers::pod;
use sim::Time;

use self::zones::Zones;
use crate::context::Context;
use crate::worker;

/// How long a node may be silent.
const NODE_MONITOR_GRACE_PERIOD: Duration = Duration::from_secs(50);
/// Upstream looks that often, so it notices that much later on average.
const NODE_MONITOR_PERIOD: Duration = Duration::from_secs(5);
/// The namespace of the nodes' leases.
const LEASE_NAMESPACE: &str = "kube-node-lease";
const BY_NODE: &str = "spec.nodeName";

struct NodeLifecycle {
    client: Client,
    recorder: EventRecorder,
    nodes: Lister<Node>,
    pods: Lister<Pod>,
    leases: Lister<Lease>,
    queue: WorkQueue<NamespacedName>,
    health: RefCell<BTreeMap<Str, Health>>,
    zones: RefCell<Zones>,
}

/// What is known of a node's signs of life.
struct Health {
    uid: Str,
    /// When the last sign of life came.
    seen: Time,
    /// The lease's renewal that was seen last.
    renewed: i64,
    /// Whether the node was ready when last looked at.
    ready: Str,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let client = context.client("node-controller");
    let informers = context.informers();
    let pods = informers.of::<Pod>();
    pods.add_index(BY_NODE, |pod| vec![pod.spec.node_name.clone()]);
    let controller = NodeLifecycle {
        recorder: EventRecorder::new(&client, "node-controller", ""),
        client,
        nodes: informers.lister(),
        pods: pods.lister(),
        leases: informers.lister(),
        queue: queue.clone(),
        health: RefCell::default(),
        zones: RefCell::default(),
    };
    informers.of::<Node>().on_change(worker::enqueue(&queue));
    let q = queue.clone();
    informers.of::<Lease>().on_change(move |change| {
        let lease = change.object();
        // A renewal needs no look: the look that is due will see it.
        let first = matches!(change, Change::Added(_));
        if lease.metadata.namespace == LEASE_NAMESPACE && first {
            q.add(NamespacedName::new("", lease.metadata.name.clone()));
        }
    });
    let q = queue.clone();
    informers.of::<Lease>().on_change(move |change| {
        if let Change::Updated { old, new } = change
            && new.metadata.namespace == LEASE_NAMESPACE
            && old.spec.renew_time.is_none()
        {
            q.add(NamespacedName::new("", new.metadata.name.clone()));
        }
    });
    worker::run(context, "node-lifecycle", queue, move |key| {
        controller.sync(&key.name)
    });
}

impl NodeLifecycle {
    fn sync(&self, name: &Str) -> Result<(), Status> {
        let Some(node) = self.nodes.get("", name) else {
            self.forget(name);
            return Ok(());
        };
        self.register(&node);
        let silent = self.is_silent(&node);
        if silent && conditions::needs_unknown(&node) {
            let now = self.client.now();
            let written = self.client.patch_status::<Node>("", name, |node| {
                conditions::set_unknown(&mut node.status, now);
            });
            return worker::ignore_not_found(written);
        }
        self.note_readiness(&node)?;
        self.retaint_zone(&node)?;
        self.taint_by_conditions(&node)
    }

    fn forget(&self, name: &Str) {
        let known = self.health.borrow_mut().remove(name);
        self.zones.borrow_mut().remove(name);
        if let Some(known) = known {
            let reference = api::core::v1::ObjectReference {
                kind: "Node".into(),
                api_version: "v1".into(),
                name: name.clone(),
                uid: known.uid,
                ..Default::default()
            };
            let message = format!("Node {name} event: Removing Node {name} from Controller");
            self.recorder
                .event_of(&reference, NORMAL, "RemovingNode", &message);
        }
    }

    fn register(&self, node: &Node) {
        let name = &node.metadata.name;
        let mut health = self.health.borrow_mut();
        if health
            .get(name)
            .is_some_and(|known| known.uid == node.metadata.uid)
        {
            return;
        }
        let fresh = Health {
            uid: node.metadata.uid.clone(),
            seen: self.client.sim().now(),
            renewed: 0,
            ready: Str::new(),
        };
        health.insert(name.clone(), fresh);
        drop(health);
        let message = format!("Node {name} event: Registered Node {name} in Controller");
        self.recorder
            .event_of(&reference(node), NORMAL, "RegisteredNode", &message);
    }

    /// Whether the node has given no sign of life for too long; if not, it is looked at again when that may be so.
    ///
    /// A node without a lease gives no signs, so none are missed.
    fn is_silent(&self, node: &Node) -> bool {
        let name = &node.metadata.name;
        let now = self.client.sim().now();
        let Some(lease) = self.leases.get(LEASE_NAMESPACE, name) else {
            return false;
        };
        let Some(renewed) = lease.spec.renew_time else {
            return false;
        };
        let mut health = self.health.borrow_mut();
        let Some(health) = health.get_mut(name) else {
            return false;
        };
        let renewed = renewed.unix_micros();
        if renewed > health.renewed {
            health.renewed = renewed;
            health.seen = health.seen.max(Time::from_micros(renewed));
        }
        let due = health.seen + NODE_MONITOR_GRACE_PERIOD;
        if due >= now {
            let key = NamespacedName::new("", name.clone());
            self.queue
                .add_after(key, due.since(now) + NODE_MONITOR_PERIOD / 2);
            return false;
        }
        true
    }

    /// Tells about a node that is no longer ready, and about its pods.
    fn note_readiness(&self, node: &Node) -> Result<(), Status> {
        let ready = conditions::ready(node);
        let before = {
            let mut health = self.health.borrow_mut();
            let Some(health) = health.get_mut(&node.metadata.name) else {
                return Ok(());
            };
            std::mem::replace(&mut health.ready, ready.clone())
        };
        if before != "True" || ready == "True" {
            return Ok(());
        }
        let name = &node.metadata.name;
        let message = format!("Node {name} status is now: NodeNotReady");
        self.recorder
            .event_of(&reference(node), NORMAL, "NodeNotReady", &message);
        for pod in self.pods.by_index(BY_NODE, name) {
            self.mark_not_ready(&pod)?;
        }
        Ok(())
    }

    fn mark_not_ready(&self, pod: &Rc<Pod>) -> Result<(), Status> {
        if !pod::is_ready(pod) {
            return Ok(());
        }
        let now = self.client.now();
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let marked = self.client.patch_status::<Pod>(namespace, name, |pod| {
            let Some(mut condition) = pod::condition(&pod.status, "Ready").cloned() else {
                return;
            };
            condition.status = "False".into();
            condition.observed_generation = pod.metadata.generation;
            pod::update_condition(&mut pod.status, condition, now);
        });
        worker::ignore_not_found(marked)?;
        self.recorder
            .event(&**pod, WARNING, "NodeNotReady", "Node is not ready");
        Ok(())
    }

    /// `NoSchedule` taints follow the node's conditions.
    fn taint_by_conditions(&self, node: &Node) -> Result<(), Status> {
        let wanted = taints::no_schedule(node);
        if taints::own_no_schedule(node) == wanted {
            return Ok(());
        }
        let now = self.client.now();
        let patched = self.client.patch::<Node>("", &node.metadata.name, |node| {
            taints::replace_no_schedule(node, &wanted, now);
        });
        worker::ignore_not_found(patched)
    }

    /// `NoExecute` taints follow readiness, unless so many nodes of the zone are down that the fault is likely elsewhere.
    fn retaint_zone(&self, node: &Node) -> Result<(), Status> {
        let now = self.client.sim().now();
        let decisions = self.zones.borrow_mut().update(node, now);
        for zones::Decision { node, key, retry } in decisions {
            if let Some(delay) = retry {
                self.queue.add_after(NamespacedName::new("", node), delay);
                continue;
            }
            let Some(current) = self.nodes.get("", &node) else {
                continue;
            };
            if taints::own_no_execute(&current).as_deref() == key {
                continue;
            }
            let time = self.client.now();
            let patched = self.client.patch::<Node>("", &node, |node| {
                taints::replace_no_execute(node, key, time);
            });
            worker::ignore_not_found(patched)?;
        }
        Ok(())
    }
}

/// Upstream's events about nodes name the node twice: as the object's UID, too.
fn reference(node: &Node) -> api::core::v1::ObjectReference {
    api::core::v1::ObjectReference {
        kind: "Node".into(),
        api_version: "v1".into(),
        name: node.metadata.name.clone(),
        uid: node.metadata.uid.clone(),
        ..Default::default()
    }
}
