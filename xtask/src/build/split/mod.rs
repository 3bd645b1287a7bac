//! Cuts modules in two: what a visitor fetches before the first prompt, and the rest.
//!
//! ```text
//!   engine.rs   the worker's module, by what a rehearsal of its start calls
//!   page.rs     the page's module, by what its code says: `app::late` is where the second half begins
//!   cut.rs      one module becomes two that share memory, tables and globals
//!   linker.rs   what the linker tells: pieces of data, and what refers to what; no browser is sent that
//!   reach.rs    which functions the first one needs, by what refers to what
//!   data.rs     which data the first one can do without
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Cmd;
use crate::project;
use crate::setup::node;

mod cut;
mod data;
mod emit;
mod engine;
mod instrument;
mod linker;
mod module;
mod page;
mod reach;

/// What rustc lets the modules use.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Cuts the modules of a freshly built site. What cannot be cut stays in one piece, which works, too; that it is too
/// large is then found by the test of sizes.
pub(super) fn apply(staging: &Path) -> Result<()> {
    if let Err(error) = engine::apply(staging) {
        println!("build: the engine stays in one piece: {error:#}");
        write(&staging.join(engine::REST), &emit::HEADER)?;
    }
    if let Err(error) = page::apply(staging) {
        println!("build: the page stays in one piece: {error:#}");
        write(&staging.join(page::REST), &emit::HEADER)?;
    }
    Ok(())
}

/// Puts empty second modules beside what is not cut, for builds that are not for release.
pub(super) fn leave_whole(staging: &Path) -> Result<()> {
    write(&staging.join(engine::REST), &emit::HEADER)?;
    write(&staging.join(page::REST), &emit::HEADER)
}

/// A program as the linker left it, in the target folder that Trunk's hooks see. The profiles are `app/index.html`'s.
fn linked(profile: &str, program: &str) -> Result<Vec<u8>> {
    let path = format!("wasm32-unknown-unknown/{profile}/{program}.wasm");
    let path = project::target().join(path);
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The folder for files in between.
fn scratch() -> Result<PathBuf> {
    let folder = project::target().join("xtask/split");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Has wasm-opt write `module` to `to`, at the given level.
fn optimise(module: &[u8], level: &str, to: &Path) -> Result<()> {
    let before = scratch()?.join("before.wasm");
    write(&before, module)?;
    Cmd::new(node::bin().join("wasm-opt"))
        .arg(level)
        .args(FEATURES)
        .arg(before.display().to_string())
        .args(["-o", &to.display().to_string()])
        .hint("`cargo xtask setup` installs wasm-opt.")
        .run()
}
