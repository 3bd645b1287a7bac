//! The fall-back for places where Rust's download site cannot be reached: Debian's compiler and library source.
//!
//! `rustc-web` puts a current rustc under `/usr`, `rust-web-src` the standard library's source of the same release, with
//! its vendored crates. A library of one release does not build with the compiler of another, so the pair is used
//! together: std is built once for wasm and installed where that rustc looks for it. rustup's `rust-lld` is the linker,
//! as Debian's rustc brings none.
//!
//! The library must carry LLVM bitcode (`-Cembed-bitcode=yes`), or each later build with `lto = true` fails with "Can't
//! find section .llvmbc".

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{announce, system, wasm};
use crate::process::Cmd;
use crate::project;
use crate::versions::WASM_TARGET;

/// Where Debian's compiler lives.
pub(super) const PREFIX: &str = "/usr";

const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const LINKER_DIR: &str = "/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin";

/// Is std of the installed compiler's version in place?
pub(super) fn is_ready() -> bool {
    let Ok(version) = rustc_version() else {
        return false;
    };
    fs::read_to_string(stamp()).is_ok_and(|made_by| made_by == version)
        && Path::new(LINKER_DIR).join("rust-lld").exists()
}

/// Installs compiler and library.
pub(super) fn ensure() -> Result<()> {
    if is_ready() {
        return Ok(());
    }
    let source = Path::new("/usr/lib/rustlib/src/rust/library/std");
    if rustc_version().is_err() || !Path::new("/usr/bin/cargo").exists() || !source.exists() {
        system::apt_install(
            &PACKAGES,
            "a compiler for wasm and its library's source",
            "1 to 3 minutes",
        )?;
    }
    link_linker()?;
    let built = build_std()?;
    install(&built)?;
    // What was compiled against the previous std can no longer be used (E0463).
    let stale = project::wasm_target();
    if stale.exists() {
        fs::remove_dir_all(&stale).with_context(|| format!("cannot remove {}", stale.display()))?;
    }
    Ok(())
}

fn rustc_version() -> Result<String> {
    Cmd::new("/usr/bin/rustc").arg("--version").read()
}

/// Written last, into the library's folder: the version of the compiler that built it.
fn stamp() -> PathBuf {
    wasm::target_lib(Path::new(PREFIX)).join("built-by")
}

fn rust_lld() -> Result<PathBuf> {
    let sysroot = Cmd::new("rustc").args(["--print", "sysroot"]).read()?;
    let lld = Path::new(&sysroot).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    anyhow::ensure!(
        lld.exists(),
        "{} is missing; a rustup toolchain for x86_64 Linux has it: https://rustup.rs",
        lld.display()
    );
    Ok(lld)
}

fn link_linker() -> Result<()> {
    let link = Path::new(LINKER_DIR).join("rust-lld");
    if link.exists() {
        return Ok(());
    }
    let lld = rust_lld()?;
    let why = "link rustup's linker beside Debian's compiler";
    system::as_root(&["mkdir", "-p", LINKER_DIR], why)?;
    system::as_root(
        &[
            "ln",
            "-sfn",
            &lld.to_string_lossy(),
            &link.to_string_lossy(),
        ],
        why,
    )
}

/// Compiles std for wasm through a crate that does nothing, and returns the folder of its libraries.
fn build_std() -> Result<PathBuf> {
    announce(
        &format!("build Rust's standard library for {WASM_TARGET}"),
        "about a minute",
    );
    let scratch = project::tools().join("std-for-wasm");
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[package]\nname = \"scratch\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    fs::write(scratch.join("src/lib.rs"), "")?;
    Cmd::new("/usr/bin/cargo")
        .dir(&scratch)
        .args(["build", "--release", "--target", WASM_TARGET])
        .arg("-Zbuild-std=std,panic_abort,panic_unwind,test")
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", rust_lld()?)
        .hint("Are rustc-web, cargo-web and rust-web-src of one version? `apt-get install` them again.")
        .run()?;
    Ok(scratch
        .join("target")
        .join(WASM_TARGET)
        .join("release/deps"))
}

fn install(built: &Path) -> Result<()> {
    let why = "install the standard library for wasm";
    let lib = wasm::target_lib(Path::new(PREFIX));
    let lib_text = lib.to_string_lossy().into_owned();
    system::as_root(&["rm", "-rf", &lib_text], why)?;
    system::as_root(&["mkdir", "-p", &lib_text], why)?;
    let mut copy = vec!["cp".to_string()];
    for entry in built.read_dir()? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name.ends_with(".rlib") && !name.starts_with("libscratch-") {
            copy.push(path.to_string_lossy().into_owned());
        }
    }
    copy.push(lib_text);
    let copy: Vec<&str> = copy.iter().map(String::as_str).collect();
    system::as_root(&copy, why)?;
    let made_by = built.join("built-by");
    fs::write(&made_by, rustc_version()?)?;
    system::as_root(
        &["cp", &made_by.to_string_lossy(), &stamp().to_string_lossy()],
        why,
    )?;
    // A few hundred megabytes that nothing needs any more.
    let _ = fs::remove_dir_all(project::tools().join("std-for-wasm"));
    Ok(())
}
