//! Refuses pods whose claim may be used by one pod only and is in use already, and nodes with a pod that has the same disk of
//! an old in-tree kind (GCE, AWS, Ceph RBD, iSCSI), unless both only read.

use std::rc::Rc;

use api::core::v1::Volume;
use client::NamespacedName;

use super::volumes;
use crate::framework::events::Interest;
use crate::framework::{
    Action, Cycle, CycleState, EventResource, NodeRef, Plugin, PodInfo, Points, PreFilter, Status,
};

/// The plugin.
pub struct VolumeRestrictions;

const REASON: &str = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

const DISK_CONFLICT: &str = "node(s) had no available disk";

/// The pod's exclusive claims, and how many uses of them there are.
#[derive(Clone)]
struct Exclusive {
    claims: Rc<Vec<NamespacedName>>,
    conflicts: i64,
}

impl Exclusive {
    fn update(&mut self, other: &PodInfo, delta: i64) {
        for volume in &other.pod.spec.volumes {
            if let Some(name) = volumes::claim_name(other, volume) {
                let key = NamespacedName::new(other.key.namespace.clone(), name);
                if self.claims.contains(&key) {
                    self.conflicts += delta;
                }
            }
        }
    }
}

impl Plugin for VolumeRestrictions {
    fn name(&self) -> &'static str {
        "VolumeRestrictions"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER.and(Points::FILTER)
    }

    fn pre_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &Rc<PodInfo>,
    ) -> PreFilter {
        let mut exclusive = Vec::new();
        for volume in &pod.pod.spec.volumes {
            let Some(claim) = &volume.persistent_volume_claim else {
                continue;
            };
            let key = NamespacedName::new(pod.key.namespace.clone(), claim.claim_name.clone());
            let Some(claim) = cycle.objects.claims.by_key(&key) else {
                let reason = format!("persistentvolumeclaim \"{}\" not found", key.name);
                return Status::unresolvable(reason).into();
            };
            if claim
                .spec
                .access_modes
                .iter()
                .any(|mode| mode == "ReadWriteOncePod")
            {
                exclusive.push(key);
            }
        }
        if exclusive.is_empty() && !pod.pod.spec.volumes.iter().any(is_disk) {
            return Status::SKIP.into();
        }
        let used = exclusive
            .iter()
            .filter(|claim| cycle.snapshot.is_claim_used(claim));
        let conflicts = i64::try_from(used.count()).unwrap_or(i64::MAX);
        state.write(Exclusive {
            claims: Rc::new(exclusive),
            conflicts,
        });
        PreFilter::default()
    }

    fn add_pod(
        &self,
        _: &Cycle<'_>,
        state: &mut CycleState,
        _: &PodInfo,
        added: &PodInfo,
        _: NodeRef<'_>,
    ) {
        if let Some(exclusive) = state.modify::<Exclusive>() {
            exclusive.update(added, 1);
        }
    }

    fn remove_pod(
        &self,
        _: &Cycle<'_>,
        state: &mut CycleState,
        _: &PodInfo,
        removed: &PodInfo,
        _: NodeRef<'_>,
    ) {
        if let Some(exclusive) = state.modify::<Exclusive>() {
            exclusive.update(removed, -1);
        }
    }

    fn filter(
        &self,
        _: &Cycle<'_>,
        state: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        let mut disks = pod.pod.spec.volumes.iter().filter(|volume| is_disk(volume));
        let taken = disks.any(|disk| {
            let mut others = node.info.pods.iter();
            others.any(|(other, _)| other.pod.spec.volumes.iter().any(|v| conflict(disk, v)))
        });
        if taken {
            return Status::unschedulable(DISK_CONFLICT);
        }
        match state.read::<Exclusive>() {
            Some(exclusive) if exclusive.conflicts > 0 => Status::unschedulable(REASON),
            _ => Status::SUCCESS,
        }
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(EventResource::AssignedPod, Action::DELETE),
                Interest::new(EventResource::Node, Action::ADD),
                Interest::new(
                    EventResource::PersistentVolumeClaim,
                    Action::ADD.and(Action::UPDATE),
                ),
            ]
        }
    }
}

/// Whether a volume is a disk of an old in-tree kind.
fn is_disk(volume: &Volume) -> bool {
    volume.gce_persistent_disk.is_some()
        || volume.aws_elastic_block_store.is_some()
        || volume.rbd.is_some()
        || volume.iscsi.is_some()
}

/// Whether two volumes are the same disk, which cannot serve both.
fn conflict(one: &Volume, other: &Volume) -> bool {
    if let (Some(one), Some(other)) = (&one.gce_persistent_disk, &other.gce_persistent_disk)
        && one.pd_name == other.pd_name
        && !(one.read_only && other.read_only)
    {
        return true;
    }
    if let (Some(one), Some(other)) = (&one.aws_elastic_block_store, &other.aws_elastic_block_store)
        && one.volume_id == other.volume_id
    {
        return true;
    }
    if let (Some(one), Some(other)) = (&one.iscsi, &other.iscsi)
        && one.iqn == other.iqn
        && !(one.read_only && other.read_only)
    {
        return true;
    }
    if let (Some(one), Some(other)) = (&one.rbd, &other.rbd) {
        let same = one
            .monitors
            .iter()
            .any(|monitor| other.monitors.contains(monitor))
            && one.pool == other.pool
            && one.image == other.image;
        return same && !(one.read_only && other.read_only);
    }
    false
}
