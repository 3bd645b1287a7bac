//! Daemon sets; a stand-in for the scheduler puts pods where they are tied to.

use api::apps::v1::{ControllerRevision, DaemonSet};
use api::core::v1::{Node, Pod, Taint};
use apimachinery::IntOrString;
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &["daemonset-controller", "garbage-collector-controller"];

fn cluster(nodes: &[&str]) -> Cluster {
    let cluster = Cluster::new(CONTROLLERS);
    for node in nodes {
        cluster.create_node(node, "True");
        cluster
            .client
            .patch::<Node>("", node, |n| n.spec.taints.clear())
            .unwrap();
    }
    cluster.settle();
    cluster
}

fn set(name: &str) -> DaemonSet {
    let mut set = DaemonSet {
        metadata: ObjectMeta::named("default", name),
        ..DaemonSet::default()
    };
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("app", name);
    set.spec.selector = Some(selector.into());
    set.spec.template.metadata.labels.insert("app", name);
    set.spec.template.spec = Cluster::pod("x").spec;
    set
}

/// The nodes that pods are tied to.
fn targets(cluster: &Cluster) -> Vec<String> {
    let pods = cluster.list::<Pod>("default");
    let mut targets: Vec<String> = pods
        .iter()
        .filter(|pod| !pod.metadata.is_deleting())
        .map(|pod| {
            let required = component_helpers::selector::required_node_affinity(pod).unwrap();
            required.node_selector_terms[0].match_fields[0].values[0].to_string()
        })
        .collect();
    targets.sort();
    targets
}

fn ready_all(cluster: &Cluster) {
    for pod in cluster.list::<Pod>("default") {
        if !component_helpers::pod::is_ready(&pod) && !pod.metadata.is_deleting() {
            cluster.set_pod_ready(&pod.metadata.name, true);
        }
    }
}

fn counts(cluster: &Cluster) -> (i32, i32, i32, i32) {
    let status = cluster.get::<DaemonSet>("agent").status;
    (
        status.desired_number_scheduled,
        status.current_number_scheduled,
        status.number_ready,
        status.updated_number_scheduled,
    )
}

#[test]
fn every_node_gets_a_pod() {
    let cluster = cluster(&["node-1", "node-2"]);
    cluster.create(set("agent"));
    assert_eq!(targets(&cluster), ["node-1", "node-2"]);
    assert_eq!(counts(&cluster), (2, 2, 0, 2));
    ready_all(&cluster);
    assert_eq!(counts(&cluster), (2, 2, 2, 2));
    let pod = &cluster.list::<Pod>("default")[0];
    let tolerations: Vec<&str> = pod
        .spec
        .tolerations
        .iter()
        .map(|t| t.key.as_str())
        .collect();
    assert!(
        tolerations.contains(&"node.kubernetes.io/unschedulable"),
        "{tolerations:?}"
    );
    let revisions = cluster.list::<ControllerRevision>("default");
    assert_eq!(revisions.len(), 1);
    assert_eq!(
        pod.metadata.labels.text("controller-revision-hash"),
        revisions[0]
            .metadata
            .labels
            .text("controller-revision-hash")
    );
    cluster.create_node("node-3", "True");
    cluster
        .client
        .patch::<Node>("", "node-3", |n| n.spec.taints.clear())
        .unwrap();
    cluster.settle();
    assert_eq!(targets(&cluster), ["node-1", "node-2", "node-3"]);
    cluster.delete::<DaemonSet>("agent", &Delete::default());
    assert!(cluster.names::<Pod>("default").is_empty());
}

#[test]
fn nodes_are_chosen_by_selector_and_taints() {
    let cluster = cluster(&["node-1", "node-2", "node-3"]);
    cluster
        .client
        .patch::<Node>("", "node-1", |n| {
            drop(n.metadata.labels.insert("disk", "ssd"))
        })
        .unwrap();
    let mut ssd = set("agent");
    ssd.spec.template.spec.node_selector.insert("disk", "ssd");
    cluster.create(ssd);
    assert_eq!(targets(&cluster), ["node-1"]);
    cluster
        .client
        .patch::<Node>("", "node-2", |n| {
            drop(n.metadata.labels.insert("disk", "ssd"))
        })
        .unwrap();
    cluster.settle();
    assert_eq!(targets(&cluster), ["node-1", "node-2"]);
    cluster
        .client
        .patch::<Node>("", "node-1", |n| drop(n.metadata.labels.remove("disk")))
        .unwrap();
    cluster.settle();
    assert_eq!(targets(&cluster), ["node-2"]);
    let taint = |effect: &str| Taint {
        key: "team".into(),
        effect: effect.into(),
        ..Taint::default()
    };
    cluster
        .client
        .patch::<Node>("", "node-2", |n| n.spec.taints = vec![taint("NoSchedule")])
        .unwrap();
    cluster.settle();
    assert_eq!(targets(&cluster), ["node-2"], "what is there stays");
    assert_eq!(counts(&cluster).0, 0);
    assert_eq!(
        cluster.get::<DaemonSet>("agent").status.number_misscheduled,
        1
    );
    cluster
        .client
        .patch::<Node>("", "node-2", |n| n.spec.taints = vec![taint("NoExecute")])
        .unwrap();
    cluster.settle();
    assert!(targets(&cluster).is_empty());
}

