//! The operating system's packages: apt where there is one, as root, by sudo without a password, or not at all.
//!
//! On other systems nothing is installed: the message names what is missing.

use std::sync::OnceLock;

use anyhow::{Result, bail};

use super::announce;
use crate::process::{Cmd, which};

/// Installs Debian packages, or says which command a person has to run.
pub(super) fn apt_install(packages: &[&str], why: &str, takes: &str) -> Result<()> {
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends {}",
        packages.join(" ")
    );
    if which("apt-get").is_none() {
        bail!(
            "{why}: this system has no apt-get, so please install it yourself.\n\
             On Debian the packages would be: {}",
            packages.join(" ")
        );
    }
    announce(
        &format!("{why}: apt-get install {}", packages.join(" ")),
        takes,
    );
    let Some(prefix) = root_prefix() else {
        bail!("{why}: this needs root. Please run\n\n    {by_hand}\n\nand start again.");
    };
    let hint = format!("To see more, run it yourself:\n\n    {by_hand}");
    static UPDATED: OnceLock<()> = OnceLock::new();
    if UPDATED.get().is_none() {
        apt(prefix).args(["update", "-qq"]).hint(&hint).read()?;
        UPDATED.get_or_init(|| ());
    }
    // Hundreds of lines that nobody reads, unless it fails.
    apt(prefix)
        .args(["install", "--yes", "-qq", "--no-install-recommends"])
        .args(packages)
        .hint(&hint)
        .read()
        .map(drop)
}

/// Runs a command as root, or says which command a person has to run.
pub(super) fn as_root(args: &[&str], why: &str) -> Result<()> {
    let Some(prefix) = root_prefix() else {
        bail!(
            "{why}: this needs root. Please run\n\n    sudo {}\n\nand start again.",
            args.join(" ")
        );
    };
    command(prefix, args[0]).args(&args[1..]).run()
}

fn apt(prefix: &'static [&'static str]) -> Cmd {
    command(prefix, "apt-get").env("DEBIAN_FRONTEND", "noninteractive")
}

fn command(prefix: &'static [&'static str], program: &str) -> Cmd {
    match prefix.split_first() {
        None => Cmd::new(program),
        // sudo drops the environment, so what apt must know is said on its command line.
        Some((sudo, args)) => Cmd::new(sudo)
            .args(args)
            .arg("env")
            .arg("DEBIAN_FRONTEND=noninteractive")
            .arg(program),
    }
}

/// What to put before a command that needs root: nothing, sudo, or `None` where neither works.
fn root_prefix() -> Option<&'static [&'static str]> {
    static PREFIX: OnceLock<Option<&'static [&'static str]>> = OnceLock::new();
    *PREFIX.get_or_init(|| {
        let is_root = Cmd::new("id").arg("-u").read().is_ok_and(|id| id == "0");
        if is_root {
            Some(&[])
        } else if which("sudo").is_some() && Cmd::new("sudo").args(["-n", "true"]).read().is_ok() {
            Some(&["sudo", "-n"])
        } else {
            None
        }
    })
}
