//! Changes of a pod's status that probes bring about at once, before the pod's worker has its turn.

use std::rc::Rc;

use api::core::v1::{ContainerStatus, Pod, PodStatus};

use super::conditions::{containers_ready, is_owned, ready};
use crate::kubelet::Kubelet;
use crate::prober::container_id;

impl Kubelet {
    /// A container's readiness has changed.
    pub(crate) fn set_container_readiness(&self, pod: &Rc<Pod>, name: &str, id: &str, is: bool) {
        let Some(mut status) = self.copy_of_status(pod) else {
            return;
        };
        let Some(container) = find(&mut status, name, id) else {
            return;
        };
        if container.ready == is {
            return;
        }
        container.ready = is && container.started == Some(true);
        let all: Vec<_> = status
            .init_container_statuses
            .iter()
            .chain(&status.container_statuses)
            .cloned()
            .collect();
        let mut others = status.conditions.clone();
        others.retain(|condition| !is_owned(&condition.type_));
        for made in [
            ready(pod, &others, &all, &status.phase),
            containers_ready(pod, &all, &status.phase),
        ] {
            let known = status.conditions.iter_mut().find(|c| c.type_ == made.type_);
            if let Some(known) = known {
                *known = made;
            }
        }
        self.set_pod_status(pod, status);
    }

    /// A container's startup probe has decided.
    pub(crate) fn set_container_startup(&self, pod: &Rc<Pod>, name: &str, id: &str, is: bool) {
        let Some(mut status) = self.copy_of_status(pod) else {
            return;
        };
        if let Some(container) = find(&mut status, name, id) {
            container.started = Some(is);
            self.set_pod_status(pod, status);
        }
    }

    fn copy_of_status(&self, pod: &Pod) -> Option<PodStatus> {
        let status = self.last_status(&pod.metadata.uid)?;
        Some((*status).clone())
    }
}

fn find<'a>(status: &'a mut PodStatus, name: &str, id: &str) -> Option<&'a mut ContainerStatus> {
    status
        .container_statuses
        .iter_mut()
        .chain(&mut status.init_container_statuses)
        .find(|container| container.name == name)
        .filter(|container| container_id(container) == id)
}
