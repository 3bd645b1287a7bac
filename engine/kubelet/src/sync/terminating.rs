//! Stopping a pod's containers.

use std::rc::Rc;

use super::SyncError;
use crate::kubelet::Kubelet;
use crate::pod_workers::Update;

impl Kubelet {
    /// Tells that the pod is ending, stops its containers and its sandbox, and tells how they ended.
    pub(crate) async fn sync_terminating_pod(
        &self,
        update: &Update,
        runtime: &Rc<runtime::PodStatus>,
    ) -> Result<(), SyncError> {
        let pod = &update.pod;
        let status = self.generate_status(pod, runtime, false);
        self.set_pod_status(pod, status);
        self.stop_liveness_probes(pod);
        let current = self.runtime().pod_status(&pod.metadata.uid);
        self.kill_pod(pod, &current, Some(update.grace)).await;
        self.stop_probes(pod);
        let stopped = self.runtime().pod_status(&pod.metadata.uid);
        let status = self.generate_status(pod, &stopped, true);
        self.set_pod_status(pod, status);
        Ok(())
    }
}
