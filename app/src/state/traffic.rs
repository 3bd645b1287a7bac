//! Traffic to the cluster: what is being sent, and how it fared second by second.

use view::TrafficView;

use super::live::{Live, live};

/// How a second went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Requests that were answered or failed in it.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
}

impl Second {
    /// How many are kept of a stream.
    pub const KEPT: usize = 40;
}

/// Streams of requests.
#[derive(Clone, Copy)]
pub struct TrafficStore {
    /// What is being sent, or was stopped.
    pub streams: Live<Vec<TrafficView>>,
    /// The last seconds of each stream, by its URL, the newest last.
    pub seconds: Live<Vec<(String, Vec<Second>)>>,
}

impl TrafficStore {
    /// None.
    pub fn new() -> Self {
        TrafficStore {
            streams: live(Vec::new()),
            seconds: live(Vec::new()),
        }
    }

    /// Takes in how the streams fare now, about once a second. Called by the bridge alone.
    pub fn take(&self, streams: Vec<TrafficView>) {
        self.seconds.quietly(|all| {
            all.retain(|(url, _)| streams.iter().any(|stream| stream.spec.url == *url));
            for stream in &streams {
                let url = &stream.spec.url;
                let before = self.streams.with_untracked(|old| {
                    let same = old.iter().find(|old| old.spec.url == *url);
                    same.map_or((0, 0), |old| (old.requests, old.failed))
                });
                let second = Second {
                    requests: stream.requests.saturating_sub(before.0),
                    failed: stream.failed.saturating_sub(before.1),
                };
                let place = all.iter().position(|(known, _)| known == url);
                let place = place.unwrap_or_else(|| {
                    all.push((url.clone(), Vec::new()));
                    all.len() - 1
                });
                let seconds = &mut all[place].1;
                seconds.push(second);
                if seconds.len() > Second::KEPT {
                    seconds.remove(0);
                }
            }
        });
        self.streams.set(streams);
    }
}

impl Default for TrafficStore {
    fn default() -> Self {
        TrafficStore::new()
    }
}
