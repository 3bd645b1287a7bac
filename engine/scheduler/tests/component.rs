//! The scheduler over a real API server, in virtual time.

use std::time::Duration;

use api::core::v1::{
    Container, Event, Node, NodeCondition, Pod, PodSchedulingGate, ServiceAccount,
};
use api::scheduling::v1::PriorityClass;
use apimachinery::Quantity;
use apimachinery::meta::v1::{ListOptions, ObjectMeta};
use apiserver::{ApiServer, Config};
use client::{Client, Delete, Informers, NamespacedName};
use scheduler::Scheduler;
use sim::{Sim, Time};

struct Cluster {
    client: Client,
    scheduler: Scheduler,
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

impl Cluster {
    /// A cluster with nodes of one CPU each.
    fn new(nodes: &[&str]) -> Self {
        let sim = Sim::new(7, Time::from_secs(1_700_000_000));
        let client = Client::new(ApiServer::new(sim, Config::default()));
        let informers = Informers::new(&client);
        let scheduler = Scheduler::start(&client, &informers);
        let account = ServiceAccount {
            metadata: ObjectMeta::named("default", "default"),
            ..ServiceAccount::default()
        };
        client.create(account).unwrap();
        let cluster = Self { client, scheduler };
        for name in nodes {
            cluster.add_node(name);
        }
        cluster.settle();
        cluster
    }

    fn add_node(&self, name: &str) {
        let mut node = Node {
            metadata: ObjectMeta::named("", name),
            ..Node::default()
        };
        self.client.create(node.clone()).unwrap();
        for (resource, amount) in [("cpu", "1"), ("memory", "2Gi"), ("pods", "110")] {
            node.status.allocatable.insert(resource, quantity(amount));
            node.status.capacity.insert(resource, quantity(amount));
        }
        node.status.conditions.push(NodeCondition {
            type_: "Ready".into(),
            status: "True".into(),
            ..NodeCondition::default()
        });
        self.client
            .patch_status::<Node>("", name, |n| n.status = node.status.clone())
            .unwrap();
        self.client
            .patch::<Node>("", name, |n| n.spec.taints.clear())
            .unwrap();
    }

    fn pod(name: &str, cpu: &str) -> Pod {
        let mut container = Container {
            name: "c".into(),
            image: "nginx".into(),
            ..Container::default()
        };
        container.resources.requests.insert("cpu", quantity(cpu));
        let mut pod = Pod {
            metadata: ObjectMeta::named("default", name),
            ..Pod::default()
        };
        pod.spec.containers.push(container);
        pod
    }

    fn create(&self, pod: Pod) {
        self.client.create(pod).unwrap();
        self.settle();
    }

    fn settle(&self) {
        self.client.sim().run_ready(&mut 1_000_000);
    }

    fn wait(&self, secs: u64) {
        let until = self.client.sim().now() + Duration::from_secs(secs);
        self.client.sim().run_until(until, &mut 10_000_000);
    }

    fn get(&self, name: &str) -> Pod {
        (*self.client.get::<Pod>("default", name).unwrap()).clone()
    }

