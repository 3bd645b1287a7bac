//! `cargo xtask build`: the static site in `dist/`, by Trunk, with two hooks of ours.
//!
//! ```text
//!   pre_build hook    bundles.rs   esbuild: app/js/*.js and app/style/main.css → app/vendor-dist/
//!   trunk                          cargo and wasm-bindgen for the page and for the engine's worker
//!   post_build hook   split/       their modules in two: until the first prompt, and the rest; wasm-opt for the page
//!                     revision.rs  every file named by its content, every mention of it rewritten
//!   lessons.rs        the lessons as files beside the page; at every build, so that a word costs no compiling
//! ```
//!
//! A build is skipped when nothing that goes into it has changed (`inputs.rs`). The site asks no other host for
//! anything, and all addresses in it are relative.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::Cmd;
use crate::setup::{self, BuildTools, cargo_tools, node};
use crate::{project, versions};

mod bundles;
mod inputs;
pub(crate) mod lessons;
mod revision;
mod split;

/// Builds `dist/` in release mode unless it is up to date.
pub(crate) fn run() -> Result<()> {
    let tools = setup::for_build()?;
    let stamp = project::target().join("xtask/dist.stamp");
    let inputs = inputs::digest(&tools)?;
    if project::dist().join("index.html").exists()
        && fs::read_to_string(&stamp).is_ok_and(|built_from| built_from == inputs)
    {
        println!("build: dist/ is up to date");
        return lessons::write(&project::dist());
    }
    println!("build: the page and its engine, for release (a minute or two; several from nothing)");
    let _ = fs::remove_file(&stamp);
    trunk(&tools)?;
    lessons::write(&project::dist())?;
    fs::create_dir_all(stamp.parent().unwrap_or(Path::new(".")))?;
    fs::write(&stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))
}

/// What Trunk's hooks call.
pub(crate) fn hook(args: &[String]) -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let release = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    match (args.first().map(String::as_str), staging) {
        (Some("pre-build"), _) => bundles::make(),
        (Some("post-build"), Some(staging)) => {
            if release {
                split::apply(&staging)?;
                bundles::minify_glue(&staging)?;
            } else {
                split::leave_whole(&staging)?;
            }
            revision::apply(&staging)?;
            lessons::write(&staging)
        }
        _ => bail!("`cargo xtask hook` is called by Trunk, see Trunk.toml"),
    }
}

fn trunk(tools: &BuildTools) -> Result<()> {
    // Trunk runs cargo offline, so that it cannot try to download tools either; what it needs is fetched before.
    tools
        .wasm
        .cargo()
        .args(["fetch", "--quiet", "--target", versions::WASM_TARGET])
        .run()?;
    // wasm-bindgen's output folder is shared by both modules and keeps snippets of older builds: start it afresh.
    let _ = fs::remove_dir_all(project::wasm_target().join("wasm-bindgen"));
    // copy-dir wants the folder before the first hook has made it.
    fs::create_dir_all(bundles::out_dir())?;
    let this_program = std::env::current_exe().context("cannot tell where xtask itself is")?;
    let trunk = cargo_tools::bin(&versions::TRUNK).join("trunk");
    let cmd = Cmd::new(trunk)
        .args(["build", "--release", "--offline"])
        .env("TABERNETES_XTASK", &this_program)
        // Trunk reads `NO_COLOR` as a boolean option of its own and refuses "1".
        .env("NO_COLOR", "true")
        .path([cargo_tools::bin(&versions::WASM_BINDGEN), node::bin()]);
    tools.wasm.apply(cmd).run()
}
