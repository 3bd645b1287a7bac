//! Tokens of service accounts in volumes (`pkg/kubelet/token/token_manager.go`): each is replaced by a new one when four
//! fifths of its life are over, or after a day.
//!
//! A real kubelet asks at each look at a pod whether it is time. Here the times are kept in order, and the look that a real
//! one has up to a minute and a half later is added to them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use api::core::v1::{Pod, Volume};
use apimachinery::Str;
use sim::futures_util::future::{Either, select};
use sim::{Notify, Rng, Time};

use crate::Uid;
use crate::kubelet::Kubelet;

/// Seconds that a token lives if the volume does not say.
pub(super) const LIFETIME: i64 = 3600;
/// Seconds after which a token is replaced at the latest.
const LATEST: i64 = 24 * 3600;
/// So much earlier a token may be replaced, so that not all are at once.
const JITTER: u64 = 10_000_000;
/// The looks of a real kubelet at a pod are at most so far apart.
const LOOK: u64 = 90_000_000;

/// When which volumes' tokens are due.
#[derive(Default)]
pub(crate) struct TokenManager {
    due: RefCell<BTreeSet<(Time, Uid, Str)>>,
    wake: Notify,
}

/// The lives of a volume's tokens; the shortest of them.
fn lifetime(volume: &Volume) -> Option<i64> {
    let sources = volume
        .projected
        .iter()
        .flat_map(|projected| &projected.sources);
    let tokens = sources
        .into_iter()
        .filter_map(|source| source.service_account_token.as_ref());
    tokens
        .map(|token| token.expiration_seconds.unwrap_or(LIFETIME))
        .min()
}

/// Whether some of a volume's files are tokens.
pub(super) fn has_token(volume: &Volume) -> bool {
    lifetime(volume).is_some()
}

impl Kubelet {
    /// Notes when the tokens of a volume are to be replaced, if it has any.
    pub(super) fn watch_tokens(&self, uid: &str, volume: &Volume) {
        let Some(lifetime) = lifetime(volume) else {
            return;
        };
        let mut rng = Rng::new(0, &format!("token/{uid}/{}", volume.name));
        let life = (lifetime - lifetime * 20 / 100).min(LATEST);
        let life = Duration::from_secs(u64::try_from(life).unwrap_or(0));
        let late = Duration::from_micros(rng.below(LOOK));
        let early = Duration::from_micros(rng.below(JITTER));
        let due = self.sim().now() + (life + late).saturating_sub(early);
        let tokens = &self.volumes().tokens;
        let mut all = tokens.due.borrow_mut();
        let entry = (due, self.uid(uid), volume.name.clone());
        if all.first().is_none_or(|first| entry < *first) {
            tokens.wake.notify();
        }
        all.insert(entry);
    }

    /// Replaces tokens when they are due. Never ends.
    pub(crate) async fn run_token_manager(self) {
        let tokens = &self.volumes().tokens;
        loop {
            let woken = std::pin::pin!(tokens.wake.notified());
            let first = tokens.due.borrow().first().map(|(due, _, _)| *due);
            let Some(first) = first else {
                woken.await;
                continue;
            };
            if let Either::Left(_) = select(woken, self.sim().sleep_until(first)).await {
                continue;
            }
            let now = self.sim().now();
            while let Some((_, uid, name)) = self.take_due_tokens(now) {
                let pod = self.pods().borrow().get(&uid).cloned();
                if let Some(pod) = pod
                    && let Some(volume) = pod.spec.volumes.iter().find(|v| v.name == name)
                {
                    self.replace_tokens(&pod, volume);
                }
            }
        }
    }

    fn take_due_tokens(&self, now: Time) -> Option<(Time, Uid, Str)> {
        let mut all = self.volumes().tokens.due.borrow_mut();
        let due = all.first().is_some_and(|(due, _, _)| *due <= now);
        if due { all.pop_first() } else { None }
    }

    fn replace_tokens(&self, pod: &Pod, volume: &Volume) {
        let Some(mounted) = self.volumes().get(&pod.metadata.uid, &volume.name) else {
            return;
        };
        self.refresh_volume(pod, volume, &mounted.fs, true);
        self.watch_tokens(&pod.metadata.uid, volume);
    }
}
