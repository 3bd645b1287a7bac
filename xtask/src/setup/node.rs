//! Node.js and the npm packages of `package.json`, in the ignored `node_modules`.
//!
//! npm is asked only when the lock file is not the one that the folder was made from.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{announce, system};
use crate::process::{Cmd, which};
use crate::project;
use crate::versions::NODE_MIN_MAJOR;

/// The folder of the packages' programs (esbuild, wasm-opt).
pub(crate) fn bin() -> PathBuf {
    project::path("node_modules/.bin")
}

/// Installs Node.js and the packages.
pub(crate) fn ensure_packages() -> Result<()> {
    ensure_node()?;
    let lock = fs::read_to_string(project::path("package-lock.json"))
        .context("package-lock.json cannot be read")?;
    let stamp = project::path("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    announce("npm ci (the packages of package.json)", "under a minute");
    Cmd::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .hint("The packages come from the npm registry; check the network, then start again.")
        .run()?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

fn ensure_node() -> Result<()> {
    if let Some(major) = node_major() {
        if major < NODE_MIN_MAJOR {
            bail!(
                "Node.js {major} is too old, {NODE_MIN_MAJOR} or newer is needed: https://nodejs.org"
            );
        }
        if which("npm").is_some() {
            return Ok(());
        }
    }
    system::apt_install(&["nodejs", "npm"], "Node.js and npm", "1 to 3 minutes")?;
    match node_major() {
        Some(major) if major >= NODE_MIN_MAJOR => Ok(()),
        _ => bail!(
            "the system's Node.js is missing or older than {NODE_MIN_MAJOR}; please install one: https://nodejs.org"
        ),
    }
}

fn node_major() -> Option<u32> {
    let version = Cmd::new("node").arg("--version").read().ok()?;
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}
