//! Attaches volumes of CSI drivers to the nodes of the pods that use them, and detaches them afterwards
//! (`pkg/controller/volume/attachdetach`, and the attacher of `pkg/volume/csi`).
//!
//! ```text
//!   a pod is scheduled ─► VolumeAttachment ─► its driver's attacher says attached ─► the node's volumesAttached ─► kubelet
//!                               │ two minutes
//!                               └─► FailedAttachVolume ─► back-off ─► again
//!   no pod uses it any more ─► the node has it no more in volumesInUse ─► VolumeAttachment is deleted
//! ```
//!
//! The attacher of a driver (`external-attacher`) is the driver's own, so in a cluster without drivers every attachment
//! fails as it does in a real one.
//!
//! Not here: volumes that a pod names itself; drivers that say that they need no attaching.

mod operation;
mod report;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{
    Node, POD_FAILED, POD_SUCCEEDED, PersistentVolume, PersistentVolumeClaim, Pod,
};
use api::storage::v1::{CSIDriver, VolumeAttachment};
use apimachinery::{Status, Str};
use client::events::EventRecorder;
use client::{Change, Client, Informers, Lister, WorkQueue};
use component_helpers::csi::{CsiVolume, csi_volume};

use crate::context::Context;
use crate::persistentvolume::uses_claim;
use crate::worker;
use operation::Attachment;

/// A volume and a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    volume: Str,
    node: Str,
}

/// What was attached, or tried to, by volume and node.
type Attachments = Rc<RefCell<BTreeMap<Key, Attachment>>>;

struct Controller {
    client: Client,
    recorder: EventRecorder,
    queue: WorkQueue<Key>,
    attachments: Attachments,
    caches: Caches,
    /// Pods that were told that another node has the volume.
    reported: RefCell<BTreeMap<Key, Vec<Str>>>,
    nodes: Lister<Node>,
    made: Lister<VolumeAttachment>,
}

/// What says which volume a pod uses.
#[derive(Clone)]
struct Caches {
    pods: Lister<Pod>,
    claims: Lister<PersistentVolumeClaim>,
    volumes: Lister<PersistentVolume>,
}

impl Caches {
    /// The volumes of drivers among those of a pod that is on a node.
    fn keys_of(&self, pod: &Pod) -> Vec<Key> {
        let node = &pod.spec.node_name;
        if node.is_empty() {
            return Vec::new();
        }
        let claims = pod.spec.volumes.iter().filter_map(|volume| {
            if let Some(source) = &volume.persistent_volume_claim {
                return Some(source.claim_name.clone());
            }
            let made = || format!("{}-{}", pod.metadata.name, volume.name).into();
            volume.ephemeral.as_ref().map(|_| made())
        });
        let bound = claims.filter_map(|claim| self.claims.get(&pod.metadata.namespace, &claim));
        let volumes = bound.filter_map(|claim| self.volumes.get("", &claim.spec.volume_name));
        volumes
            .filter(|volume| csi_volume(&volume.spec).is_some())
            .map(|volume| Key {
                volume: volume.metadata.name.clone(),
                node: node.clone(),
            })
            .collect()
    }

