//! A digest of everything that goes into `dist/`, to skip a build that would change nothing.
//!
//! It is over contents, not times: a fresh checkout or a `touch` costs nothing. Outputs and tests are left out.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

use crate::project;
use crate::setup::BuildTools;
use crate::versions;

/// Files and folders, below the root, that the site is made from.
const SOURCES: [&str; 11] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "app",
    "engine",
    "package-lock.json",
    "package.json",
    "public",
    "xtask/Cargo.toml",
    "xtask/src/build",
];

/// Names of folders in them that are not sources.
const SKIPPED: [&str; 3] = ["target", "vendor-dist", "tests"];

/// One line that differs when any input does.
pub(super) fn digest(tools: &BuildTools) -> Result<String> {
    let mut files = BTreeMap::new();
    for source in SOURCES {
        collect(&project::path(source), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    Ok(format!(
        "{:016x} {} files, {}, {} {}, {} {}\n",
        hasher.finish(),
        files.len(),
        tools.wasm.describe()?,
        versions::TRUNK.krate,
        versions::TRUNK.version,
        versions::WASM_BINDGEN.krate,
        versions::WASM_BINDGEN.version,
    ))
}

fn collect(path: &Path, files: &mut BTreeMap<String, u64>) -> Result<()> {
    if path.is_dir() {
        for entry in
            fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?
        {
            let entry = entry?;
            let name = entry.file_name();
            if !SKIPPED.iter().any(|skipped| name == *skipped) {
                collect(&entry.path(), files)?;
            }
        }
    } else if path.is_file() {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        files.insert(path.to_string_lossy().into_owned(), hasher.finish());
    }
    Ok(())
}
