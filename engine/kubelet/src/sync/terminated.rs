//! Cleaning up after a pod whose containers have stopped.

use std::rc::Rc;

use super::SyncError;
use crate::kubelet::Kubelet;
use crate::pod_workers::Update;

impl Kubelet {
    /// Tells the final status and lets volumes go; after this the pod may be taken out of the API.
    pub(crate) async fn sync_terminated_pod(
        &self,
        update: &Update,
        runtime: &Rc<runtime::PodStatus>,
    ) -> Result<(), SyncError> {
        let pod = &update.pod;
        let status = self.generate_status(pod, runtime, true);
        self.set_pod_status(pod, status);
        self.unmount_volumes(pod);
        self.terminate_pod_status(pod);
        Ok(())
    }
}
