//! Rollouts, with a stand-in for kubelets that makes pods ready when told to.

use api::apps::v1::{Deployment, ReplicaSet};
use api::core::v1::Pod;
use apimachinery::IntOrString;
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &[
    "deployment-controller",
    "replicaset-controller",
    "garbage-collector-controller",
];

fn deployment(name: &str, replicas: i32) -> Deployment {
    let mut deployment = Deployment {
        metadata: ObjectMeta::named("default", name),
        ..Deployment::default()
    };
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("app", name);
    deployment.spec.replicas = Some(replicas);
    deployment.spec.selector = Some(selector.into());
    deployment.spec.template.metadata.labels.insert("app", name);
    deployment.spec.template.spec = Cluster::pod("x").spec;
    deployment
}

fn set_image(cluster: &Cluster, image: &str) {
    cluster
        .client
        .patch::<Deployment>("default", "web", |d| {
            d.spec.template.spec.containers[0].image = image.into()
        })
        .unwrap();
    cluster.settle();
}

/// Makes one unready pod ready; whether there was one.
fn step(cluster: &Cluster) -> bool {
    let pods = cluster.list::<Pod>("default");
    let unready = pods
        .iter()
        .find(|pod| !component_helpers::pod::is_ready(pod));
    if let Some(pod) = unready {
        cluster.set_pod_ready(&pod.metadata.name, true);
    }
    unready.is_some()
}

fn roll(cluster: &Cluster) {
    for _ in 0..100 {
        if !step(cluster) {
            return;
        }
    }
    panic!("the rollout does not end");
}

fn scalings(cluster: &Cluster) -> Vec<String> {
    let hashes: Vec<String> = cluster
        .list::<ReplicaSet>("default")
        .iter()
        .map(|set| set.metadata.name.to_string())
        .collect();
    let name = |line: &str| {
        let mut line = line.to_owned();
        for (i, hash) in hashes.iter().enumerate() {
            line = line.replace(hash.as_str(), &format!("#{i}"));
        }
        line
    };
    let events = cluster.events();
    let lines = events
        .iter()
        .filter_map(|line| line.strip_prefix("Normal Deployment/web ScalingReplicaSet: Scaled "));
    lines.map(name).collect()
}

fn condition(deployment: &Deployment, type_: &str) -> String {
    let found = deployment
        .status
        .conditions
        .iter()
        .find(|c| c.type_ == type_);
    found.map_or(String::new(), |c| format!("{} {}", c.status, c.reason))
}

fn images(cluster: &Cluster) -> Vec<String> {
    let pods = cluster.list::<Pod>("default");
    pods.iter()
        .map(|pod| pod.spec.containers[0].image.to_string())
        .collect()
}

#[test]
fn a_deployment_makes_its_pods_and_tells_its_progress() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(deployment("web", 3));
    let web = cluster.get::<Deployment>("web");
    assert_eq!(
        web.metadata
            .annotations
            .text("deployment.kubernetes.io/revision"),
        "1"
    );
    assert_eq!(condition(&web, "Progressing"), "True ReplicaSetUpdated");
    assert_eq!(
        condition(&web, "Available"),
        "False MinimumReplicasUnavailable"
    );
    assert_eq!(
        (web.status.replicas, web.status.unavailable_replicas),
        (3, 3)
    );
    assert_eq!(web.status.terminating_replicas, Some(0));
    let set = &cluster.list::<ReplicaSet>("default")[0];
    let hash = set.metadata.labels.text("pod-template-hash");
    assert_eq!(set.metadata.name, format!("web-{hash}"));
    assert_eq!(
        set.metadata
            .annotations
            .text("deployment.kubernetes.io/desired-replicas"),
        "3"
    );
    assert_eq!(
        set.metadata
            .annotations
            .text("deployment.kubernetes.io/max-replicas"),
        "4"
    );
    roll(&cluster);
    let web = cluster.get::<Deployment>("web");
    assert_eq!(
        condition(&web, "Progressing"),
        "True NewReplicaSetAvailable"
    );
    assert_eq!(
        condition(&web, "Available"),
        "True MinimumReplicasAvailable"
    );
    let types: Vec<&str> = web
        .status
        .conditions
        .iter()
        .map(|c| c.type_.as_str())
        .collect();
    assert_eq!(types, ["Available", "Progressing"]);
    assert!(
        web.status.conditions[1]
            .message
            .ends_with("has successfully progressed.")
    );
    assert_eq!(
        (web.status.ready_replicas, web.status.unavailable_replicas),
        (3, 0)
    );
    assert_eq!(web.status.observed_generation, web.metadata.generation);
    cluster.delete::<Deployment>("web", &Delete::default());
    assert!(cluster.names::<ReplicaSet>("default").is_empty());
    assert!(cluster.names::<Pod>("default").is_empty());
}

