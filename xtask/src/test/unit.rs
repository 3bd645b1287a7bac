//! Unit and documentation tests of all native crates. The judges in `tests/` are suites of their own.

use anyhow::Result;

use super::{Context, Suite, cargo_test, clippy, never_absent};
use crate::process::Cmd;

/// Tests that live beside the code.
pub(super) const SUITE: Suite = Suite {
    name: "unit",
    about: "unit and documentation tests of all native crates",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    let (cmd, is_nextest) = cargo_test(context);
    native(cmd).arg("--tests").args(&context.args).run()?;
    if !context.args.is_empty() {
        return Ok(());
    }
    // Only the judges' library: the judges themselves are suites.
    let (cmd, _) = cargo_test(context);
    cmd.args(["-p", JUDGES, "--lib"]).run()?;
    if is_nextest {
        // nextest leaves documentation tests to cargo.
        native(context.cargo().args(["test", "--quiet", "--doc"])).run()?;
    }
    Ok(())
}

/// The package whose integration tests are suites of their own, and one that is a suite.
const JUDGES: &str = "tabernetes-tests";
const CLIENTS: &str = "clients";

fn native(cmd: Cmd) -> Cmd {
    let mut cmd = cmd.args(["--workspace", "--exclude", JUDGES, "--exclude", CLIENTS]);
    for package in clippy::WASM_ONLY {
        cmd = cmd.args(["--exclude", package]);
    }
    cmd
}
