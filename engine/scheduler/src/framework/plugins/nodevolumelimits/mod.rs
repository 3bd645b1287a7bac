//! Refuses nodes that have as many volumes of a CSI driver attached as they can take.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use apimachinery::Str;

use super::volumes;
use crate::framework::events::Interest;
use crate::framework::{
    Action, Cycle, CycleState, EventResource, NodeRef, Objects, Plugin, PodInfo, Points, PreFilter,
    Status,
};

/// The plugin.
pub struct NodeVolumeLimits;

/// Driver and volume.
type Attached = BTreeSet<(Str, Str)>;

impl Plugin for NodeVolumeLimits {
    fn name(&self) -> &'static str {
        "NodeVolumeLimits"
    }

    fn points(&self) -> Points {
        Points::PRE_FILTER.and(Points::FILTER)
    }

    fn pre_filter(&self, _: &Cycle<'_>, _: &mut CycleState, pod: &Rc<PodInfo>) -> PreFilter {
        let volumes = &pod.pod.spec.volumes;
        if volumes
            .iter()
            .any(|volume| volumes::claim_name(pod, volume).is_some())
        {
            PreFilter::default()
        } else {
            Status::SKIP.into()
        }
    }

    fn filter(
        &self,
        cycle: &Cycle<'_>,
        _: &CycleState,
        pod: &PodInfo,
        node: NodeRef<'_>,
    ) -> Status {
        let mut new = Attached::new();
        add_volumes(pod, cycle.objects, &mut new);
        let Some(limits) = cycle.objects.csi_nodes.get("", &node.info.name) else {
            return Status::SUCCESS;
        };
        if new.is_empty() {
            return Status::SUCCESS;
        }
        let mut attached = Attached::new();
        for (other, _) in &node.info.pods {
            add_volumes(other, cycle.objects, &mut attached);
        }
        let mut counts: BTreeMap<&Str, (i64, i64)> = BTreeMap::new();
        for (driver, _) in &attached {
            counts.entry(driver).or_default().0 += 1;
        }
        for (driver, _) in new.difference(&attached) {
            counts.entry(driver).or_default().1 += 1;
        }
        for driver in &limits.spec.drivers {
            let limit = driver
                .allocatable
                .as_ref()
                .and_then(|resources| resources.count);
            if let (Some(limit), Some((there, more))) = (limit, counts.get(&driver.name))
                && *more > 0
                && there + more > i64::from(limit)
            {
                return Status::unschedulable("node(s) exceed max volume count");
            }
        }
        Status::SUCCESS
    }

    fn events(&self) -> &'static [Interest] {
        const {
            &[
                Interest::new(EventResource::CsiNode, Action::ADD.and(Action::UPDATE)),
                Interest::new(EventResource::AssignedPod, Action::DELETE),
                Interest::new(EventResource::PersistentVolumeClaim, Action::ADD),
            ]
        }
    }
}

/// The CSI volumes that a pod has attached, or will have.
fn add_volumes(pod: &PodInfo, objects: &Objects, attached: &mut Attached) {
    for volume in &pod.pod.spec.volumes {
        let Some(name) = volumes::claim_name(pod, volume) else {
            continue;
        };
        let Some(claim) = objects.claims.get(&pod.key.namespace, &name) else {
            continue;
        };
        let bound = match claim.spec.volume_name.as_str() {
            "" => None,
            name => objects.volumes.get("", name),
        };
        match bound {
            Some(volume) => {
                if let Some(csi) = &volume.spec.csi {
                    attached.insert((csi.driver.clone(), csi.volume_handle.clone()));
                }
            }
            // Not there yet: the claim stands for the volume that its class will provision.
            None => {
                if let Some(class) = volumes::class(&claim, objects) {
                    let handle = format!("{}-{}", pod.key.namespace, name);
                    attached.insert((class.provisioner.clone(), handle.into()));
                }
            }
        }
    }
}
