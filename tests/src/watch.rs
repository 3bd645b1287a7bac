//! What a watch saw while a script ran: loading it and comparing two of the same script.
//!
//! Objects of the two sides are matched by kind and name, generated names by owner and order (see [`naming`]). Of every
//! object the sequence of its versions is compared: a version matches when it says the same after
//! [`Masks`](normalise::Masks) has taken out what no two runs share, arrives at about the same time, and all times in it
//! are about the same. What matches is the longest common subsequence, so one missing version costs one.

mod compare;
mod naming;
mod normalise;
mod report;
mod tracks;

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

pub use compare::{Comparison, Difference, compare};
pub use report::Report;
pub use tracks::{Track, Version, tracks};

/// One event of a watch.
#[derive(Clone, Debug, Deserialize)]
pub struct Seen {
    /// When it arrived: seconds since the start of the script.
    pub t: f64,
    /// ADDED, MODIFIED or DELETED.
    #[serde(rename = "type")]
    pub verb: String,
    /// The object as it was then.
    pub object: Value,
}

/// Reads a `watch.jsonl`.
///
/// # Errors
/// When the file cannot be read or a line is not a watch event.
pub fn load(path: &Path) -> Result<Vec<Seen>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            serde_json::from_str(line).with_context(|| format!("in {}: {line}", path.display()))
        })
        .collect()
}
