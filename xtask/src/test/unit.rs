//! Unit and documentation tests of all native crates. The judges in `tests/` are suites of their own.

use anyhow::Result;

use super::{Context, Suite, cargo_test, clippy, never_absent};

/// Tests that live beside the code.
pub(super) const SUITE: Suite = Suite {
    name: "unit",
    about: "unit and documentation tests of all native crates",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    let (cmd, is_nextest) = cargo_test(context);
    workspace(cmd).args(&context.args).run()?;
    if is_nextest && context.args.is_empty() {
        // nextest leaves documentation tests to cargo.
        workspace(context.cargo().args(["test", "--quiet", "--doc"])).run()?;
    }
    Ok(())
}

fn workspace(cmd: crate::process::Cmd) -> crate::process::Cmd {
    let mut cmd = cmd.arg("--workspace");
    for package in clippy::WASM_ONLY {
        cmd = cmd.args(["--exclude", package]);
    }
    // Its library's own tests are run here, its `tests/` by the suites named after them.
    cmd.args(["--lib", "--bins"])
}
