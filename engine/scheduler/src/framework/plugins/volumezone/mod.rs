//! Refuses nodes outside the zone or region that a bound volume is labelled with.

use std::rc::Rc;

use apimachinery::Str;

use super::volumes;
use crate::framework::events::Interest;
use crate::framework::{
    Action, Cycle, CycleState, EventResource, NodeRef, Plugin, PodInfo, Points, PreFilter, Status,
};

/// The plugin.
pub struct VolumeZone;

/// The labels, each with the name under which nodes carry it today.
const LABELS: [(&str, &str); 4] = [
    (
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
    ),
    ("topology.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    (
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/region",
    ),
];

/// Several zones in one label value are separated by this.
const SEPARATOR: &str = "__";

/// Label, its name today, and the values that volumes allow.
struct Zones(Vec<(&'static str, &'static str, Str)>);

impl Plugin for VolumeZone {
    fn name(&self) -> &'static str {
        "VolumeZone"
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
        match zones(cycle, pod) {
            Err(status) => status.into(),
            Ok(zones) if zones.is_empty() => Status::SKIP.into(),
            Ok(zones) => {
                state.write(Zones(zones));
                PreFilter::default()
            }
        }
    }

    fn filter(&self, _: &Cycle<'_>, state: &CycleState, _: &PodInfo, node: NodeRef<'_>) -> Status {
        let Some(Zones(zones)) = state.read() else {
            return Status::SUCCESS;
        };
        if LABELS
            .iter()
            .all(|(label, _)| node.info.label(label).is_none())
        {
            // A cluster without zones.
            return Status::SUCCESS;
        }
        for (label, today, allowed) in zones {
            let value = node.info.label(label).or_else(|| node.info.label(today));
            let fits =
                value.is_some_and(|value| allowed.split(SEPARATOR).any(|zone| zone == value));
            if !fits {
                return Status::unresolvable("node(s) had no available volume zone");
            }
        }
        Status::SUCCESS
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(EventResource::StorageClass, Action::ADD),
                Interest::new(EventResource::Node, Action::ADD.and(Action::UPDATE_LABELS)),
                Interest::new(
                    EventResource::PersistentVolumeClaim,
                    Action::ADD.and(Action::UPDATE),
                ),
                Interest::new(
                    EventResource::PersistentVolume,
                    Action::ADD.and(Action::UPDATE),
                ),
            ]
        }
    }
}

fn zones(
    cycle: &Cycle<'_>,
    pod: &PodInfo,
) -> Result<Vec<(&'static str, &'static str, Str)>, Status> {
    let mut zones = Vec::new();
    for claim in volumes::claims(pod, cycle.objects)? {
        if claim.spec.volume_name.is_empty() {
            if volumes::class_name(&claim).is_empty() {
                let reason = "PersistentVolumeClaim had no pv name and storageClass name";
                return Err(Status::unresolvable(reason));
            }
            match volumes::class(&claim, cycle.objects) {
                None => {
                    let name = volumes::class_name(&claim);
                    let reason = format!("storageclasses.storage.k8s.io \"{name}\" not found");
                    return Err(Status::unresolvable(reason));
                }
                Some(class) if volumes::waits_for_consumer(&class) => continue,
                Some(_) => return Err(Status::unresolvable("PersistentVolume had no name")),
            }
        }
        let Some(volume) = cycle.objects.volumes.get("", &claim.spec.volume_name) else {
            let reason = format!("persistentvolume \"{}\" not found", claim.spec.volume_name);
            return Err(Status::unresolvable(reason));
        };
        for (label, today) in LABELS {
            if let Some(value) = volume.metadata.labels.get(label) {
                zones.push((label, today, value.clone()));
            }
        }
    }
    Ok(zones)
}
