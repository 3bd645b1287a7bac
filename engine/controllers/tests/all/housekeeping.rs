//! Namespaces, service accounts, garbage, nodes: the controllers without which nothing else works.

use crate::support::Cluster;
use api::core::v1::{ConfigMap, Namespace, Node, Pod, ServiceAccount, Toleration};
use apimachinery::meta::v1::{ObjectMeta, OwnerReference};
use apimachinery::{Kind, Object};
use client::Delete;

fn owned(name: &str, owner: &dyn Object, block: bool) -> ConfigMap {
    let mut map = ConfigMap {
        metadata: ObjectMeta::named("default", name),
        ..ConfigMap::default()
    };
    map.metadata.owner_references.push(OwnerReference {
        api_version: owner.gvk().api_version(),
        kind: owner.gvk().kind,
        name: owner.meta().name.clone(),
        uid: owner.meta().uid.clone(),
        controller: Some(true),
        block_owner_deletion: Some(block),
    });
    map
}

fn plain(name: &str) -> ConfigMap {
    ConfigMap {
        metadata: ObjectMeta::named("default", name),
        ..ConfigMap::default()
    }
}

#[test]
fn every_namespace_has_its_account_and_certificate() {
    let cluster = Cluster::new(&[
        "serviceaccount-controller",
        "root-ca-certificate-publisher-controller",
    ]);
    cluster.create_namespace("dev");
    for namespace in ["default", "dev", "kube-system"] {
        assert_eq!(
            cluster.names::<ServiceAccount>(namespace),
            ["default"],
            "{namespace}"
        );
        assert_eq!(
            cluster.names::<ConfigMap>(namespace),
            ["kube-root-ca.crt"],
            "{namespace}"
        );
    }
    // They come back.
    cluster
        .client
        .delete::<ServiceAccount>("dev", "default", &Delete::default())
        .unwrap();
    cluster
        .client
        .patch::<ConfigMap>("dev", "kube-root-ca.crt", |map| map.data.clear())
        .unwrap();
    cluster.settle();
    assert_eq!(cluster.names::<ServiceAccount>("dev"), ["default"]);
    let map = cluster
        .client
        .get::<ConfigMap>("dev", "kube-root-ca.crt")
        .unwrap();
    assert!(
        map.data
            .text("ca.crt")
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
}

#[test]
fn a_deleted_namespace_is_emptied_and_goes() {
    let cluster = Cluster::new(&["serviceaccount-controller", "namespace-controller"]);
    cluster.create_namespace("dev");
    let mut map = plain("settings");
    map.metadata.namespace = "dev".into();
    cluster.create(map);
    let mut pod = Cluster::pod("web");
    pod.metadata.namespace = "dev".into();
    pod.spec.node_name = "node-1".into();
    cluster.create(pod);
    cluster.delete::<Namespace>("dev", &Delete::default());
    assert_eq!(cluster.get::<Namespace>("dev").status.phase, "Terminating");
    cluster.wait(4.0);
    assert!(
        !cluster.list::<Pod>("dev")[0].metadata.is_deleting(),
        "not yet"
    );
    cluster.wait(2.0);
    assert!(cluster.list::<Pod>("dev")[0].metadata.is_deleting());
    assert_eq!(
        cluster.names::<ConfigMap>("dev"),
        ["settings"],
        "pods go first"
    );
    let namespace = cluster.get::<Namespace>("dev");
    let remaining = namespace
        .status
        .conditions
        .iter()
        .find(|c| c.type_ == "NamespaceContentRemaining")
        .unwrap();
    assert_eq!(
        remaining.message,
        "Some resources are remaining: pods. has 1 resource instances"
    );
    // The kubelet would do this.
    cluster
        .client
        .delete::<Pod>("dev", "web", &Delete::default().grace_period(0))
        .unwrap();
    cluster.wait(6.0);
    assert!(cluster.find::<Namespace>("dev").is_none());
    assert!(cluster.names::<ConfigMap>("dev").is_empty());
}

#[test]
fn dependents_follow_their_owner() {
    let cluster = Cluster::new(&["garbage-collector-controller"]);
    cluster.create(plain("owner"));
    let owner = cluster.get::<ConfigMap>("owner");
    cluster.create(owned("child", &owner, false));
    let child = cluster.get::<ConfigMap>("child");
    cluster.create(owned("grandchild", &child, false));
    cluster.delete::<ConfigMap>("owner", &Delete::default());
    assert!(cluster.names::<ConfigMap>("default").is_empty());
}

#[test]
fn an_owner_that_never_was_takes_its_dependents_along() {
    let cluster = Cluster::new(&["garbage-collector-controller"]);
    let mut ghost = plain("ghost");
    ghost.metadata.uid = "no-such-uid".into();
    cluster.create(owned("child", &ghost, false));
    assert!(cluster.names::<ConfigMap>("default").is_empty());
}

#[test]
fn one_owner_left_is_enough() {
    let cluster = Cluster::new(&["garbage-collector-controller"]);
    cluster.create(plain("a"));
    cluster.create(plain("b"));
    let (a, b) = (cluster.get::<ConfigMap>("a"), cluster.get::<ConfigMap>("b"));
    let mut child = owned("child", &a, false);
    let second = owned("x", &b, false).metadata.owner_references[0].clone();
    child.metadata.owner_references[0].controller = None;
    child.metadata.owner_references.push(second);
    cluster.create(child);
    cluster.delete::<ConfigMap>("a", &Delete::default());
    let child = cluster.get::<ConfigMap>("child");
    assert_eq!(child.metadata.owner_references.len(), 1);
    assert_eq!(child.metadata.owner_references[0].name, "b");
    cluster.delete::<ConfigMap>("b", &Delete::default());
    assert!(cluster.find::<ConfigMap>("child").is_none());
}

#[test]
fn foreground_deletion_waits_for_blocking_dependents() {
    let cluster = Cluster::new(&["garbage-collector-controller"]);
    cluster.create(plain("owner"));
    let owner = cluster.get::<ConfigMap>("owner");
    let mut child = owned("child", &owner, true);
    child.metadata.finalizers.push("example.com/hold".into());
    cluster.create(child);
    cluster.delete::<ConfigMap>("owner", &Delete::default().propagation("Foreground"));
    assert!(cluster.get::<ConfigMap>("owner").metadata.is_deleting());
    assert!(cluster.get::<ConfigMap>("child").metadata.is_deleting());
    cluster
        .client
        .patch::<ConfigMap>("default", "child", |map| map.metadata.finalizers.clear())
        .unwrap();
    cluster.settle();
    assert!(cluster.names::<ConfigMap>("default").is_empty());
}

#[test]
fn foreground_deletion_without_dependents_is_immediate() {
    let cluster = Cluster::new(&["garbage-collector-controller"]);
    cluster.create(plain("owner"));
    cluster.delete::<ConfigMap>("owner", &Delete::default().propagation("Foreground"));
    assert!(cluster.names::<ConfigMap>("default").is_empty());
}

#[test]
fn orphans_stay() {
    let cluster = Cluster::new(&["garbage-collector-controller"]);
    cluster.create(plain("owner"));
    let owner = cluster.get::<ConfigMap>("owner");
    cluster.create(owned("child", &owner, true));
    cluster.delete::<ConfigMap>("owner", &Delete::default().propagation("Orphan"));
    assert_eq!(cluster.names::<ConfigMap>("default"), ["child"]);
    assert!(
        cluster
            .get::<ConfigMap>("child")
            .metadata
            .owner_references
            .is_empty()
    );
}

#[test]
fn a_node_is_registered_and_its_taints_follow_its_conditions() {
    let cluster = Cluster::new(&["node-lifecycle-controller", "ttl-controller"]);
    let taints = |name: &str| -> Vec<String> {
        let node = cluster.get::<Node>(name);
        node.spec
            .taints
            .iter()
            .map(|t| format!("{}:{}", t.key, t.effect))
            .collect()
    };
    cluster.create_node("node-1", "True");
    cluster.create_node("node-2", "False");
    assert_eq!(taints("node-1"), Vec::<String>::new());
    let not_ready = [
        "node.kubernetes.io/not-ready:NoSchedule",
        "node.kubernetes.io/not-ready:NoExecute",
    ];
    let mut two = taints("node-2");
    two.sort();
    two.reverse();
    assert_eq!(two, not_ready);
    assert!(cluster.events().contains(&"Normal Node/node-1 RegisteredNode: Node node-1 event: Registered Node node-1 in Controller".to_owned()));
    cluster.set_ready("node-2", "True");
    assert!(taints("node-2").is_empty());
    cluster
        .client
        .patch::<Node>("", "node-1", |node| node.spec.unschedulable = true)
        .unwrap();
    cluster.settle();
    assert_eq!(
        taints("node-1"),
        ["node.kubernetes.io/unschedulable:NoSchedule"]
    );
    assert_eq!(
        cluster
            .get::<Node>("node-1")
            .metadata
            .annotations
            .text("node.alpha.kubernetes.io/ttl"),
        "0"
    );
    cluster.set_ready("node-1", "False");
    assert!(cluster.events().contains(
        &"Normal Node/node-1 NodeNotReady: Node node-1 status is now: NodeNotReady".to_owned()
    ));
}

#[test]
fn pods_leave_a_tainted_node_as_their_tolerations_say() {
    let cluster = Cluster::new(&["taint-eviction-controller"]);
    cluster.create_node("node-1", "True");
    cluster
        .client
        .patch::<Node>("", "node-1", |node| node.spec.taints.clear())
        .unwrap();
    let toleration = |seconds| Toleration {
        key: "down".into(),
        operator: "Exists".into(),
        effect: "NoExecute".into(),
        toleration_seconds: seconds,
        ..Toleration::default()
    };
    for (name, tolerations) in [
        ("plain", vec![]),
        ("patient", vec![toleration(Some(60))]),
        ("stubborn", vec![toleration(None)]),
    ] {
        let mut pod = Cluster::pod(name);
        pod.spec.node_name = "node-1".into();
        pod.spec.tolerations = tolerations;
        cluster.create(pod);
    }
    let taint = api::core::v1::Taint {
        key: "down".into(),
        effect: "NoExecute".into(),
        ..Default::default()
    };
    cluster
        .client
        .patch::<Node>("", "node-1", |node| node.spec.taints.push(taint.clone()))
        .unwrap();
    cluster.settle();
    let leaving = |name: &str| cluster.get::<Pod>(name).metadata.is_deleting();
    assert!(leaving("plain") && !leaving("patient") && !leaving("stubborn"));
    assert!(cluster.events().contains(
        &"Normal Pod/plain TaintManagerEviction: Marking for deletion Pod default/plain".to_owned()
    ));
    cluster.wait(59.0);
    assert!(!leaving("patient"));
    cluster.wait(2.0);
    assert!(leaving("patient") && !leaving("stubborn"));
}

#[test]
fn pods_of_a_node_that_is_gone_are_removed() {
    let cluster = Cluster::new(&["pod-garbage-collector-controller"]);
    cluster.create_node("node-1", "True");
    let mut pod = Cluster::pod("p");
    pod.spec.node_name = "node-1".into();
    cluster.create(pod);
    cluster.delete::<Node>("node-1", &Delete::default());
    cluster.wait(50.0);
    assert!(cluster.find::<Pod>("p").is_some());
    cluster.wait(31.0);
    assert!(cluster.find::<Pod>("p").is_none());
    assert_eq!(Pod::KIND, "Pod");
}

#[test]
fn a_paused_manager_catches_up() {
    let cluster = Cluster::new(&["serviceaccount-controller"]);
    cluster.manager.pause();
    cluster.create_namespace("dev");
    assert!(cluster.names::<ServiceAccount>("dev").is_empty());
    cluster.manager.resume();
    cluster.settle();
    assert_eq!(cluster.names::<ServiceAccount>("dev"), ["default"]);
}
