//! How long to wait after failures: 10 s, doubling to 10 min, anew after a success.

use std::time::Duration;

use api::core::v1::Pod;
use apimachinery::Time;

const INITIAL: i64 = 10;
const MAX: i64 = 600;

/// The failures since the last success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    failures: u32,
    last: Option<Time>,
}

/// When the pod's last container ended; when it was last known to change, if that is not known.
pub(super) fn finish_time(pod: &Pod) -> Time {
    let ended = pod.status.container_statuses.iter().filter_map(|status| {
        let state = status.state.terminated.as_ref()?;
        (!state.finished_at.is_zero()).then_some(state.finished_at)
    });
    if let Some(last) = ended.max() {
        return last;
    }
    let ready = component_helpers::pod::condition(&pod.status, "Ready");
    let transition = ready
        .map(|c| c.last_transition_time)
        .filter(|time| !time.is_zero());
    transition
        .or(pod.metadata.deletion_timestamp)
        .unwrap_or(pod.metadata.creation_timestamp)
}

impl Record {
    /// The record after these pods have ended as well.
    pub(super) fn after<'a>(
        &self,
        succeeded: impl IntoIterator<Item = &'a Pod>,
        failed: impl IntoIterator<Item = &'a Pod>,
    ) -> Self {
        let mut record = self.clone();
        let last_success = succeeded.into_iter().map(finish_time).max();
        if last_success.is_some() {
            record = Self::default();
        }
        for pod in failed {
            let at = finish_time(pod);
            if last_success.is_none_or(|success| at > success) {
                record.failures += 1;
                record.last = Some(record.last.map_or(at, |last| last.max(at)));
            }
        }
        record
    }

    /// How long still to wait.
    pub(super) fn remaining(&self, now: sim::Time) -> Duration {
        let Some(last) = self.last.filter(|_| self.failures > 0) else {
            return Duration::ZERO;
        };
        let seconds = delay(self.failures);
        let due = sim::Time::from_secs(last.unix() + seconds);
        due.since(now)
    }
}

/// The delay after that many failures, in seconds.
pub(super) fn delay(failures: u32) -> i64 {
    INITIAL
        .saturating_mul(2_i64.saturating_pow(failures.saturating_sub(1)))
        .min(MAX)
}
