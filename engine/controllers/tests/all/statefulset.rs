//! Stateful sets, with a stand-in for kubelets that makes pods ready when told to.

use api::apps::v1::StatefulSet;
use api::core::v1::{PersistentVolumeClaim, Pod};
use apimachinery::Quantity;
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &["statefulset-controller", "garbage-collector-controller"];

fn set(replicas: i32) -> StatefulSet {
    let mut set = StatefulSet {
        metadata: ObjectMeta::named("default", "db"),
        ..StatefulSet::default()
    };
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("app", "db");
    set.spec.replicas = Some(replicas);
    set.spec.service_name = "db".into();
    set.spec.selector = Some(selector.into());
    set.spec.template.metadata.labels.insert("app", "db");
    set.spec.template.spec = Cluster::pod("x").spec;
    set
}

fn with_claims(mut set: StatefulSet) -> StatefulSet {
    let mut claim = PersistentVolumeClaim {
        metadata: ObjectMeta::named("", "data"),
        ..PersistentVolumeClaim::default()
    };
    claim.spec.access_modes = vec!["ReadWriteOnce".into()];
    claim
        .spec
        .resources
        .requests
        .insert("storage", Quantity::parse("1Gi").unwrap());
    set.spec.volume_claim_templates = vec![claim];
    set
}

fn pods(cluster: &Cluster) -> Vec<String> {
    cluster.names::<Pod>("default")
}

fn ready_all(cluster: &Cluster) {
    for _ in 0..20 {
        let pods = cluster.list::<Pod>("default");
        let unready = pods
            .iter()
            .find(|pod| !component_helpers::pod::is_ready(pod));
        match unready {
            Some(pod) => cluster.set_pod_ready(&pod.metadata.name, true),
            None => return,
        }
    }
    panic!("no end of unready pods");
}

fn image(cluster: &Cluster, pod: &str) -> String {
    cluster.get::<Pod>(pod).spec.containers[0].image.to_string()
}

fn set_image(cluster: &Cluster, image: &str) {
    cluster
        .client
        .patch::<StatefulSet>("default", "db", |s| {
            s.spec.template.spec.containers[0].image = image.into()
        })
        .unwrap();
    cluster.settle();
}

fn scale(cluster: &Cluster, replicas: i32) {
    cluster
        .client
        .patch::<StatefulSet>("default", "db", |s| s.spec.replicas = Some(replicas))
        .unwrap();
    cluster.settle();
}

#[test]
fn pods_come_one_after_another_with_name_host_and_claim() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(with_claims(set(2)));
    assert_eq!(pods(&cluster), ["db-0"]);
    let pod = cluster.get::<Pod>("db-0");
    assert_eq!((&*pod.spec.hostname, &*pod.spec.subdomain), ("db-0", "db"));
    assert_eq!(
        pod.metadata
            .labels
            .text("statefulset.kubernetes.io/pod-name"),
        "db-0"
    );
    assert_eq!(
        pod.metadata.labels.text("apps.kubernetes.io/pod-index"),
        "0"
    );
    assert_eq!(pod.spec.volumes[0].name, "data");
    assert_eq!(
        pod.spec.volumes[0]
            .persistent_volume_claim
            .as_ref()
            .unwrap()
            .claim_name,
        "data-db-0"
    );
    assert_eq!(
        cluster.names::<PersistentVolumeClaim>("default"),
        ["data-db-0"]
    );
    assert_eq!(
        cluster.events(),
        [
            "Normal StatefulSet/db SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success",
            "Normal StatefulSet/db SuccessfulCreate: Create Pod db-0 in StatefulSet db successful",
        ]
    );
    cluster.set_pod_ready("db-0", true);
    assert_eq!(pods(&cluster), ["db-0", "db-1"]);
    cluster.set_pod_ready("db-1", true);
    let status = cluster.get::<StatefulSet>("db").status;
    assert_eq!(
        (
            status.replicas,
            status.ready_replicas,
            status.available_replicas
        ),
        (2, 2, 2)
    );
    assert_eq!((status.current_replicas, status.updated_replicas), (2, 2));
    assert_eq!(status.current_revision, status.update_revision);
    assert_eq!(status.collision_count, Some(0));
}

#[test]
fn scaling_down_takes_the_highest_first_and_keeps_claims() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(with_claims(set(3)));
    ready_all(&cluster);
    let hold = |name: &str| {
        cluster
            .client
            .patch::<Pod>("default", name, |p| {
                p.metadata.finalizers.push("example.com/hold".into())
            })
            .unwrap();
    };
    hold("db-2");
    cluster.settle();
    scale(&cluster, 1);
    assert_eq!(pods(&cluster), ["db-0", "db-1", "db-2"]);
    assert!(cluster.get::<Pod>("db-2").metadata.is_deleting());
    assert!(
        !cluster.get::<Pod>("db-1").metadata.is_deleting(),
        "one after another"
    );
    let status = cluster.get::<StatefulSet>("db").status;
    assert_eq!((status.replicas, status.current_replicas), (3, 2));
    cluster
        .client
        .patch::<Pod>("default", "db-2", |p| p.metadata.finalizers.clear())
        .unwrap();
    cluster.settle();
    assert_eq!(pods(&cluster), ["db-0"]);
    assert_eq!(cluster.names::<PersistentVolumeClaim>("default").len(), 3);
    scale(&cluster, 2);
    assert_eq!(pods(&cluster), ["db-0", "db-1"]);
}

