//! Makes volumes larger when their claims ask for more (`pkg/controller/volume/expand`).
//!
//! ```text
//!   request > capacity ─► Resizing ─► the volume is larger ─► FileSystemResizePending ─► a pod uses it ─► capacity
//! ```
//!
//! Upstream leaves volumes of provisioners outside of the cluster to these, and can expand no host path itself. Here the host
//! path provisioner's volumes are expanded as a CSI driver's are: the part of external-resizer, and the part that the
//! kubelet of a pod with the volume has, are played by this controller. Whether a claim may ask for more, the server decides.

use std::time::Duration;

use api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimCondition,
    PersistentVolumeClaimStatus, Pod,
};
use apimachinery::{Quantity, Status, Time};
use client::events::{EventRecorder, NORMAL};
use client::{Client, Lister, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::persistentvolume::{PROVISIONED_BY, uses_claim};
use crate::worker;

const STORAGE: &str = "storage";
const HOST_PATH: &str = "kubernetes.io/host-path";
/// How long the storage takes to make a volume larger, and a kubelet to make its file system larger.
const WORK: Duration = Duration::from_secs(1);

const RESIZING: &str = "Resizing";
const PENDING: &str = "FileSystemResizePending";
const IN_PROGRESS: &str = "ControllerResizeInProgress";
const NODE_PENDING: &str = "NodeResizePending";

struct Controller {
    client: Client,
    recorder: EventRecorder,
    resizer: EventRecorder,
    queue: WorkQueue<NamespacedName>,
    claims: Lister<PersistentVolumeClaim>,
    volumes: Lister<PersistentVolume>,
    pods: Lister<Pod>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let claims = informers.of::<PersistentVolumeClaim>();
    let q = queue.clone();
    claims.on_change(move |change| {
        let claim = change.object();
        if wanted(claim).is_some() {
            q.add(NamespacedName::of(&claim.metadata));
        }
    });
    let pods = informers.of::<Pod>();
    let (q, lister) = (queue.clone(), claims.lister());
    pods.on_change(move |change| {
        let pod = change.object();
        if pod.status.phase != "Running" {
            return;
        }
        let namespace = &pod.metadata.namespace;
        for volume in &pod.spec.volumes {
            let Some(source) = &volume.persistent_volume_claim else {
                continue;
            };
            let claim = lister.get(namespace, &source.claim_name);
            if claim.is_some_and(|claim| wanted(&claim).is_some()) {
                q.add_after(
                    NamespacedName::new(namespace.clone(), source.claim_name.clone()),
                    WORK,
                );
            }
        }
    });
    let client = context.client("expand-controller");
    let controller = Controller {
        recorder: EventRecorder::new(&client, "volume_expand", ""),
        resizer: EventRecorder::new(&client, format!("external-resizer {HOST_PATH}"), ""),
        client,
        queue: queue.clone(),
        claims: claims.lister(),
        volumes: informers.lister(),
        pods: pods.lister(),
    };
    let name = "persistentvolume-expander-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

/// What a bound claim asks for beyond what it has.
fn wanted(claim: &PersistentVolumeClaim) -> Option<Quantity> {
    let requested = claim.spec.resources.requests.get(STORAGE)?;
    let actual = claim.status.capacity.get(STORAGE)?;
    let more = claim.status.phase == "Bound" && requested.nanos() > actual.nanos();
    more.then(|| requested.clone())
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(claim) = self.claims.by_key(key) else {
            return Ok(());
        };
        let Some(size) = wanted(&claim) else {
            return Ok(());
        };
        let name = &claim.spec.volume_name;
        let Some(volume) = self.volumes.get("", name) else {
            return Ok(());
        };
        if volume.metadata.annotations.text(PROVISIONED_BY) != HOST_PATH {
            let text = "waiting for an external controller to expand this PVC";
            self.recorder
                .event(&*claim, NORMAL, "ExternalExpanding", text);
            return Ok(());
        }
        let stage = claim.status.allocated_resource_statuses.text(STORAGE);
        match stage {
            IN_PROGRESS => self.expand_volume(key, &claim, &volume, &size),
            NODE_PENDING => self.expand_file_system(key, &claim, &size),
            _ => self.begin(key, &claim, &size),
        }
    }

    fn begin(
        &self,
        key: &NamespacedName,
        claim: &PersistentVolumeClaim,
        size: &Quantity,
    ) -> Result<(), Status> {
        let text = format!(
            "External resizer is resizing volume {}",
            claim.spec.volume_name
        );
        self.resizer.event(claim, NORMAL, "Resizing", &text);
        let now = self.client.now();
        self.write(key, |status| {
            status.allocated_resources.insert(STORAGE, size.clone());
            status
                .allocated_resource_statuses
                .insert(STORAGE, IN_PROGRESS);
            set_only(status, RESIZING, "", now);
        })?;
        self.queue.add_after(key.clone(), WORK);
        Ok(())
    }

    fn expand_volume(
        &self,
        key: &NamespacedName,
        claim: &PersistentVolumeClaim,
        volume: &PersistentVolume,
        size: &Quantity,
    ) -> Result<(), Status> {
        self.client
            .patch::<PersistentVolume>("", &volume.metadata.name, |volume| {
                volume.spec.capacity.insert(STORAGE, size.clone());
            })?;
        let text = "Require file system resize of volume on node";
        self.resizer
            .event(claim, NORMAL, "FileSystemResizeRequired", text);
        let now = self.client.now();
        self.write(key, |status| {
            let text = "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
            status.allocated_resource_statuses.insert(STORAGE, NODE_PENDING);
            set_only(status, PENDING, text, now);
        })?;
        self.queue.add_after(key.clone(), WORK);
        Ok(())
    }

    /// Does what the kubelet of a pod that has the volume does; waits if there is none.
    fn expand_file_system(
        &self,
        key: &NamespacedName,
        claim: &PersistentVolumeClaim,
        size: &Quantity,
    ) -> Result<(), Status> {
        let pods = self.pods.in_namespace(&key.namespace);
        let user = pods
            .iter()
            .find(|pod| pod.status.phase == "Running" && uses_claim(pod, &key.name));
        let Some(pod) = user else {
            return Ok(());
        };
        let node = &pod.spec.node_name;
        let text = format!(
            "MountVolume.NodeExpandVolume succeeded for volume \"{}\" {node}",
            claim.spec.volume_name
        );
        let kubelet = EventRecorder::new(&self.client, "kubelet", node.clone());
        kubelet.event(&**pod, NORMAL, "FileSystemResizeSuccessful", &text);
        kubelet.event(claim, NORMAL, "FileSystemResizeSuccessful", &text);
        self.write(key, |status| {
            status.capacity.insert(STORAGE, size.clone());
            status.allocated_resource_statuses.remove(STORAGE);
            status
                .conditions
                .retain(|c| c.type_ != RESIZING && c.type_ != PENDING);
        })
    }

    fn write(
        &self,
        key: &NamespacedName,
        change: impl Fn(&mut PersistentVolumeClaimStatus),
    ) -> Result<(), Status> {
        let written =
            self.client
                .patch_status::<PersistentVolumeClaim>(&key.namespace, &key.name, |claim| {
                    change(&mut claim.status);
                });
        worker::ignore_not_found(written)
    }
}

/// Of the conditions of resizing there is one at a time.
fn set_only(status: &mut PersistentVolumeClaimStatus, type_: &str, message: &str, now: Time) {
    status
        .conditions
        .retain(|c| c.type_ != RESIZING && c.type_ != PENDING);
    status.conditions.push(PersistentVolumeClaimCondition {
        type_: type_.into(),
        status: "True".into(),
        last_transition_time: now,
        message: message.into(),
        ..PersistentVolumeClaimCondition::default()
    });
}