    /// The pods on a node, or on any, that use a volume and have not ended.
    fn users(&self, volume: &PersistentVolume, node: Option<&Str>) -> Vec<Rc<Pod>> {
        let Some(claim) = volume.spec.claim_ref.as_ref() else {
            return Vec::new();
        };
        let mut users = self.pods.in_namespace(&claim.namespace);
        users.retain(|pod| {
            let (phase, on) = (&pod.status.phase, &pod.spec.node_name);
            let ended = phase == POD_SUCCEEDED || phase == POD_FAILED;
            let there = node.map_or(!on.is_empty(), |node| node == on);
            there && !ended && uses_claim(pod, &claim.name)
        });
        users
    }
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<Key> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let attachments = Attachments::default();
    let caches = Caches {
        pods: informers.lister(),
        claims: informers.lister(),
        volumes: informers.lister(),
    };
    follow(informers, &queue, &attachments, &caches);
    let client = context.client("attachdetach-controller");
    let controller = Controller {
        recorder: EventRecorder::new(&client, "attachdetach-controller", ""),
        client,
        queue: queue.clone(),
        attachments,
        caches,
        reported: RefCell::default(),
        nodes: informers.lister(),
        made: informers.lister(),
    };
    let name = "persistentvolume-attach-detach-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

/// Looks at what a change of anything may concern.
fn follow(
    informers: &Informers,
    queue: &WorkQueue<Key>,
    attachments: &Attachments,
    caches: &Caches,
) {
    let (q, known, look) = (queue.clone(), Rc::clone(attachments), caches.clone());
    informers.of::<Pod>().on_change(move |change| {
        let pod = change.object();
        look.keys_of(pod).into_iter().for_each(|key| q.add(key));
        let on_node = |key: &&Key| key.node == pod.spec.node_name;
        known
            .borrow()
            .keys()
            .filter(on_node)
            .for_each(|key| q.add(key.clone()));
    });
    let (q, look) = (queue.clone(), caches.clone());
    informers
        .of::<PersistentVolumeClaim>()
        .on_change(move |change| {
            let claim = change.object();
            if let Some(volume) = look.volumes.get("", &claim.spec.volume_name)
                && csi_volume(&volume.spec).is_some()
            {
                let users = look.users(&volume, None);
                let keys = users.iter().flat_map(|pod| look.keys_of(pod));
                keys.for_each(|key| q.add(key));
            }
        });
    let (q, look) = (queue.clone(), caches.clone());
    informers.of::<PersistentVolume>().on_change(move |change| {
        let volume = change.object();
        if csi_volume(&volume.spec).is_some() {
            let users = look.users(volume, None);
            let keys = users.iter().flat_map(|pod| look.keys_of(pod));
            keys.for_each(|key| q.add(key));
        }
    });
    let (q, known) = (queue.clone(), Rc::clone(attachments));
    informers.of::<Node>().on_change(move |change| {
        let name = &change.object().metadata.name;
        let on_node = |key: &&Key| key.node == *name;
        known
            .borrow()
            .keys()
            .filter(on_node)
            .for_each(|key| q.add(key.clone()));
    });
    let (q, known) = (queue.clone(), Rc::clone(attachments));
    informers
        .of::<VolumeAttachment>()
        .on_change(move |change: &Change<'_, _>| {
            let made = &change.object().spec;
            let key = Key {
                volume: made
                    .source
                    .persistent_volume_name
                    .clone()
                    .unwrap_or_default(),
                node: made.node_name.clone(),
            };
            if known.borrow().contains_key(&key) {
                q.add(key);
            }
        });
}

impl Controller {
    fn sync(&self, key: &Key) -> Result<(), Status> {
        let volume = self.caches.volumes.get("", &key.volume);
        let users = volume
            .as_ref()
            .map(|volume| self.caches.users(volume, Some(&key.node)));
        let users = users.unwrap_or_default();
        let known = self.attachments.borrow().get(key).cloned();
        match (known, volume) {
            (None, Some(volume)) if !users.is_empty() => {
                let Some(csi) = csi_volume(&volume.spec) else {
                    return Ok(());
                };
                if self.needs_attaching(&csi)? && !self.is_elsewhere(key, &volume, &users) {
                    self.reported.borrow_mut().remove(key);
                    self.attach(key, &csi, 0)?;
                }
                Ok(())
            }
            (None, _) => {
                self.reported.borrow_mut().remove(key);
                Ok(())
            }
            (Some(known), _) if known.is_under_way() => self.look(key, known, &users),
            (Some(known), _) if users.is_empty() => self.detach(key, known),
            (Some(known), _) => self.retry(key, known),
        }
    }

    /// Whether the driver wants its volumes attached: all do that do not say otherwise.
    fn needs_attaching(&self, csi: &CsiVolume) -> Result<bool, Status> {
        match self.client.get::<CSIDriver>("", &csi.driver) {
            Ok(driver) => Ok(driver.spec.attach_required != Some(false)),
            Err(error) if error.is_not_found() => Ok(true),
            Err(error) => Err(error),
        }
    }
}
