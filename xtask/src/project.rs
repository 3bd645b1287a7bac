//! Where things are: the project's root, ignored output folders in it, and the tools' folder outside it.

use std::path::{Path, PathBuf};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    // Compiled in, and right for as long as the checkout is not moved without a rebuild; cargo says where we are when
    // it runs us, and that is preferred.
    let manifest_dir =
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    let manifest_dir = PathBuf::from(manifest_dir);
    if manifest_dir.join("src/versions.rs").exists() {
        manifest_dir
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or(manifest_dir)
    } else {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default()
    }
}

/// A path below the root, given with forward slashes.
pub(crate) fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Cargo's output folder of native builds, and of everything else that is thrown away with it.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => path("target"),
    }
}

/// Cargo's output folder of wasm builds. Apart from the native one, as the compiler may be another: sharing a folder
/// would rebuild everything at each change of sides.
pub(crate) fn wasm_target() -> PathBuf {
    target().join("wasm")
}

/// The finished static site.
pub(crate) fn dist() -> PathBuf {
    path("dist")
}

/// Where tools are installed, outside the tree, so that a fresh clone and a second one share them.
pub(crate) fn tools() -> PathBuf {
    if let Some(dir) = std::env::var_os("TABERNETES_TOOLS") {
        return PathBuf::from(dir);
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    cache.join("tabernetes").join("tools")
}

/// Is this an unattended run?
pub(crate) fn ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value != "false" && !value.is_empty())
}
