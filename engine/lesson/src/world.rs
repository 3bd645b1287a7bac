//! All that a check can see.

use serde_json::Value;
use view::TrafficView;

/// A cluster and its terminal, as far as lessons look at them.
pub trait World {
    /// Virtual (or real) time, in microseconds since the Unix epoch.
    fn now(&self) -> i64;

    /// The objects of a kind, in one namespace or in all, in the API's own order. An unknown kind has none.
    fn list(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Vec<Value>;

    /// The commands that the learner ran in the terminal and that have ended, oldest first.
    fn commands(&self) -> &[RanCommand];

    /// The traffic that is under way; `None` where there can be none.
    fn traffic(&self) -> Option<Vec<TrafficView>> {
        None
    }
}

/// A command line that the learner ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RanCommand {
    /// The line as typed.
    pub line: String,
    /// Its exit code.
    pub exit: i32,
    /// What it printed, or the end of that.
    pub output: String,
    /// When it was entered, in microseconds since the Unix epoch.
    pub at: i64,
}
