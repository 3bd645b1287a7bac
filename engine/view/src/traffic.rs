//! Traffic: requests that are sent to a URL again and again, and how many of them are answered.

use serde::{Deserialize, Serialize};

/// What is to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TrafficSpec {
    /// Where to, such as `http://web`.
    pub url: String,
    /// Requests in a second.
    #[serde(default = "TrafficSpec::default_rate")]
    pub rate: u32,
    /// The pod that they come from; from outside of the cluster if empty.
    #[serde(default)]
    pub from: String,
    /// The namespace of that pod, and of short service names; `default` if empty.
    #[serde(default)]
    pub namespace: String,
    /// What the `Host` field says, if not the URL's host: for an Ingress.
    #[serde(default)]
    pub host: String,
}

impl TrafficSpec {
    /// Requests in a second if nothing is said.
    pub fn default_rate() -> u32 {
        5
    }
}

/// Traffic that is under way, or was stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficView {
    /// What is sent.
    pub spec: TrafficSpec,
    /// Whether it is still being sent.
    pub running: bool,
    /// Requests so far that have been answered or have failed.
    pub requests: u64,
    /// How many of them failed: no answer within two seconds, or a status of 400 and above.
    pub failed: u64,
    /// Of the requests of the last seconds: how many there were.
    pub recent: u32,
    /// And how many of these failed.
    pub recent_failed: u32,
    /// Why the last one failed that did; empty if none has.
    pub last_failure: String,
}

impl TrafficView {
    /// How many of a hundred recent requests were answered well; `None` while there are none.
    pub fn success_percent(&self) -> Option<f64> {
        (self.recent > 0).then(|| {
            let good = self.recent.saturating_sub(self.recent_failed);
            100.0 * f64::from(good) / f64::from(self.recent)
        })
    }
}
