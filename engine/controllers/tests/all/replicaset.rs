//! Replica sets.

use api::apps::v1::ReplicaSet;
use api::core::v1::{Pod, PodTemplateSpec, ReplicationController};
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &["replicaset-controller", "garbage-collector-controller"];

fn set(name: &str, replicas: i32) -> ReplicaSet {
    let mut set = ReplicaSet {
        metadata: ObjectMeta::named("default", name),
        ..ReplicaSet::default()
    };
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("app", name);
    set.spec.replicas = Some(replicas);
    set.spec.selector = Some(selector.into());
    set.spec.template.metadata.labels.insert("app", name);
    set.spec.template.spec = Cluster::pod("x").spec;
    set
}

fn status(cluster: &Cluster, name: &str) -> (i32, i32, i32) {
    let status = cluster.get::<ReplicaSet>(name).status;
    (
        status.replicas,
        status.ready_replicas,
        status.available_replicas,
    )
}

#[test]
fn pods_are_made_replaced_and_deleted() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(set("web", 3));
    let pods = cluster.names::<Pod>("default");
    assert_eq!(pods.len(), 3);
    assert!(
        pods.iter()
            .all(|name| name.starts_with("web-") && name.len() == 9),
        "{pods:?}"
    );
    assert_eq!(status(&cluster, "web"), (3, 0, 0));
    assert!(cluster.events().contains(&format!(
        "Normal ReplicaSet/web SuccessfulCreate: Created pod: {}",
        pods[0]
    )));
    for pod in &pods {
        cluster.set_pod_ready(pod, true);
    }
    assert_eq!(status(&cluster, "web"), (3, 3, 3));
    cluster.delete::<Pod>(&pods[0], &Delete::default());
    assert_eq!(cluster.names::<Pod>("default").len(), 3);
    assert_eq!(status(&cluster, "web"), (3, 2, 2));
    // The one that is not ready goes first.
    let unready = cluster
        .names::<Pod>("default")
        .into_iter()
        .find(|name| !pods.contains(name))
        .unwrap();
    cluster
        .client
        .patch::<ReplicaSet>("default", "web", |set| set.spec.replicas = Some(2))
        .unwrap();
    cluster.settle();
    assert!(!cluster.names::<Pod>("default").contains(&unready));
    assert!(cluster.events().contains(&format!(
        "Normal ReplicaSet/web SuccessfulDelete: Deleted pod: {unready}"
    )));
    cluster.delete::<ReplicaSet>("web", &Delete::default());
    assert!(
        cluster.names::<Pod>("default").is_empty(),
        "the garbage collector takes them"
    );
}

#[test]
fn a_set_adopts_matching_pods_and_lets_go_of_others() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut stray = Cluster::pod("stray");
    stray.metadata.labels.insert("app", "web");
    cluster.create(stray);
    cluster.create(set("web", 2));
    let pods = cluster.names::<Pod>("default");
    assert_eq!(pods.len(), 2, "{pods:?}");
    let stray = cluster.get::<Pod>("stray");
    assert_eq!(stray.metadata.controller().unwrap().name, "web");
    cluster
        .client
        .patch::<Pod>("default", "stray", |pod| {
            drop(pod.metadata.labels.insert("app", "debug"))
        })
        .unwrap();
    cluster.settle();
    assert!(
        cluster
            .get::<Pod>("stray")
            .metadata
            .owner_references
            .is_empty()
    );
    assert_eq!(cluster.names::<Pod>("default").len(), 3);
}

#[test]
fn pods_become_available_after_min_ready_seconds() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut slow = set("web", 1);
    slow.spec.min_ready_seconds = 10;
    cluster.create(slow);
    let pod = cluster.names::<Pod>("default").remove(0);
    cluster.set_pod_ready(&pod, true);
    assert_eq!(status(&cluster, "web"), (1, 1, 0));
    cluster.wait(9.0);
    assert_eq!(status(&cluster, "web"), (1, 1, 0));
    cluster.wait(1.5);
    assert_eq!(status(&cluster, "web"), (1, 1, 1));
}

#[test]
fn pods_that_cannot_be_made_are_told_about() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.delete::<api::core::v1::ServiceAccount>("default", &Delete::default());
    cluster.create(set("web", 3));
    let stuck = cluster.get::<ReplicaSet>("web");
    let condition = &stuck.status.conditions[0];
    assert_eq!(
        (&*condition.type_, &*condition.reason),
        ("ReplicaFailure", "FailedCreate")
    );
    assert!(
        condition.message.contains("service account"),
        "{}",
        condition.message
    );
    assert!(
        cluster.events()[0]
            .starts_with("Warning ReplicaSet/web FailedCreate: Error creating: pods \"web-")
    );
    let account = api::core::v1::ServiceAccount {
        metadata: ObjectMeta::named("default", "default"),
        ..Default::default()
    };
    cluster.create(account);
    cluster.wait(60.0);
    assert_eq!(cluster.names::<Pod>("default").len(), 3);
    assert!(
        cluster
            .get::<ReplicaSet>("web")
            .status
            .conditions
            .is_empty()
    );
}

#[test]
fn replication_controllers_do_the_same() {
    let cluster = Cluster::new(&[
        "replicationcontroller-controller",
        "garbage-collector-controller",
    ]);
    let mut old = ReplicationController {
        metadata: ObjectMeta::named("default", "old"),
        ..ReplicationController::default()
    };
    old.spec.replicas = Some(2);
    old.spec.selector.insert("app", "old");
    let mut template = PodTemplateSpec::default();
    template.metadata.labels.insert("app", "old");
    template.spec = Cluster::pod("x").spec;
    old.spec.template = Some(template.into());
    cluster.create(old);
    let pods = cluster.names::<Pod>("default");
    assert_eq!(pods.len(), 2);
    cluster.set_pod_ready(&pods[0], true);
    let status = cluster.get::<ReplicationController>("old").status;
    assert_eq!((status.replicas, status.ready_replicas), (2, 1));
    assert!(cluster.events().contains(&format!(
        "Normal ReplicationController/old SuccessfulCreate: Created pod: {}",
        pods[0]
    )));
    let background = Delete::default().propagation("Background");
    cluster.delete::<ReplicationController>("old", &background);
    assert!(cluster.names::<Pod>("default").is_empty());
}
