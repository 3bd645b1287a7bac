//! The compiler for `wasm32-unknown-unknown`: the toolchain in use if it has, or can get, that target; else Debian's.
//!
//! There is no `rust-toolchain.toml`: rustup would try to download what it names, and this project builds on any recent
//! stable. `TABERNETES_WASM_TOOLCHAIN` overrides the choice: `debian` takes the fall-back, any other value names a
//! rustup toolchain that is to be used as it is.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{announce, debian};
use crate::process::{Cmd, which};
use crate::project;
use crate::versions::WASM_TARGET;

/// Name under which the fall-back's compiler is linked in rustup.
const DEBIAN: &str = "debian";

/// The toolchain that compiles for wasm.
#[derive(Clone, Debug)]
pub(crate) struct WasmToolchain {
    /// rustup's name of it, or `None` for the one that runs us.
    name: Option<String>,
}

impl WasmToolchain {
    /// `cargo` of this toolchain, with the wasm builds' own output folder.
    pub(crate) fn cargo(&self) -> Cmd {
        self.apply(Cmd::new("cargo"))
    }

    /// Makes a command, and what it starts, compile with this toolchain.
    pub(crate) fn apply(&self, cmd: Cmd) -> Cmd {
        let cmd = cmd.env("CARGO_TARGET_DIR", project::wasm_target());
        match &self.name {
            // `cargo run` has set RUSTC and friends to the outer toolchain's only by way of RUSTUP_TOOLCHAIN.
            Some(name) => cmd.env("RUSTUP_TOOLCHAIN", name),
            None => cmd,
        }
    }

    /// Compiler and version, to notice a change of compilers.
    pub(crate) fn describe(&self) -> Result<String> {
        self.apply(Cmd::new("rustc")).arg("--version").read()
    }
}

/// Finds or installs the wasm target.
pub(crate) fn ensure() -> Result<WasmToolchain> {
    match std::env::var("TABERNETES_WASM_TOOLCHAIN").ok().as_deref() {
        Some(DEBIAN) => return fall_back(),
        Some(name) if !name.is_empty() => {
            return Ok(WasmToolchain {
                name: Some(name.to_string()),
            });
        }
        _ => {}
    }
    let sysroot = sysroot()?;
    if has_target(&sysroot) {
        return Ok(WasmToolchain { name: None });
    }
    if debian::is_ready() && rustup_knows_debian() {
        return Ok(debian_toolchain());
    }
    if which("rustup").is_some() {
        announce(
            &format!("rustup target add {WASM_TARGET}"),
            "under a minute",
        );
        let added = Cmd::new("rustup")
            .args(["target", "add", WASM_TARGET])
            .env("RUSTUP_MAX_RETRIES", "1")
            .run();
        match added {
            Ok(()) if has_target(&sysroot) => return Ok(WasmToolchain { name: None }),
            Ok(()) => println!(
                "set-up: rustup added the target to another toolchain than {}",
                sysroot.display()
            ),
            Err(_) => println!(
                "set-up: rustup cannot download the target here; taking Debian's compiler instead"
            ),
        }
    }
    fall_back()
}

fn fall_back() -> Result<WasmToolchain> {
    debian::ensure().with_context(|| {
        format!(
            "no compiler for {WASM_TARGET}.\n\
             Where Rust's download site can be reached, `rustup target add {WASM_TARGET}` is all that is needed."
        )
    })?;
    if !rustup_knows_debian() {
        announce("rustup toolchain link debian /usr", "a moment");
        Cmd::new("rustup")
            .args(["toolchain", "link", DEBIAN, debian::PREFIX])
            .hint("rustup is needed to switch between compilers: https://rustup.rs")
            .run()?;
    }
    Ok(debian_toolchain())
}

fn debian_toolchain() -> WasmToolchain {
    WasmToolchain {
        name: Some(DEBIAN.to_string()),
    }
}

fn rustup_knows_debian() -> bool {
    Cmd::new("rustup")
        .args(["toolchain", "list"])
        .read()
        .is_ok_and(|list| {
            list.lines()
                .any(|line| line.split(' ').next() == Some(DEBIAN))
        })
}

fn sysroot() -> Result<PathBuf> {
    let path = Cmd::new("rustc")
        .args(["--print", "sysroot"])
        .hint("Rust is needed: https://rustup.rs")
        .read()?;
    Ok(PathBuf::from(path))
}

fn has_target(sysroot: &Path) -> bool {
    target_lib(sysroot).read_dir().is_ok_and(|dir| {
        dir.flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// Where a sysroot keeps the target's standard library.
pub(super) fn target_lib(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM_TARGET).join("lib")
}
