//! `activeDeadlineSeconds`: a pod that runs for longer has failed.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{POD_FAILED, POD_SUCCEEDED, Pod};
use sim::Time;

use crate::kubelet::Kubelet;

pub(crate) const REASON: &str = "DeadlineExceeded";
pub(crate) const MESSAGE: &str = "Pod was active on the node longer than the specified deadline";

/// When a pod's time is up.
fn deadline(pod: &Pod, start: Option<apimachinery::Time>) -> Option<Time> {
    let seconds = u64::try_from(pod.spec.active_deadline_seconds?).ok()?;
    let start = Time::from_secs(start?.unix());
    Some(start + Duration::from_secs(seconds))
}

impl Kubelet {
    /// Looks at a pod again when its time is up.
    pub(crate) fn watch_deadline(&self, pod: &Rc<Pod>) {
        let now = apimachinery::Time::from_unix(self.sim().now().as_secs());
        let Some(due) = deadline(pod, pod.status.start_time.or(Some(now))) else {
            return;
        };
        let (kubelet, pod) = (self.clone(), Rc::clone(pod));
        self.sim().spawn("active deadline", async move {
            kubelet.sim().sleep_until(due).await;
            let status = kubelet.last_status(&pod.metadata.uid);
            let over = status.is_none_or(|s| s.phase == POD_FAILED || s.phase == POD_SUCCEEDED);
            if !over {
                kubelet.pod_event(&pod, "Normal", REASON, MESSAGE);
                kubelet.wake_pod(&pod.metadata.uid);
            }
        });
    }

    /// Whether a pod has to fail because its time is up.
    pub(crate) fn is_past_deadline(&self, pod: &Pod) -> bool {
        let known = self.last_status(&pod.metadata.uid);
        let known = known.as_deref().unwrap_or(&pod.status);
        let ended = known.phase == POD_FAILED || known.phase == POD_SUCCEEDED;
        let due = deadline(pod, known.start_time);
        (!ended || known.reason == REASON) && due.is_some_and(|due| self.sim().now() >= due)
    }
}
