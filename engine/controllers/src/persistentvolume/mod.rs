//! Brings claims and volumes together, makes volumes for claims that have a class, and takes back volumes whose claim is
//! gone (`pkg/controller/volume/persistentvolume`).
//!
//! ```text
//!   claim ─► a volume that fits? ─► bind: volume → claim, claim → volume, both Bound
//!                    │ none
//!                    └─► provision (class) ─► the new volume is reserved for the claim ─► bind
//!   volume ─► its claim is gone ─► Released ─► Retain: stays;  Delete: goes;  Recycle: is emptied
//! ```
//!
//! Claims that wait for something are looked at again every 15 seconds, as upstream's resync does.
//!
//! Not here: provisioners outside of the cluster, CSI migration.

mod bind;
mod claim;
mod matching;
mod provision;
mod recycle;
mod volume;

use std::time::Duration;

use api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use api::storage::v1::StorageClass;
use apimachinery::{Str, Time};
use client::events::EventRecorder;
use client::{Change, Client, Lister, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

pub(crate) use claim::uses_claim;

pub(crate) const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
pub(crate) const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
pub(crate) const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const NAME: &str = "persistentvolume-binder-controller";
/// How often what waits is looked at again.
const RESYNC: Duration = Duration::from_secs(15);

struct Controller {
    client: Client,
    recorder: EventRecorder,
    claim_queue: WorkQueue<NamespacedName>,
    claims: Lister<PersistentVolumeClaim>,
    volumes: Lister<PersistentVolume>,
    classes: Lister<StorageClass>,
    pods: Lister<Pod>,
}

pub(crate) fn start(context: &Context) {
    let claim_queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let volume_queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let claims = informers.of::<PersistentVolumeClaim>();
    let volumes = informers.of::<PersistentVolume>();
    claims.on_change(worker::enqueue(&claim_queue));
    volumes.on_change(worker::enqueue(&volume_queue));
    let q = volume_queue.clone();
    claims.on_change(move |change| {
        // Its volume is to be taken back.
        if let Change::Deleted(claim) = change
            && !claim.spec.volume_name.is_empty()
        {
            q.add(NamespacedName::new("", claim.spec.volume_name.clone()));
        }
    });
    let (q, lister) = (claim_queue.clone(), claims.lister());
    volumes.on_change(move |change| {
        if let Change::Deleted(volume) = change
            && let Some(claim) = volume.spec.claim_ref.as_ref()
            && lister.get(&claim.namespace, &claim.name).is_some()
        {
            q.add(NamespacedName::new(
                claim.namespace.clone(),
                claim.name.clone(),
            ));
        }
    });
    let q = volume_queue.clone();
    informers.of::<Pod>().on_change(move |change| {
        if let Some(volume) = recycle::volume_of(change.object()) {
            q.add(volume);
        }
    });
    let client = context.client("persistent-volume-binder");
    let make = || Controller {
        recorder: EventRecorder::new(&client, "persistentvolume-controller", ""),
        client: client.clone(),
        claim_queue: claim_queue.clone(),
        claims: claims.lister(),
        volumes: volumes.lister(),
        classes: informers.lister(),
        pods: informers.lister(),
    };
    let (of_claims, of_volumes) = (make(), make());
    worker::run(context, NAME, claim_queue.clone(), move |key| {
        of_claims.sync_claim(key)
    });
    worker::run(context, NAME, volume_queue, move |key| {
        of_volumes.sync_volume(key)
    });
}

/// The class of a claim; empty if it has none.
pub(crate) fn class_of_claim(claim: &PersistentVolumeClaim) -> Str {
    match claim.metadata.annotations.get(BETA_CLASS) {
        Some(class) => class.clone(),
        None => claim.spec.storage_class_name.clone().unwrap_or_default(),
    }
}

/// The class of a volume; empty if it has none.
fn class_of_volume(volume: &PersistentVolume) -> Str {
    match volume.metadata.annotations.get(BETA_CLASS) {
        Some(class) => class.clone(),
        None => volume.spec.storage_class_name.clone(),
    }
}

impl Controller {
    /// Writes the phase of a volume, if it is new.
    fn set_volume_phase(
        &self,
        volume: &PersistentVolume,
        phase: &str,
        message: &str,
    ) -> Result<(), apimachinery::Status> {
        if volume.status.phase == phase && volume.status.message == message {
            return Ok(());
        }
        let now: Time = self.client.now();
        let name = &volume.metadata.name;
        let patched = self
            .client
            .patch_status::<PersistentVolume>("", name, |volume| {
                if volume.status.phase != phase {
                    volume.status.last_phase_transition_time = Some(now);
                }
                volume.status.phase = phase.into();
                volume.status.message = message.into();
            });
        worker::ignore_not_found(patched)
    }
}
