//! Finds volumes for claims that wait for their first consumer, and refuses nodes that bound volumes do not reach.

mod matching;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim};
use apimachinery::Str;
use client::NamespacedName;

use super::volumes::{self, SELECTED_NODE};
use crate::framework::events::Interest;
use crate::framework::plugin::VolumeWrite;
use crate::framework::status::Reason;
use crate::framework::{
    Action, Code, Cycle, CycleState, EventResource, NodeRef, Objects, Plugin, PodInfo, Points,
    PreFilter, Status,
};

/// The plugin.
#[derive(Default)]
pub struct VolumeBinding {
    /// Volumes that were chosen for claims in cycles whose writes have not come back yet.
    assumed: RefCell<BTreeMap<Str, NamespacedName>>,
}

const NO_VOLUME: &str = "node(s) didn't find available persistent volumes to bind";
const OUT_OF_REACH: &str = "node(s) didn't match PersistentVolume's node affinity";
const NO_SUCH_VOLUME: &str =
    "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// The pod's claims.
struct Claims {
    bound: Vec<Rc<PersistentVolumeClaim>>,
    /// Smallest first, so that large volumes are left for large claims.
    to_bind: Vec<Rc<PersistentVolumeClaim>>,
}

/// What has to be written before the pod can be bound to the node it was given.
struct Decided(Vec<VolumeWrite>);

impl Plugin for VolumeBinding {
    fn name(&self) -> &'static str {
        "VolumeBinding"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER
            .and(Points::FILTER)
            .and(Points::RESERVE)
            .and(Points::PRE_BIND)
    }

    fn pre_filter(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        pod: &Rc<PodInfo>,
    ) -> PreFilter {
        let claims = match volumes::claims(pod, cycle.objects) {
            Ok(claims) => claims,
            Err(status) => return status.into(),
        };
        if claims.is_empty() {
            return Status::SKIP.into();
        }
        for claim in &claims {
            if let Some(status) = unusable(claim) {
                return status.into();
            }
        }
        let (bound, unbound): (Vec<_>, Vec<_>) =
            claims.into_iter().partition(|c| volumes::is_bound(c));
        let waits = |claim: &Rc<PersistentVolumeClaim>| {
            claim.spec.volume_name.is_empty()
                && volumes::class(claim, cycle.objects)
                    .is_some_and(|class| volumes::waits_for_consumer(&class))
        };
        if !unbound.iter().all(waits) {
            let reason = "pod has unbound immediate PersistentVolumeClaims";
            return Status::unresolvable(reason).into();
        }
        let mut to_bind = unbound;
        to_bind.sort_by_key(|claim| matching::requested(claim));
        state.write(Claims { bound, to_bind });
        PreFilter::default()
    }

    fn filter(
        &self,
        cycle: &Cycle<'_>,
        state: &CycleState,
        _: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        let (Some(claims), Some(node)) = (state.read::<Claims>(), &node.info.node) else {
            return Status::SUCCESS;
        };
        // The first bound claim in the way is told, and whether the others find volumes.
        let in_the_way = claims.bound.iter().find_map(|claim| {
            match cycle.objects.volumes.get("", &claim.spec.volume_name) {
                None => Some(NO_SUCH_VOLUME),
                Some(volume) if !volumes::reaches(&volume, node) => Some(OUT_OF_REACH),
                Some(_) => None,
            }
        });
        let unbound = self.decide(claims, cycle.objects, node).is_none();
        let mut reasons: Vec<Reason> = Vec::new();
        reasons.extend(in_the_way.map(Cow::Borrowed));
        if unbound {
            let last = in_the_way == Some(NO_SUCH_VOLUME);
            let at = if last { 0 } else { reasons.len() };
            reasons.insert(at, Cow::Borrowed(NO_VOLUME));
        }
        if reasons.is_empty() {
            return Status::SUCCESS;
        }
        Status::with_reasons(Code::UnschedulableAndUnresolvable, reasons)
    }

    fn reserve(
        &self,
        cycle: &Cycle<'_>,
        state: &mut CycleState,
        _: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        let (Some(claims), Some(node)) = (state.read::<Claims>(), &node.info.node) else {
            return Status::SUCCESS;
        };
        let Some(writes) = self.decide(claims, cycle.objects, node) else {
            return Status::unresolvable(NO_VOLUME);
        };
        for write in &writes {
            if let VolumeWrite::Bind { volume, claim } = write {
                let claim = NamespacedName::of(&claim.metadata);
                self.assumed
                    .borrow_mut()
                    .insert(volume.metadata.name.clone(), claim);
            }
        }
        state.write(Decided(writes));
        Status::SUCCESS
    }

    fn unreserve(&self, state: &CycleState, _: &PodInfo) {
        let Some(Decided(writes)) = state.read() else {
            return;
        };
        for write in writes {
            if let VolumeWrite::Bind { volume, .. } = write {
                self.assumed.borrow_mut().remove(&volume.metadata.name);
            }
        }
    }

    fn volume_writes(&self, state: &CycleState) -> Vec<VolumeWrite> {
        let decided = state.read::<Decided>();
        decided
            .map(|Decided(writes)| writes.clone())
            .unwrap_or_default()
    }

    fn volumes_bound(&self, objects: &Objects, pod: &PodInfo, node: &Node) -> Result<bool, Status> {
        for claim in volumes::claims(pod, objects)? {
            if volumes::is_bound(&claim) {
                self.assumed.borrow_mut().remove(&claim.spec.volume_name);
                let volume = objects.volumes.get("", &claim.spec.volume_name);
                if volume.is_some_and(|volume| !volumes::reaches(&volume, node)) {
                    return Err(Status::unresolvable(OUT_OF_REACH));
                }
                continue;
            }
            let selected = claim.metadata.annotations.get(SELECTED_NODE);
            let chosen = self.chosen_for(&NamespacedName::of(&claim.metadata));
            if selected.is_none() && !chosen {
                // The provisioner has given up on this node and taken its mark away.
                return Err(Status::error(format!(
                    "binding volumes: provisioning failed for PVC \"{}\"",
                    claim.metadata.name
                )));
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(EventResource::StorageClass, Action::ADD.and(Action::UPDATE)),
                Interest::new(
                    EventResource::PersistentVolumeClaim,
                    Action::ADD.and(Action::UPDATE),
                ),
                Interest::new(
                    EventResource::PersistentVolume,
                    Action::ADD.and(Action::UPDATE),
                ),
                Interest::new(EventResource::Node, Action::ADD.and(Action::UPDATE_LABELS)),
                Interest::new(EventResource::CsiNode, Action::ADD.and(Action::UPDATE)),
            ]
        }
    }
}

