//! Running other programs: each command is a value, and its failure names the command and what to do about it.
//!
//! Nothing here goes through a command shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::project;

/// A command about to be run, in the project's root unless told otherwise.
pub(crate) struct Cmd {
    inner: Command,
    hint: Option<String>,
}

impl Cmd {
    /// A command by program name or path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut inner = Command::new(program);
        inner.current_dir(project::root()).stdin(Stdio::null());
        // `cargo run` describes xtask's own package to us; that is no business of the commands we start.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                inner.env_remove(&name);
            }
        }
        Self { inner, hint: None }
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.inner.arg(arg);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.inner.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Puts folders before those of `PATH`.
    pub(crate) fn path(mut self, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let old = self
            .inner
            .get_envs()
            .find(|(name, _)| *name == OsStr::new("PATH"))
            .and_then(|(_, value)| value.map(OsStr::to_os_string))
            .or_else(|| std::env::var_os("PATH"))
            .unwrap_or_default();
        let mut all: Vec<PathBuf> = folders.into_iter().collect();
        all.extend(std::env::split_paths(&old));
        // A folder whose name has a colon cannot be put on PATH; leave PATH as it is, and the tool reports the lack.
        if let Ok(joined) = std::env::join_paths(all) {
            self.inner.env("PATH", joined);
        }
        self
    }

    /// Sets the working folder.
    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.inner.current_dir(dir);
        self
    }

    /// What to tell the reader if it fails.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Runs it with its output shown, and fails if it does.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self
            .inner
            .status()
            .with_context(|| self.describe("could not be started"))?;
        if !status.success() {
            bail!(self.describe(&format!("failed ({status})")));
        }
        Ok(())
    }

    /// Runs it and returns what it printed on standard output; its standard error is part of the failure.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self
            .inner
            .output()
            .with_context(|| self.describe("could not be started"))?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!(
                "{}\n{}",
                self.describe(&format!("failed ({})", output.status)),
                errors.trim_end()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_string())
    }

    /// The command as `std` knows it, for callers that need the child itself.
    pub(crate) fn into_std(self) -> Command {
        self.inner
    }

    fn describe(&self, what: &str) -> String {
        let mut line = self.inner.get_program().to_string_lossy().into_owned();
        for arg in self.inner.get_args() {
            line.push(' ');
            line.push_str(&arg.to_string_lossy());
        }
        match &self.hint {
            Some(hint) => format!("`{line}` {what}\n{hint}"),
            None => format!("`{line}` {what}"),
        }
    }
}

/// The full path of a program on `PATH`.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|candidate| candidate.is_file())
}