#[test]
fn parallel_sets_do_all_at_once() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut parallel = set(3);
    parallel.spec.pod_management_policy = "Parallel".into();
    cluster.create(parallel);
    assert_eq!(pods(&cluster), ["db-0", "db-1", "db-2"]);
    scale(&cluster, 0);
    assert!(pods(&cluster).is_empty());
}

#[test]
fn a_deleted_pod_comes_back_under_its_name() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(set(2));
    ready_all(&cluster);
    let before = cluster.get::<Pod>("db-0").metadata.uid;
    cluster.delete::<Pod>("db-0", &Delete::default());
    let after = cluster.get::<Pod>("db-0").metadata.uid;
    assert_ne!(before, after);
    cluster
        .client
        .patch_status::<Pod>("default", "db-0", |p| p.status.phase = "Failed".into())
        .unwrap();
    cluster.settle();
    assert_ne!(cluster.get::<Pod>("db-0").metadata.uid, after);
    let message = "Warning StatefulSet/db RecreatingFailedPod: StatefulSet default/db is recreating failed Pod db-0";
    assert!(cluster.events().contains(&message.to_owned()));
}

#[test]
fn updates_go_from_the_highest_down_to_the_partition() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(set(3));
    ready_all(&cluster);
    set_image(&cluster, "httpd");
    assert_eq!(image(&cluster, "db-2"), "httpd");
    assert_eq!(image(&cluster, "db-1"), "nginx", "not before db-2 is ready");
    let status = cluster.get::<StatefulSet>("db").status;
    assert_ne!(status.current_revision, status.update_revision);
    assert_eq!((status.current_replicas, status.updated_replicas), (2, 1));
    ready_all(&cluster);
    assert_eq!(
        [image(&cluster, "db-0"), image(&cluster, "db-1")],
        ["httpd", "httpd"]
    );
    let status = cluster.get::<StatefulSet>("db").status;
    assert_eq!(status.current_revision, status.update_revision);
    // With a partition, the lower ones stay as they are, also when they are made anew.
    cluster
        .client
        .patch::<StatefulSet>("default", "db", |s| {
            s.spec
                .update_strategy
                .rolling_update
                .get_or_insert_default()
                .partition = Some(2);
        })
        .unwrap();
    set_image(&cluster, "redis");
    ready_all(&cluster);
    assert_eq!(
        [image(&cluster, "db-1"), image(&cluster, "db-2")],
        ["httpd", "redis"]
    );
    cluster.delete::<Pod>("db-1", &Delete::default());
    assert_eq!(image(&cluster, "db-1"), "httpd");
}

#[test]
fn several_may_be_missing_during_an_update() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut quick = set(4);
    quick.spec.pod_management_policy = "Parallel".into();
    quick.spec.update_strategy.type_ = "RollingUpdate".into();
    quick.spec.update_strategy.rolling_update = Some(Default::default());
    if let Some(rolling) = &mut quick.spec.update_strategy.rolling_update {
        rolling.max_unavailable = Some(2.into());
    }
    cluster.create(quick);
    ready_all(&cluster);
    set_image(&cluster, "httpd");
    let images: Vec<String> = (0..4)
        .map(|i| image(&cluster, &format!("db-{i}")))
        .collect();
    assert_eq!(images, ["nginx", "nginx", "httpd", "httpd"]);
}

#[test]
fn on_delete_waits_for_the_user() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut manual = set(2);
    manual.spec.update_strategy.type_ = "OnDelete".into();
    cluster.create(manual);
    ready_all(&cluster);
    set_image(&cluster, "httpd");
    assert_eq!(
        [image(&cluster, "db-0"), image(&cluster, "db-1")],
        ["nginx", "nginx"]
    );
    cluster.delete::<Pod>("db-0", &Delete::default());
    assert_eq!(
        [image(&cluster, "db-0"), image(&cluster, "db-1")],
        ["httpd", "nginx"]
    );
}

#[test]
fn claims_go_as_the_retention_policy_says() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut tidy = with_claims(set(2));
    let policy = api::apps::v1::StatefulSetPersistentVolumeClaimRetentionPolicy {
        when_deleted: "Delete".into(),
        when_scaled: "Delete".into(),
    };
    tidy.spec.persistent_volume_claim_retention_policy = Some(policy.into());
    cluster.create(tidy);
    ready_all(&cluster);
    assert_eq!(
        cluster.names::<PersistentVolumeClaim>("default"),
        ["data-db-0", "data-db-1"]
    );
    scale(&cluster, 1);
    let claim = cluster.find::<PersistentVolumeClaim>("data-db-1");
    assert!(claim.is_none_or(|claim| claim.metadata.is_deleting()));
    cluster.delete::<StatefulSet>("db", &Delete::default());
    let claim = cluster.find::<PersistentVolumeClaim>("data-db-0");
    assert!(claim.is_none_or(|claim| claim.metadata.is_deleting()));
}

#[test]
fn ordinals_may_begin_elsewhere() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut later = set(2);
    later.spec.ordinals = Some(api::apps::v1::StatefulSetOrdinals { start: 5 }.into());
    later.spec.pod_management_policy = "Parallel".into();
    cluster.create(later);
    assert_eq!(pods(&cluster), ["db-5", "db-6"]);
}