impl VolumeBinding {
    fn chosen_for(&self, claim: &NamespacedName) -> bool {
        self.assumed.borrow().values().any(|c| c == claim)
    }

    /// Which volume each claim gets on this node, or that one is to be provisioned; `None` if neither is possible.
    fn decide(
        &self,
        claims: &Claims,
        objects: &Objects,
        node: &Rc<Node>,
    ) -> Option<Vec<VolumeWrite>> {
        let mut writes = Vec::new();
        let mut taken: Vec<Rc<PersistentVolume>> = Vec::new();
        for claim in &claims.to_bind {
            if let Some(selected) = claim.metadata.annotations.get(SELECTED_NODE) {
                if *selected != node.metadata.name {
                    return None;
                }
            } else {
                let free = |volume: &PersistentVolume| {
                    let name = &volume.metadata.name;
                    let taken = taken.iter().any(|t| t.metadata.name == *name);
                    !taken && !self.assumed.borrow().contains_key(name)
                };
                let found = matching::smallest_fitting(claim, &objects.volumes, node, free);
                if let Some(volume) = found {
                    taken.push(Rc::clone(&volume));
                    let claim = Rc::clone(claim);
                    writes.push(VolumeWrite::Bind { volume, claim });
                    continue;
                }
            }
            let class = volumes::class(claim, objects)?;
            let provisions = !class.provisioner.is_empty() && class.provisioner != NO_PROVISIONER;
            if !provisions || !matching::allows(&class.allowed_topologies, node) {
                return None;
            }
            writes.push(VolumeWrite::Provision {
                claim: Rc::clone(claim),
                node: node.metadata.name.clone(),
            });
        }
        Some(writes)
    }
}

/// Why a claim cannot be used at all.
fn unusable(claim: &PersistentVolumeClaim) -> Option<Status> {
    let name = &claim.metadata.name;
    if claim.status.phase == "Lost" {
        return Some(Status::unresolvable(format!(
            "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{}\"",
            claim.spec.volume_name
        )));
    }
    if claim.metadata.is_deleting() {
        let reason = format!("persistentvolumeclaim \"{name}\" is being deleted");
        return Some(Status::unresolvable(reason));
    }
    None
}
