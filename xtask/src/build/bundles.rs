//! What comes from npm, bundled by esbuild: xterm.js, Monaco, the style sheet with its fonts. No CDN, no loader.
//!
//! Each bundle is one file that imports no other, so that it is fetched in one request and only when it is wanted.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Cmd;
use crate::project;
use crate::setup::node;

/// Entry points, each of which becomes a bundle of its name.
const ENTRIES: [&str; 7] = [
    "app/js/terminal.js",
    "app/js/terminal.extras.js",
    "app/js/editor.js",
    "app/js/editor.worker.js",
    "app/style/main.css",
    "app/style/fonts.css",
    "app/style/late.css",
];

/// The browsers' level of JavaScript and CSS that bundles are written in.
const TARGET: &str = "--target=chrome111,firefox114,safari16.4";

/// Where the bundles go; ignored by git, copied to `dist/assets` by Trunk.
pub(super) fn out_dir() -> PathBuf {
    project::path("app/vendor-dist")
}

/// Makes all bundles, from nothing: it takes a second.
pub(super) fn make() -> Result<()> {
    let out = out_dir();
    let _ = fs::remove_dir_all(&out);
    esbuild()
        .args(ENTRIES)
        .args(["--bundle", "--minify", "--format=esm", TARGET])
        .arg(format!("--outdir={}", out.display()))
        .args(["--entry-names=[name]", "--asset-names=fonts/[name]-[hash]"])
        .args(["--loader:.woff2=file", "--loader:.ttf=file"])
        // A bundle that another one fetches later.
        .arg("--external:./terminal.extras.js")
        // Licences travel in one file beside the bundles.
        .args(["--legal-comments=none", "--log-level=warning"])
        .run()?;
    licences(&out.join("LICENSES.txt"))
}

/// Shortens what wasm-bindgen wrote; Trunk's own minifier is switched off, as it has broken valid code before.
pub(super) fn minify_glue(staging: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(staging)? {
        let path = entry?.path();
        // The service worker's list of files is still to be written, see `revision.rs`.
        let is_service_worker = path.file_name().is_some_and(|name| name == "sw.js");
        if path.extension().is_some_and(|extension| extension == "js") && !is_service_worker {
            files.push(path);
        }
    }
    files.sort();
    esbuild()
        .args(&files)
        .args(["--minify", "--format=esm", TARGET, "--allow-overwrite"])
        .args(["--log-level=warning", "--legal-comments=none"])
        .arg(format!("--outdir={}", staging.display()))
        .run()
}

fn esbuild() -> Cmd {
    Cmd::new(node::bin().join("esbuild")).hint("`cargo xtask setup` installs esbuild.")
}

/// The licences of everything that is bundled, as each of them asks.
fn licences(out: &Path) -> Result<()> {
    let manifest = fs::read_to_string(project::path("package.json"))?;
    let manifest: serde_json::Value =
        serde_json::from_str(&manifest).context("package.json is not JSON")?;
    let mut text = String::from("This site contains the following software.\n");
    let names = manifest["dependencies"].as_object();
    for name in names.into_iter().flat_map(|map| map.keys()) {
        let folder = project::path("node_modules").join(name);
        let licence = ["LICENSE", "LICENSE.md", "LICENSE.txt", "License.txt"]
            .iter()
            .find_map(|file| fs::read_to_string(folder.join(file)).ok())
            .with_context(|| format!("the npm package {name} has no licence file"))?;
        text.push_str(&format!("\n---- {name} ----\n\n{}\n", licence.trim()));
    }
    fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))
}
