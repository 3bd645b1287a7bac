//! A worker at work.

use std::time::Duration;

use super::{Update, WorkType};
use crate::Uid;
use crate::kubelet::Kubelet;
use crate::sync::SyncError;

/// How long after a failure of an unknown kind a pod is looked at again.
const BACKOFF: Duration = Duration::from_secs(10);
/// No longer than this, whatever the reason.
const RESYNC: Duration = Duration::from_secs(60);
/// Waits are lengthened by a random part of up to this much of themselves.
const JITTER: f64 = 0.5;

impl Kubelet {
    /// Does what there is to do about a pod, until there is nothing left.
    pub(super) async fn run_worker(&self, uid: &Uid) {
        while let Some(update) = self.workers().look(uid, |w| w.next()).flatten() {
            self.forget_wake_up(uid);
            let error = self.work(uid, &update).await.err();
            match error {
                None | Some(SyncError::Canceled) => {}
                Some(error) => self.wake_later(uid, &error),
            }
        }
        if self
            .workers()
            .look(uid, |worker| worker.is_finished())
            .unwrap_or(false)
        {
            self.clean_up_if_gone(uid);
        }
    }

    /// One step.
    async fn work(&self, uid: &Uid, update: &Update) -> Result<(), SyncError> {
        let last_sync = self.workers().look(uid, |w| w.last_sync).flatten();
        let status = self.newer_status(uid, last_sync).await;
        let done = match update.work {
            WorkType::Sync => {
                let synced = self.sync_pod(update, &status).await;
                if let Ok(synced) = &synced
                    && synced.terminal
                {
                    let now = self.sim().now();
                    self.workers().look(uid, |worker| worker.complete_sync(now));
                }
                synced.map(|synced| {
                    if synced.acted {
                        self.relist_pod(uid);
                    }
                })
            }
            WorkType::Terminating => {
                let stopped = self.sync_terminating_pod(update, &status).await;
                if stopped.is_ok() {
                    let now = self.sim().now();
                    self.workers()
                        .look(uid, |worker| worker.complete_terminating(now));
                }
                stopped
            }
            WorkType::Terminated => {
                let cleaned = self.sync_terminated_pod(update, &status).await;
                if cleaned.is_ok() {
                    self.workers()
                        .look(uid, |worker| worker.complete_terminated());
                }
                cleaned
            }
        };
        let now = self.sim().now();
        self.workers()
            .look(uid, |worker| worker.last_sync = Some(now));
        done
    }

    /// Looks at a pod again after a failed step: when the back-off that stopped it ends, else after a while.
    fn wake_later(&self, uid: &Uid, error: &SyncError) {
        let now = self.sim().now();
        let wait = match error {
            SyncError::Backoff(until) => until.since(now),
            _ => BACKOFF,
        };
        let wait = wait.min(RESYNC);
        let jitter = self.random_fraction() * JITTER;
        self.wake_up_at(uid, now + wait + wait.mul_f64(jitter));
    }
}
