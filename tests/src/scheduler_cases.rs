//! Recorded decisions of kube-scheduler, decided again.
//!
//! A case is a cluster and one pod. Compared are the nodes that fit, every plugin's score, the winner (any of the tied
//! ones), reason and message, the nominated node and the victims.

mod cluster;
mod compare;

use std::path::Path;

use anyhow::{Context, Result};
use apimachinery::Value;

/// Reads a file of cases: one JSON object a line.
///
/// # Errors
/// When the file cannot be read or a line is no JSON.
pub fn load(path: &Path) -> Result<Vec<Value>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).with_context(|| format!("in {line}")))
        .collect()
}

/// A case's name.
pub fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap_or_default()
}

/// Where our scheduler decides otherwise about the pod of a case: a line per difference.
///
/// # Errors
/// When an object of the case cannot be read.
pub fn differences(case: &Value) -> Result<Vec<String>> {
    let actual = cluster::decide(case).with_context(|| name(case).to_owned())?;
    Ok(compare::differences(&case["outcome"], &actual))
}
