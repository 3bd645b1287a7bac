//! The page: what its first view is made of, and the rest.
//!
//! What is late is said in the code: the functions of the module `app::late`, and all that only they need. A rehearsal
//! as for the engine would have to be played in a browser; and on the page's own thread nothing can be fetched
//! synchronously, so nothing may be missed. `reach.rs` sees to that.
//!
//! Both halves are then made smaller by wasm-opt, which may not see the module before: it would inline over the cut.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::data::Data;
use super::linker::Linked;
use super::module::Module;
use super::reach::Graph;
use super::{cut, linked, optimise};

/// The page's module as wasm-bindgen leaves it.
const MODULE: &str = "app_bg.wasm";

/// The second module, as `app/boot.js` names it.
pub(super) const REST: &str = "app_rest.wasm";

/// What a function calls that is not there yet; `app::late` exports it.
const LOAD: &str = "load_late_now";

/// Where the second half begins.
const LATE: &str = "app::late::";

/// How wasm-opt treats it.
const SMALLEST: &str = "-Oz";

/// Cuts the page's module in a freshly built site, and makes it smaller in any case.
pub(super) fn apply(staging: &Path) -> Result<()> {
    let path = staging.join(MODULE);
    let whole = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let halves = halves(&whole);
    let first = halves.as_ref().map_or(&whole, |(first, _)| first);
    optimise(first, SMALLEST, &path)?;
    let (_, second) = halves?;
    optimise(&second, SMALLEST, &staging.join(REST))
}

fn halves(whole: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let module = Module::parse(whole).context("the page's module is not understood")?;
    let load = module
        .exported(LOAD)
        .with_context(|| format!("the module exports no function {LOAD}"))?;
    let program = linked("wasm", "app")?;
    let linked = Linked::read(&program)?;
    let early = Graph::of(&linked, &program)?.early(&module, whole, is_late)?;
    let late = Data::of(&linked).late(&module, &early)?;
    let (first, second) = cut::cut(&module, &early, load, &late)?;
    println!(
        "build: {} of the page's {} functions are needed for its first view: {} KiB of {} KiB",
        early.len(),
        module.bodies.len(),
        first.len() / 1024,
        (first.len() + second.len()) / 1024,
    );
    Ok((first, second))
}

fn is_late(mangled: &str) -> bool {
    format!("{:#}", rustc_demangle::demangle(mangled)).starts_with(LATE)
}