    fn events(&self) -> Vec<String> {
        let list = self
            .client
            .list::<Event>("default", &ListOptions::default())
            .unwrap();
        let line = |e: &Event| {
            format!(
                "{} {} {}: {}",
                e.type_, e.involved_object.name, e.reason, e.message
            )
        };
        list.items.iter().map(|e| line(e)).collect()
    }
}

fn scheduled(pod: &Pod) -> String {
    let condition = pod
        .status
        .conditions
        .iter()
        .find(|c| c.type_ == "PodScheduled");
    condition.map_or(String::new(), |c| {
        format!("{} {} {}", c.status, c.reason, c.message)
    })
}

#[test]
fn a_pod_is_bound_and_told_about() {
    let cluster = Cluster::new(&["node-1"]);
    cluster.create(Cluster::pod("p", "500m"));
    let pod = cluster.get("p");
    assert_eq!(pod.spec.node_name, "node-1");
    assert_eq!(scheduled(&pod), "True  ");
    assert_eq!(
        cluster.events(),
        ["Normal p Scheduled: Successfully assigned default/p to node-1"]
    );
    let decision = cluster
        .scheduler
        .last_decision(&NamespacedName::new("default", "p"))
        .unwrap();
    assert_eq!(decision.chosen.as_deref(), Some("node-1"));
    assert_eq!((decision.nodes, decision.feasible), (1, 1));
}

#[test]
fn a_pod_that_fits_nowhere_waits_for_room() {
    let cluster = Cluster::new(&["node-1", "node-2"]);
    cluster.create(Cluster::pod("a", "800m"));
    cluster.create(Cluster::pod("b", "800m"));
    cluster.create(Cluster::pod("c", "800m"));
    let message = "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
    assert_eq!(
        scheduled(&cluster.get("c")),
        format!("False Unschedulable {message}")
    );
    assert!(
        cluster
            .events()
            .contains(&format!("Warning c FailedScheduling: {message}"))
    );
    let attempts = cluster.scheduler.attempts();
    cluster.wait(60);
    assert_eq!(
        cluster.scheduler.attempts(),
        attempts,
        "nothing happened, so nothing is tried"
    );
    let gone = Delete::default().grace_period(0);
    cluster.client.delete::<Pod>("default", "a", &gone).unwrap();
    cluster.settle();
    assert!(!cluster.get("c").spec.node_name.is_empty());
    assert_eq!(scheduled(&cluster.get("c")), "True  ");
}

#[test]
fn a_new_node_helps() {
    let cluster = Cluster::new(&[]);
    cluster.create(Cluster::pod("p", "500m"));
    assert_eq!(
        scheduled(&cluster.get("p")),
        "False Unschedulable no nodes available to schedule pods"
    );
    cluster.add_node("node-1");
    cluster.wait(20);
    assert_eq!(cluster.get("p").spec.node_name, "node-1");
}

#[test]
fn a_stuck_pod_is_tried_again_after_five_minutes() {
    let cluster = Cluster::new(&["node-1"]);
    cluster.create(Cluster::pod("p", "5"));
    let attempts = cluster.scheduler.attempts();
    cluster.wait(299);
    assert_eq!(cluster.scheduler.attempts(), attempts);
    cluster.wait(60);
    assert_eq!(cluster.scheduler.attempts(), attempts + 1);
}

#[test]
fn a_gated_pod_waits_for_its_gates() {
    let cluster = Cluster::new(&["node-1"]);
    let mut pod = Cluster::pod("p", "100m");
    pod.spec.scheduling_gates.push(PodSchedulingGate {
        name: "example.com/hold".into(),
    });
    cluster.create(pod);
    cluster.wait(1000);
    assert_eq!(cluster.scheduler.attempts(), 0);
    cluster
        .client
        .patch::<Pod>("default", "p", |pod| pod.spec.scheduling_gates.clear())
        .unwrap();
    cluster.settle();
    assert_eq!(cluster.get("p").spec.node_name, "node-1");
}

#[test]
fn an_important_pod_makes_others_leave() {
    let cluster = Cluster::new(&["node-1"]);
    let class = PriorityClass {
        metadata: ObjectMeta::named("", "high"),
        value: 1000,
        ..PriorityClass::default()
    };
    cluster.client.create(class).unwrap();
    cluster.create(Cluster::pod("low", "800m"));
    let mut pod = Cluster::pod("vip", "800m");
    pod.spec.priority_class_name = "high".into();
    cluster.create(pod);
    let vip = cluster.get("vip");
    assert_eq!(vip.status.nominated_node_name, "node-1");
    assert_eq!(
        scheduled(&vip),
        "False Unschedulable 0/1 nodes are available: 1 Insufficient cpu."
    );
    let low = cluster.get("low");
    assert!(low.metadata.deletion_timestamp.is_some());
    let target = low
        .status
        .conditions
        .iter()
        .find(|c| c.type_ == "DisruptionTarget")
        .unwrap();
    assert_eq!(
        target.message,
        "default-scheduler: preempting to accommodate a higher priority pod"
    );
    let preempted = format!(
        "Normal low Preempted: Preempted by pod {} on node node-1",
        vip.metadata.uid
    );
    assert!(
        cluster.events().contains(&preempted),
        "{:?}",
        cluster.events()
    );
    cluster
        .client
        .delete::<Pod>("default", "low", &Delete::default().grace_period(0))
        .unwrap();
    cluster.settle();
    assert_eq!(cluster.get("vip").spec.node_name, "node-1");
}

#[test]
fn a_cordoned_node_is_left_alone_until_it_is_back() {
    let cluster = Cluster::new(&["node-1"]);
    cluster
        .client
        .patch::<Node>("", "node-1", |node| node.spec.unschedulable = true)
        .unwrap();
    cluster.create(Cluster::pod("p", "100m"));
    assert!(
        scheduled(&cluster.get("p")).contains("1 node(s) were unschedulable"),
        "{}",
        scheduled(&cluster.get("p"))
    );
    cluster
        .client
        .patch::<Node>("", "node-1", |node| node.spec.unschedulable = false)
        .unwrap();
    cluster.settle();
    assert_eq!(cluster.get("p").spec.node_name, "node-1");
}

#[test]
fn equal_seeds_give_equal_clusters() {
    let run = || {
        let cluster = Cluster::new(&["node-1", "node-2", "node-3"]);
        for i in 0..6 {
            cluster.create(Cluster::pod(&format!("p{i}"), "100m"));
        }
        cluster.client.sim().trace().digest()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_paused_scheduler_catches_up() {
    let cluster = Cluster::new(&["node-1"]);
    cluster.scheduler.pause();
    cluster.create(Cluster::pod("p", "100m"));
    cluster.wait(100);
    assert_eq!(cluster.get("p").spec.node_name, "");
    cluster.scheduler.resume();
    cluster.settle();
    assert_eq!(cluster.get("p").spec.node_name, "node-1");
}
