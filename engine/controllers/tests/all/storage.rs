//! Claims and volumes.

use api::core::v1::{
    HostPathVolumeSource, PersistentVolume, PersistentVolumeClaim,
    PersistentVolumeClaimVolumeSource, Pod, Volume,
};
use api::storage::v1::StorageClass;
use apimachinery::Quantity;
use apimachinery::meta::v1::ObjectMeta;
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &[
    "persistentvolume-binder-controller",
    "persistentvolumeclaim-protection-controller",
    "persistentvolume-protection-controller",
];

fn class(name: &str, provisioner: &str, mode: &str) -> StorageClass {
    StorageClass {
        metadata: ObjectMeta::named("", name),
        provisioner: provisioner.into(),
        volume_binding_mode: Some(mode.into()),
        ..StorageClass::default()
    }
}

fn claim(name: &str, class: &str, size: &str) -> PersistentVolumeClaim {
    let mut claim = PersistentVolumeClaim {
        metadata: ObjectMeta::named("default", name),
        ..PersistentVolumeClaim::default()
    };
    claim.spec.storage_class_name = Some(class.into());
    claim.spec.access_modes = vec!["ReadWriteOnce".into()];
    let size: Quantity = size.parse().unwrap();
    claim.spec.resources.requests.insert("storage", size);
    claim
}

fn volume(name: &str, class: &str, size: &str) -> PersistentVolume {
    let mut volume = PersistentVolume {
        metadata: ObjectMeta::named("", name),
        ..PersistentVolume::default()
    };
    let spec = &mut volume.spec;
    spec.storage_class_name = class.into();
    spec.access_modes = vec!["ReadWriteOnce".into()];
    let size: Quantity = size.parse().unwrap();
    spec.capacity.insert("storage", size);
    let source = HostPathVolumeSource {
        path: "/tmp/data".into(),
        ..HostPathVolumeSource::default()
    };
    spec.host_path = Some(source.into());
    volume
}

fn phases(cluster: &Cluster, claim: &str, volume: &str) -> (String, String) {
    let claim = cluster
        .get::<PersistentVolumeClaim>(claim)
        .status
        .phase
        .to_string();
    let volume = cluster
        .get::<PersistentVolume>(volume)
        .status
        .phase
        .to_string();
    (claim, volume)
}

#[test]
fn a_claim_gets_the_smallest_volume_that_fits() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(volume("big", "manual", "10Gi"));
    cluster.create(volume("small", "manual", "1Gi"));
    cluster.create(volume("middle", "manual", "5Gi"));
    assert_eq!(
        cluster.get::<PersistentVolume>("big").status.phase,
        "Available"
    );
    cluster.create(claim("data", "manual", "2Gi"));
    let bound = cluster.get::<PersistentVolumeClaim>("data");
    assert_eq!(bound.spec.volume_name, "middle");
    assert_eq!(
        bound.status.capacity.get("storage").unwrap().to_string(),
        "5Gi"
    );
    assert_eq!(
        phases(&cluster, "data", "middle"),
        ("Bound".into(), "Bound".into())
    );
    cluster.create(claim("toobig", "manual", "20Gi"));
    assert_eq!(
        cluster.get::<PersistentVolumeClaim>("toobig").status.phase,
        "Pending"
    );
    assert!(cluster.events().contains(
        &"Warning PersistentVolumeClaim/toobig ProvisioningFailed: storageclass.storage.k8s.io \"manual\" not found"
            .to_owned()
    ));
    cluster.delete::<PersistentVolumeClaim>("data", &Delete::default());
    let volume = cluster.get::<PersistentVolume>("middle");
    assert_eq!(volume.status.phase, "Released");
    // Taken back by hand, it is found at the next look.
    cluster.create(claim("again", "manual", "2Gi"));
    assert_eq!(
        cluster
            .get::<PersistentVolumeClaim>("again")
            .spec
            .volume_name,
        "big"
    );
}

#[test]
fn a_class_makes_volumes_and_takes_them_back() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(class("standard", "kubernetes.io/host-path", "Immediate"));
    cluster.create(claim("data", "standard", "1Gi"));
    let bound = cluster.get::<PersistentVolumeClaim>("data");
    let name = format!("pvc-{}", bound.metadata.uid);
    assert_eq!(bound.spec.volume_name, name);
    assert_eq!(
        phases(&cluster, "data", &name),
        ("Bound".into(), "Bound".into())
    );
    cluster.delete::<PersistentVolumeClaim>("data", &Delete::default());
    assert!(cluster.find::<PersistentVolume>(&name).is_none());
}

#[test]
fn a_late_class_waits_for_the_scheduler() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(class(
        "late",
        "kubernetes.io/host-path",
        "WaitForFirstConsumer",
    ));
    cluster.create(claim("data", "late", "1Gi"));
    assert_eq!(
        cluster.get::<PersistentVolumeClaim>("data").status.phase,
        "Pending"
    );
    assert!(cluster.events().iter().any(|e| e.ends_with(
        "WaitForFirstConsumer: waiting for first consumer to be created before binding"
    )));
    let select = |claim: &mut PersistentVolumeClaim| {
        let annotations = &mut claim.metadata.annotations;
        annotations.insert("volume.kubernetes.io/selected-node", "node-1");
    };
    cluster
        .client
        .patch::<PersistentVolumeClaim>("default", "data", select)
        .unwrap();
    cluster.settle();
    assert_eq!(
        cluster.get::<PersistentVolumeClaim>("data").status.phase,
        "Bound"
    );
}

#[test]
fn claims_in_use_stay() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create_node("node-1", "True");
    cluster.create(volume("disk", "manual", "1Gi"));
    cluster.create(claim("data", "manual", "1Gi"));
    let mut pod = Cluster::pod("user");
    pod.spec.node_name = "node-1".into();
    let source = PersistentVolumeClaimVolumeSource {
        claim_name: "data".into(),
        ..PersistentVolumeClaimVolumeSource::default()
    };
    pod.spec.volumes.push(Volume {
        name: "d".into(),
        persistent_volume_claim: Some(source.into()),
        ..Volume::default()
    });
    cluster.create(pod);
    cluster.delete::<PersistentVolumeClaim>("data", &Delete::default());
    let claim = cluster.get::<PersistentVolumeClaim>("data");
    assert!(claim.metadata.is_deleting());
    cluster.delete::<Pod>("user", &Delete::default().grace_period(0));
    assert!(cluster.find::<PersistentVolumeClaim>("data").is_none());
    assert_eq!(
        cluster.get::<PersistentVolume>("disk").status.phase,
        "Released"
    );
}