#[test]
fn a_rolling_update_goes_node_by_node() {
    let cluster = cluster(&["node-1", "node-2", "node-3"]);
    cluster.create(set("agent"));
    ready_all(&cluster);
    cluster
        .client
        .patch::<DaemonSet>("default", "agent", |s| {
            s.spec.template.spec.containers[0].image = "httpd".into()
        })
        .unwrap();
    cluster.settle();
    for done in 1..=3 {
        let pods = cluster.list::<Pod>("default");
        let new = pods
            .iter()
            .filter(|p| p.spec.containers[0].image == "httpd")
            .count();
        assert_eq!(new, done);
        assert_eq!(
            cluster.get::<DaemonSet>("agent").status.number_unavailable,
            1
        );
        ready_all(&cluster);
    }
    assert_eq!(counts(&cluster), (3, 3, 3, 3));
    assert_eq!(cluster.names::<ControllerRevision>("default").len(), 2);
    // Back to the first template: the old revision becomes the newest.
    cluster
        .client
        .patch::<DaemonSet>("default", "agent", |s| {
            s.spec.template.spec.containers[0].image = "nginx".into()
        })
        .unwrap();
    cluster.settle();
    let mut numbers: Vec<i64> = cluster
        .list::<ControllerRevision>("default")
        .iter()
        .map(|r| r.revision)
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn surge_makes_the_new_pod_before_the_old_one_goes() {
    let cluster = cluster(&["node-1", "node-2"]);
    let mut surging = set("agent");
    surging.spec.update_strategy.type_ = "RollingUpdate".into();
    surging.spec.update_strategy.rolling_update = Some(Default::default());
    if let Some(rolling) = &mut surging.spec.update_strategy.rolling_update {
        rolling.max_surge = Some(IntOrString::Int(1));
        rolling.max_unavailable = Some(IntOrString::Int(0));
    }
    cluster.create(surging);
    ready_all(&cluster);
    cluster
        .client
        .patch::<DaemonSet>("default", "agent", |s| {
            s.spec.template.spec.containers[0].image = "httpd".into()
        })
        .unwrap();
    cluster.settle();
    assert_eq!(targets(&cluster).len(), 3);
    assert_eq!(cluster.get::<DaemonSet>("agent").status.number_ready, 2);
    ready_all(&cluster);
    ready_all(&cluster);
    ready_all(&cluster);
    assert_eq!(targets(&cluster), ["node-1", "node-2"]);
    let pods = cluster.list::<Pod>("default");
    assert!(pods.iter().all(|p| p.spec.containers[0].image == "httpd"));
}

#[test]
fn on_delete_waits_for_the_user() {
    let cluster = cluster(&["node-1", "node-2"]);
    let mut manual = set("agent");
    manual.spec.update_strategy.type_ = "OnDelete".into();
    cluster.create(manual);
    ready_all(&cluster);
    cluster
        .client
        .patch::<DaemonSet>("default", "agent", |s| {
            s.spec.template.spec.containers[0].image = "httpd".into()
        })
        .unwrap();
    cluster.settle();
    let images = |cluster: &Cluster| {
        let pods = cluster.list::<Pod>("default");
        let mut images: Vec<String> = pods
            .iter()
            .map(|p| p.spec.containers[0].image.to_string())
            .collect();
        images.sort();
        images
    };
    assert_eq!(images(&cluster), ["nginx", "nginx"]);
    let first = cluster.names::<Pod>("default").remove(0);
    cluster.delete::<Pod>(&first, &Delete::default());
    assert_eq!(images(&cluster), ["httpd", "nginx"]);
}

#[test]
fn a_failed_pod_is_replaced_ever_more_slowly() {
    let cluster = cluster(&["node-1"]);
    cluster.create(set("agent"));
    let fail = |cluster: &Cluster| {
        let name = cluster.names::<Pod>("default").remove(0);
        cluster
            .client
            .patch_status::<Pod>("default", &name, |p| p.status.phase = "Failed".into())
            .unwrap();
        cluster.settle();
        name
    };
    let first = fail(&cluster);
    let second = cluster.names::<Pod>("default").remove(0);
    assert_ne!(first, second, "replaced at once");
    assert!(
        cluster
            .events()
            .iter()
            .any(|e| e.contains("FailedDaemonPod: Found failed daemon pod default/")),
        "{:?}",
        cluster.events()
    );
    fail(&cluster);
    assert_eq!(cluster.names::<Pod>("default")[0], second, "not yet");
    cluster.wait(1.5);
    assert_ne!(cluster.names::<Pod>("default")[0], second);
}
