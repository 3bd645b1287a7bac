//! Programs built from crates.io, each version in a folder of its own under [`project::tools`].
//!
//! They are built with little or no optimisation: a fresh machine waits minutes less, and they are fast enough.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::announce;
use crate::process::Cmd;
use crate::project;
use crate::versions::CargoTool;

/// The folder that holds a tool's programs.
pub(crate) fn bin(tool: &CargoTool) -> PathBuf {
    project::tools()
        .join(format!("{}-{}", tool.krate, tool.version))
        .join("bin")
}

/// Installs a tool unless it is there.
pub(super) fn ensure(tool: &CargoTool) -> Result<()> {
    let bin = bin(tool);
    let complete = || tool.programs.iter().all(|name| bin.join(name).exists());
    if complete() {
        return Ok(());
    }
    announce(
        &format!("cargo install {} {}", tool.krate, tool.version),
        tool.takes,
    );
    let install_root = bin.parent().map(PathBuf::from).unwrap_or_default();
    let scratch = project::tools().join("build");
    let mut cmd = Cmd::new("cargo")
        .args(["install", tool.krate, "--version"])
        .arg(format!("={}", tool.version))
        .args(tool.args)
        .arg("--root")
        .arg(&install_root)
        .env("CARGO_TARGET_DIR", &scratch)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        // Away from the project: its `.cargo/config.toml` is not meant for tools.
        .dir(std::env::temp_dir())
        .hint("It is built from crates.io; check the network, then start again: finished crates are kept.");
    if project::ci() {
        cmd = cmd.arg("--quiet");
    }
    cmd.run()?;
    ensure!(
        complete(),
        "cargo install {} did not make {:?} in {}",
        tool.krate,
        tool.programs,
        bin.display()
    );
    let _ = std::fs::remove_dir_all(scratch);
    Ok(())
}
