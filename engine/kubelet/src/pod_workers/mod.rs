//! One worker for each pod: it sees to it that never more than one thing is done about a pod at a time.
//!
//! ```text
//!   watch, runtime, probes, timers ──▶ update_pod ──▶ pending (the newest wins) ──▶ worker
//!
//!   worker:  sync_pod ──terminal──▶ sync_terminating_pod ──stopped──▶ sync_terminated_pod ──▶ finished
//!               ▲  │                   ▲ deletion, eviction, end of all containers
//!               └──┘ any update
//! ```
//!
//! Before each step the worker waits until the runtime's state that it works from is newer than its last step
//! (see [`crate::pleg`]); this is why a pod that was just started is not stopped at once, as in a real kubelet. A worker
//! is a task only while it has something to do.

mod run;
mod state;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Pod;

pub(crate) use state::{Cancel, Kill, Update, WorkType, Worker};

use crate::Uid;
use crate::kubelet::Kubelet;

/// All workers.
#[derive(Default)]
pub(crate) struct PodWorkers {
    workers: RefCell<BTreeMap<Uid, Worker>>,
}

impl PodWorkers {
    /// Looks at a worker; `None` when the pod has none.
    pub(crate) fn look<T>(&self, uid: &str, look: impl FnOnce(&mut Worker) -> T) -> Option<T> {
        self.workers.borrow_mut().get_mut(uid).map(look)
    }

    /// Lets a worker at rest hold the pod as it is now instead of as it was: nobody else has that any more.
    pub(crate) fn renew(&self, uid: &str, pod: &Rc<Pod>) {
        if let Some(worker) = self.workers.borrow_mut().get_mut(uid) {
            worker.renew(pod);
        }
    }

    /// Whether containers of the pod may still run.
    pub(crate) fn could_have_running_containers(&self, uid: &str) -> bool {
        self.look(uid, |worker| !worker.is_terminated())
            .unwrap_or(false)
    }

    /// Forgets a finished worker.
    pub(crate) fn forget(&self, uid: &str) {
        self.workers.borrow_mut().remove(uid);
    }
}

impl Kubelet {
    /// Tells a pod's worker of something new; starts the worker if it is at rest. Workers see what pods have been given,
    /// not what they would like.
    pub(crate) fn update_pod(&self, pod: &Rc<Pod>, kill: Option<Kill>) {
        let uid = self.uid(&pod.metadata.uid);
        let now = self.sim().now();
        let pod = self.allocated(pod);
        let start = {
            let mut workers = self.workers().workers.borrow_mut();
            let worker = workers.entry(Rc::clone(&uid)).or_default();
            worker.accept(pod, kill, now)
        };
        if start {
            let kubelet = self.clone();
            self.sim().spawn("pod worker", async move {
                kubelet.run_worker(&uid).await;
            });
        }
    }

    /// Looks at a pod again, if it is known.
    pub(crate) fn wake_pod(&self, uid: &str) {
        let pod = self
            .workers()
            .look(uid, |worker| worker.pod().cloned())
            .flatten();
        if let Some(pod) = pod {
            self.update_pod(&pod, None);
        }
    }
}
