//! Refuses pods whose claim may be used by one pod only and is in use already.
//!
//! The old in-tree disks (GCE, AWS, Ceph RBD, iSCSI), which upstream's plugin checks as well, do not exist here.

use std::rc::Rc;

use client::NamespacedName;

use super::volumes;
use crate::framework::events::Interest;
use crate::framework::{
    Action, Cycle, CycleState, EventResource, NodeRef, Plugin, PodInfo, Points, PreFilter, Status,
};

/// The plugin.
pub struct VolumeRestrictions;

const REASON: &str = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

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
        if exclusive.is_empty() {
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

    fn filter(&self, _: &Cycle<'_>, state: &CycleState, _: &PodInfo, _: NodeRef<'_>) -> Status {
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
