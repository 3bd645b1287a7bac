//! The project's judges: what a test needs to hold the emulation against recordings of a real cluster.
//!
//! - [`serve`]: the real kubectl against the native server.
//! - [`differential`]: our kubectl against the real one, both against the native cluster.
//! - [`learner`]: somebody who takes a lesson on another cluster.
//! - [`reasons`]: which recorded commands match, and why the others do not.
//! - [`transcript`]: kubectl sessions, compared command by command.
//! - [`corpus`]: manifests, compared by what the server makes of them.
//! - [`corpus_states`]: what becomes of their workloads.
//! - [`properties`]: what must hold in random clusters.
//! - [`scheduler_cases`]: decisions of kube-scheduler, decided again.
//! - [`watch`]: what happens to objects, compared version by version.
//!
//! The tests themselves are in `tests/tests/`; the recordings in `tests/recordings/` and the documentation's manifests
//! in `tests/corpus/`, each with its source named.

pub mod corpus;
pub mod corpus_states;
pub mod differential;
pub mod learner;
pub mod properties;
pub mod reasons;
pub mod scheduler_cases;
pub mod serve;
pub mod transcript;
pub mod watch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The scenarios in a folder by name: its sub-folders with a file of that name, or the folder itself if it has one.
///
/// # Errors
/// When the folder cannot be read.
pub fn scenarios(root: &Path, file: &str) -> Result<BTreeMap<String, PathBuf>> {
    let name = |path: &Path| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        name.unwrap_or_default()
    };
    if root.join(file).exists() {
        return Ok(BTreeMap::from([(name(root), root.to_owned())]));
    }
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(root).with_context(|| format!("reading {}", root.display()))? {
        let path = entry?.path();
        if path.join(file).exists() {
            out.insert(name(&path), path);
        }
    }
    Ok(out)
}