#[test]
fn a_rolling_update_keeps_to_surge_and_unavailability() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(deployment("web", 4));
    roll(&cluster);
    set_image(&cluster, "httpd");
    for _ in 0..100 {
        let pods = cluster.list::<Pod>("default");
        let ready = pods
            .iter()
            .filter(|pod| component_helpers::pod::is_ready(pod))
            .count();
        assert!(
            pods.len() <= 5 && ready >= 3,
            "{} pods, {ready} ready",
            pods.len()
        );
        if !step(&cluster) {
            break;
        }
    }
    assert_eq!(images(&cluster), ["httpd"; 4]);
    let web = cluster.get::<Deployment>("web");
    assert_eq!(
        condition(&web, "Progressing"),
        "True NewReplicaSetAvailable"
    );
    assert_eq!(
        web.metadata
            .annotations
            .text("deployment.kubernetes.io/revision"),
        "2"
    );
    let sets = cluster.list::<ReplicaSet>("default");
    assert_eq!(sets.len(), 2);
    let scalings = scalings(&cluster);
    assert!(scalings[0].ends_with("from 0 to 4"), "{scalings:?}");
    assert!(
        scalings[1].ends_with("from 0 to 1") && scalings[1].starts_with("up"),
        "{scalings:?}"
    );
    assert!(
        scalings[2].ends_with("from 4 to 3") && scalings[2].starts_with("down"),
        "{scalings:?}"
    );
}

#[test]
fn going_back_reuses_the_old_replica_set() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(deployment("web", 2));
    roll(&cluster);
    set_image(&cluster, "httpd");
    roll(&cluster);
    set_image(&cluster, "nginx");
    roll(&cluster);
    assert_eq!(cluster.names::<ReplicaSet>("default").len(), 2);
    let web = cluster.get::<Deployment>("web");
    assert_eq!(
        web.metadata
            .annotations
            .text("deployment.kubernetes.io/revision"),
        "3"
    );
    let sets = cluster.list::<ReplicaSet>("default");
    let current = sets
        .iter()
        .find(|set| set.spec.replicas == Some(2))
        .unwrap();
    assert_eq!(
        current
            .metadata
            .annotations
            .text("deployment.kubernetes.io/revision"),
        "3"
    );
    assert_eq!(
        current
            .metadata
            .annotations
            .text("deployment.kubernetes.io/revision-history"),
        "1"
    );
}

#[test]
fn recreate_lets_all_old_pods_go_first() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut web = deployment("web", 3);
    web.spec.strategy.type_ = "Recreate".into();
    cluster.create(web);
    roll(&cluster);
    // A pod that takes its time to go.
    let first = cluster.names::<Pod>("default").remove(0);
    cluster
        .client
        .patch::<Pod>("default", &first, |pod| {
            pod.metadata.finalizers.push("example.com/hold".into())
        })
        .unwrap();
    set_image(&cluster, "httpd");
    assert_eq!(
        images(&cluster),
        ["nginx"],
        "the last old one holds the new ones up"
    );
    cluster
        .client
        .patch::<Pod>("default", &first, |pod| pod.metadata.finalizers.clear())
        .unwrap();
    cluster.settle();
    assert_eq!(images(&cluster), ["httpd"; 3]);
}

