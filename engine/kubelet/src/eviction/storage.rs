//! Pods that use more disk space than they may: an `emptyDir` over its size limit, a container over its limit of
//! `ephemeral-storage`.

use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::Quantity;
use runtime::ContainerState;

use crate::kubelet::Kubelet;

const STORAGE: &str = "ephemeral-storage";

fn has_limits(pod: &Pod) -> bool {
    let volumes = pod.spec.volumes.iter();
    let mut limits = volumes.filter_map(|volume| volume.empty_dir.as_ref()?.size_limit.as_ref());
    limits.any(|limit| !limit.is_zero())
        || pod
            .spec
            .containers
            .iter()
            .any(|container| container.resources.limits.get(STORAGE).is_some())
}

fn exceeds(used: u64, limit: &Quantity) -> bool {
    !limit.is_zero() && i64::try_from(used).unwrap_or(i64::MAX) > limit.value()
}

impl Kubelet {
    /// Whether any pod has a limit that is to be looked after.
    pub(super) fn has_storage_limits(&self) -> bool {
        self.pods().borrow().values().any(|pod| has_limits(pod))
    }

    /// Evicts pods that are over a limit.
    pub(super) fn evict_for_storage(&self) {
        for pod in self.evictable() {
            if has_limits(&pod)
                && let Some(message) = self.over_limit(&pod)
            {
                self.evict(&pod, &message);
            }
        }
    }

    /// Which limit a pod is over.
    fn over_limit(&self, pod: &Rc<Pod>) -> Option<String> {
        let uid = &pod.metadata.uid;
        let mut volumes_used = 0;
        for volume in &pod.spec.volumes {
            let Some(source) = &volume.empty_dir else {
                continue;
            };
            let Some(mounted) = self.volumes().get(uid, &volume.name) else {
                continue;
            };
            let (used, _) = mounted.fs.usage();
            if source.medium != "Memory" {
                volumes_used += used;
            }
            if let Some(limit) = &source.size_limit
                && exceeds(used, limit)
            {
                let name = &volume.name;
                return Some(format!(
                    "Usage of EmptyDir volume \"{name}\" exceeds the limit \"{limit}\". "
                ));
            }
        }
        let status = self.runtime().pod_status(uid);
        let running: Vec<_> = status
            .containers
            .iter()
            .filter(|container| container.state == ContainerState::Running)
            .collect();
        let mut total = Quantity::default();
        let mut containers_used = 0;
        let mut all_limited = true;
        for spec in &pod.spec.containers {
            let used = running
                .iter()
                .find(|container| *container.name == *spec.name)
                .map_or(0, |container| self.runtime().written(&container.id));
            containers_used += used;
            match spec.resources.limits.get(STORAGE) {
                Some(limit) => {
                    total.add(limit);
                    if exceeds(used, limit) {
                        let name = &spec.name;
                        return Some(format!(
                            "Container {name} exceeded its local ephemeral storage limit \"{limit}\". "
                        ));
                    }
                }
                None => all_limited = false,
            }
        }
        (all_limited && exceeds(volumes_used + containers_used, &total)).then(|| {
            format!(
                "Pod ephemeral local storage usage exceeds the total limit of containers {total}. "
            )
        })
    }
}
