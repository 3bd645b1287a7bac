//! Clippy without a warning: natively for everything native, and for wasm for the page and the worker.
//!
//! The worker takes in the whole engine, so this also shows that every engine crate compiles for wasm.

use anyhow::Result;

use super::{Context, Suite, never_absent};
use crate::setup;
use crate::versions::WASM_TARGET;

/// `cargo clippy -D warnings`.
pub(super) const SUITE: Suite = Suite {
    name: "clippy",
    about: "no warning, natively and for wasm",
    absent: never_absent,
    run,
};

/// Packages that only run in a browser.
pub(super) const WASM_ONLY: [&str; 2] = ["app", "worker"];

fn run(context: &Context) -> Result<()> {
    context.no_args()?;
    let mut native = context
        .cargo()
        .args(["clippy", "--quiet", "--workspace", "--all-targets"]);
    for package in WASM_ONLY {
        native = native.args(["--exclude", package]);
    }
    native.args(["--", "-D", "warnings"]).run()?;

    let toolchain = setup::wasm::ensure()?;
    let has_clippy = toolchain
        .cargo()
        .args(["clippy", "--version"])
        .read()
        .is_ok();
    let mut wasm = if has_clippy {
        toolchain
            .cargo()
            .args(["clippy", "--quiet", "--target", WASM_TARGET])
    } else {
        // Debian's compiler comes without clippy: look at the same code natively, where it compiles too.
        println!("the wasm toolchain has no clippy, so the page is looked at as native code");
        context.cargo().args(["clippy", "--quiet"])
    };
    for package in WASM_ONLY {
        wasm = wasm.args(["-p", package]);
    }
    wasm.args(["--all-targets", "--", "-D", "warnings"]).run()
}