#[test]
fn scaling_in_the_middle_of_a_rollout_is_proportional() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut web = deployment("web", 10);
    web.spec.strategy.rolling_update = Some(Default::default());
    if let Some(rolling) = &mut web.spec.strategy.rolling_update {
        rolling.max_surge = Some(IntOrString::Int(3));
        rolling.max_unavailable = Some(IntOrString::Int(2));
    }
    web.spec.strategy.type_ = "RollingUpdate".into();
    cluster.create(web);
    roll(&cluster);
    set_image(&cluster, "nginx:broken");
    let sizes = |cluster: &Cluster| {
        let mut sizes: Vec<i32> = cluster
            .list::<ReplicaSet>("default")
            .iter()
            .map(|s| s.spec.replicas.unwrap())
            .collect();
        sizes.sort_unstable();
        sizes
    };
    // The example of the documentation.
    assert_eq!(sizes(&cluster), [5, 8]);
    cluster
        .client
        .patch::<Deployment>("default", "web", |d| d.spec.replicas = Some(15))
        .unwrap();
    cluster.settle();
    assert_eq!(sizes(&cluster), [7, 11]);
}

#[test]
fn a_paused_deployment_rolls_nothing() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(deployment("web", 2));
    roll(&cluster);
    cluster
        .client
        .patch::<Deployment>("default", "web", |d| d.spec.paused = true)
        .unwrap();
    cluster.settle();
    assert_eq!(
        condition(&cluster.get("web"), "Progressing"),
        "Unknown DeploymentPaused"
    );
    set_image(&cluster, "httpd");
    assert_eq!(images(&cluster), ["nginx"; 2]);
    // Scaling works.
    cluster
        .client
        .patch::<Deployment>("default", "web", |d| d.spec.replicas = Some(3))
        .unwrap();
    cluster.settle();
    assert_eq!(images(&cluster), ["nginx"; 3]);
    cluster
        .client
        .patch::<Deployment>("default", "web", |d| d.spec.paused = false)
        .unwrap();
    cluster.settle();
    roll(&cluster);
    assert_eq!(images(&cluster), ["httpd"; 3]);
}

#[test]
fn a_rollout_that_gets_nowhere_exceeds_its_deadline() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut web = deployment("web", 1);
    web.spec.progress_deadline_seconds = Some(60);
    cluster.create(web);
    cluster.wait(59.0);
    assert_eq!(
        condition(&cluster.get("web"), "Progressing"),
        "True ReplicaSetUpdated"
    );
    cluster.wait(3.0);
    let web = cluster.get::<Deployment>("web");
    assert_eq!(
        condition(&web, "Progressing"),
        "False ProgressDeadlineExceeded"
    );
    let message = &web
        .status
        .conditions
        .iter()
        .find(|c| c.type_ == "Progressing")
        .unwrap()
        .message;
    assert!(message.ends_with("has timed out progressing."), "{message}");
    roll(&cluster);
    assert_eq!(
        condition(&cluster.get("web"), "Progressing"),
        "True NewReplicaSetAvailable"
    );
}

#[test]
fn old_replica_sets_go_beyond_the_history_limit() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut web = deployment("web", 1);
    web.spec.revision_history_limit = Some(2);
    cluster.create(web);
    roll(&cluster);
    for i in 0..5 {
        set_image(&cluster, &format!("nginx:1.{i}"));
        roll(&cluster);
    }
    assert_eq!(cluster.names::<ReplicaSet>("default").len(), 3);
}

#[test]
fn trouble_with_pods_shows_on_the_deployment() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.delete::<api::core::v1::ServiceAccount>("default", &Delete::default());
    cluster.create(deployment("web", 1));
    let web = cluster.get::<Deployment>("web");
    assert_eq!(condition(&web, "ReplicaFailure"), "True FailedCreate");
}
