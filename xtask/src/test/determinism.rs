//! The same script with the same seed, natively and as wasm: the traces must be the same, byte for byte.
//!
//! The package `tests/determinism` runs it. Here its native text goes to a file, and the wasm side is told where.

use std::fs;

use anyhow::{Context as _, Result};

use super::{Context, Suite, never_absent};
use crate::process::Cmd;
use crate::project;
use crate::setup::{self, cargo_tools};
use crate::versions::{self, WASM_TARGET};

/// Native and wasm agree.
pub(super) const SUITE: Suite = Suite {
    name: "determinism",
    about: "native and wasm runs of one script leave the same trace",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    context.no_args()?;
    let tools = setup::for_wasm_tests()?;
    let native = Cmd::new("cargo")
        .args(["run", "--quiet", "-p", "determinism"])
        .read()?
        + "\n";
    let path = project::target().join("xtask/native-trace.txt");
    fs::create_dir_all(project::target().join("xtask"))?;
    fs::write(&path, &native).with_context(|| format!("cannot write {}", path.display()))?;
    println!("the native run is {} lines", native.lines().count());
    let runner = cargo_tools::bin(&versions::WASM_BINDGEN).join("wasm-bindgen-test-runner");
    tools
        .wasm
        .cargo()
        .args([
            "test",
            "-p",
            "determinism",
            "--test",
            "wasm",
            "--target",
            WASM_TARGET,
        ])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("DETERMINISM_NATIVE", path)
        .run()
}
