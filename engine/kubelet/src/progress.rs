//! What moves on a node and no API object shows: image pulls, ends of back-offs, grace periods. For the map.

use api::core::v1::Container;
use runtime::Pull;
use sim::Time;

use crate::kubelet::Kubelet;
use crate::kuberuntime::{all_containers, crash_key};

/// What a container is waiting for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The pull of its image.
    pub pull: Option<Pull>,
    /// When it is tried again after a failure.
    pub retry: Option<Time>,
}

impl Kubelet {
    /// What a container is waiting for.
    pub fn progress(&self, uid: &str, container: &str) -> Progress {
        let wanted = self.images().wanted(uid, container);
        let pull = wanted.and_then(|wanted| {
            let pulls = self.runtime().pulls();
            pulls.into_iter().find(|pull| *pull.name == *wanted)
        });
        let pod = self.pods().borrow().get(uid).cloned();
        let retry = pod.and_then(|pod| {
            let reason = self.reasons().borrow().get(uid)?.get(container).cloned()?;
            let all: Vec<Container> = all_containers(&pod);
            let container = all.iter().find(|known| known.name == *container)?;
            match reason.reason.as_str() {
                "CrashLoopBackOff" => {
                    let status = self.runtime().pod_status(uid);
                    let ended = status.container(&container.name)?.finished_at?;
                    Some(ended + self.crashes().borrow().get(&crash_key(&pod, container)))
                }
                "ErrImagePull" | "ImagePullBackOff" => {
                    self.images().retry_at(uid, &container.image)
                }
                _ => None,
            }
        });
        let now = self.sim().now();
        Progress {
            pull,
            retry: retry.filter(|retry| *retry > now),
        }
    }

    /// Since when a pod is being stopped.
    pub fn terminating_since(&self, uid: &str) -> Option<Time> {
        self.workers()
            .look(uid, |worker| worker.terminating_at())
            .flatten()
    }

    /// Says who is told, by the pod's UID, that [`Kubelet::progress`] has changed.
    pub fn set_progress_observer(&self, observer: impl Fn(&str) + 'static) {
        *self.progress_observer().borrow_mut() = Some(std::rc::Rc::new(observer));
    }

    pub(crate) fn progress_changed(&self, uid: &str) {
        let observer = self.progress_observer().borrow().clone();
        if let Some(observer) = observer {
            observer(uid);
        }
    }
}
