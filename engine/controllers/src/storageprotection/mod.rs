//! Lets deleted claims and volumes go once nobody uses them any more (`pkg/controller/volume/pvcprotection`,
//! `pvprotection` and `vacprotection`). The finalizers are put on by admission.

use api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use api::storage::v1::VolumeAttributesClass;
use apimachinery::{Kind, Status};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};
use component_helpers::pod::is_terminal;

use crate::context::Context;
use crate::persistentvolume::uses_claim;
use crate::worker;

const OF_CLAIMS: &str = "kubernetes.io/pvc-protection";
const OF_VOLUMES: &str = "kubernetes.io/pv-protection";
const OF_CLASSES: &str = "kubernetes.io/vac-protection";

/// The controller of claims.
pub(crate) fn start_claims(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let (claims, pods) = (
        informers.of::<PersistentVolumeClaim>(),
        informers.of::<Pod>(),
    );
    claims.on_change(worker::enqueue(&queue));
    let q = queue.clone();
    pods.on_change(move |change| {
        let pod = change.object();
        if !matches!(change, Change::Deleted(_)) && !is_terminal(pod) {
            return;
        }
        for volume in &pod.spec.volumes {
            let name = match &volume.persistent_volume_claim {
                Some(source) => source.claim_name.clone(),
                None if volume.ephemeral.is_some() => {
                    format!("{}-{}", pod.metadata.name, volume.name).into()
                }
                None => continue,
            };
            q.add(NamespacedName::new(pod.metadata.namespace.clone(), name));
        }
    });
    let (claims, pods) = (claims.lister(), pods.lister());
    let client = context.client("pvc-protection-controller");
    let name = "persistentvolumeclaim-protection-controller";
    worker::run(context, name, queue, move |key| {
        let Some(claim) = claims.by_key(key) else {
            return Ok(());
        };
        release(&client, &*claim, OF_CLAIMS, || is_used(&pods, key))
    });
}

/// The controller of volumes.
pub(crate) fn start_volumes(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let volumes = context.informers().of::<PersistentVolume>();
    volumes.on_change(worker::enqueue(&queue));
    let volumes = volumes.lister();
    let client = context.client("pv-protection-controller");
    let name = "persistentvolume-protection-controller";
    worker::run(context, name, queue, move |key| {
        let Some(volume) = volumes.by_key(key) else {
            return Ok(());
        };
        release(&client, &*volume, OF_VOLUMES, || {
            volume.status.phase == "Bound"
        })
    });
}

/// The controller of classes of attributes.
pub(crate) fn start_classes(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let classes = informers.of::<VolumeAttributesClass>();
    let (claims, volumes) = (
        informers.of::<PersistentVolumeClaim>(),
        informers.of::<PersistentVolume>(),
    );
    classes.on_change(worker::enqueue(&queue));
    // A class may be free once a claim or a volume does not name it any more.
    let again = {
        let (queue, classes) = (queue.clone(), classes.lister());
        move || {
            for class in classes
                .list()
                .iter()
                .filter(|class| class.metadata.is_deleting())
            {
                queue.add(NamespacedName::new("", class.metadata.name.clone()));
            }
        }
    };
    let after_claims = again.clone();
    claims.on_change(move |_| after_claims());
    volumes.on_change(move |_| again());
    let (classes, claims, volumes) = (classes.lister(), claims.lister(), volumes.lister());
    let client = context.client("volumeattributesclass-protection-controller");
    let name = "volumeattributesclass-protection-controller";
    worker::run(context, name, queue, move |key| {
        let Some(class) = classes.by_key(key) else {
            return Ok(());
        };
        release(&client, &*class, OF_CLASSES, || {
            let of_claim = |claim: &PersistentVolumeClaim| {
                let modified = claim.status.modify_volume_status.as_ref();
                let target = modified.map(|status| &status.target_volume_attributes_class_name);
                claim.spec.volume_attributes_class_name.as_ref() == Some(&key.name)
                    || claim.status.current_volume_attributes_class_name.as_ref() == Some(&key.name)
                    || target == Some(&key.name)
            };
            claims.list().iter().any(|claim| of_claim(claim))
                || volumes.list().iter().any(|volume| {
                    volume.spec.volume_attributes_class_name.as_ref() == Some(&key.name)
                })
        })
    });
}

/// Whether a pod on a node has the claim among its volumes.
fn is_used(pods: &Lister<Pod>, claim: &NamespacedName) -> bool {
    let pods = pods.in_namespace(&claim.namespace);
    pods.iter().any(|pod| {
        !pod.spec.node_name.is_empty() && !is_terminal(pod) && uses_claim(pod, &claim.name)
    })
}

/// Takes the finalizer off an object that is deleted and not used; puts it on one that has lost it.
fn release<K: Kind>(
    client: &Client,
    object: &K,
    finalizer: &str,
    used: impl Fn() -> bool,
) -> Result<(), Status> {
    let meta = object.meta();
    let there = meta.finalizers.iter().any(|known| known == finalizer);
    let patched = if !meta.is_deleting() && !there {
        client.patch::<K>(&meta.namespace, &meta.name, |object| {
            object.meta_mut().finalizers.push(finalizer.into());
        })
    } else if meta.is_deleting() && there && !used() {
        client.patch::<K>(&meta.namespace, &meta.name, |object| {
            let finalizers = &mut object.meta_mut().finalizers;
            finalizers.retain(|known| known != finalizer);
        })
    } else {
        return Ok(());
    };
    worker::ignore_not_found(patched)
}
