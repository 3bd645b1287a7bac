//! Set-up: what a fresh machine lacks is installed, pinned and outside the tree, and found again the next time.
//!
//! Every step first looks whether its work is done (a matter of milliseconds), then says what it is about to do and how
//! long that may take, then does it. A step that fails says what to do by hand. A room for each thing installed:
//!
//! ```text
//!   wasm.rs ── rustup's target, or else ── debian.rs (Debian's compiler, std built once)
//!   cargo_tools.rs (wasm-bindgen, trunk)   node.rs (Node.js, npm packages)   chromium.rs (browser and its driver)
//!   kubectl.rs (the real kubectl)
//!        └──────────────────────── system.rs (apt, root) ────────────────────────┘
//! ```

use anyhow::Result;

pub(crate) mod cargo_tools;
pub(crate) mod chromium;
mod debian;
mod kubectl;
pub(crate) mod node;
mod system;
pub(crate) mod wasm;

use crate::versions;
pub(crate) use chromium::{Browser, FLAGS as CHROMIUM_FLAGS};
pub(crate) use kubectl::ensure as for_serve;
pub(crate) use wasm::WasmToolchain;

/// Everything that building the page needs.
pub(crate) struct BuildTools {
    /// The compiler that has the wasm target.
    pub(crate) wasm: WasmToolchain,
}

/// Installs what building the page needs.
pub(crate) fn for_build() -> Result<BuildTools> {
    let wasm = wasm::ensure()?;
    cargo_tools::ensure(&versions::WASM_BINDGEN)?;
    cargo_tools::ensure(&versions::TRUNK)?;
    node::ensure_packages()?;
    Ok(BuildTools { wasm })
}

/// Installs what running compiled wasm tests needs: a compiler and a runner, in Node.js or a browser.
pub(crate) fn for_wasm_tests() -> Result<BuildTools> {
    let wasm = wasm::ensure()?;
    cargo_tools::ensure(&versions::WASM_BINDGEN)?;
    node::ensure_packages()?;
    Ok(BuildTools { wasm })
}

/// Installs what tests in a browser need, beyond building.
pub(crate) fn for_browser() -> Result<Browser> {
    node::ensure_packages()?;
    chromium::ensure()
}

/// Installs everything, and says so.
pub(crate) fn all() -> Result<()> {
    for_build()?;
    for_browser()?;
    for_serve()?;
    println!("everything is installed");
    Ok(())
}

/// Announces a step that takes a while.
fn announce(what: &str, takes: &str) {
    println!("set-up: {what} ({takes})");
}
