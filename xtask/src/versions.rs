//! The one place where tools that are not in `Cargo.toml` or `package.json` have their versions pinned.
//!
//! `WASM_BINDGEN` must equal the `wasm-bindgen` crate's version in the workspace's `Cargo.toml`, because the command
//! refuses a module that another version's macro made; a unit test below compares the two. Node packages are pinned by
//! `package.json` and its lock file, crates by `Cargo.lock`.

/// A program that `cargo install` builds from crates.io.
#[derive(Debug)]
pub(crate) struct CargoTool {
    /// Name of the crate.
    pub(crate) krate: &'static str,
    /// Programs that it must put into its `bin` folder.
    pub(crate) programs: &'static [&'static str],
    /// Exact version.
    pub(crate) version: &'static str,
    /// Further arguments for `cargo install`.
    pub(crate) args: &'static [&'static str],
    /// How far it is optimised: a fresh machine waits less, and the tool has little to compute.
    pub(crate) opt_level: &'static str,
    /// What to tell someone who waits for it.
    pub(crate) takes: &'static str,
}

/// Turns a compiled module into one that a browser loads, and runs `wasm-bindgen-test` tests.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    krate: "wasm-bindgen-cli",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    version: "0.2.130",
    args: &[],
    opt_level: "1",
    takes: "2 to 6 minutes",
};

/// Builds the page from `index.html`. 0.22 needs a newer compiler than Rust 1.95.
pub(crate) const TRUNK: CargoTool = CargoTool {
    krate: "trunk",
    programs: &["trunk"],
    version: "0.21.14",
    // Without its default features it cannot download tools or look for updates of itself, which we never want.
    args: &["--locked", "--no-default-features"],
    opt_level: "0",
    takes: "3 to 6 minutes",
};

/// The real kubectl, as a Python package. Its patch version need not be the one that we are.
pub(crate) const KUBECTL: &str = "1.36.4";

/// The compilation target of everything that runs in the page.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Node.js that the npm packages in use run on.
pub(crate) const NODE_MIN_MAJOR: u32 = 18;

/// The oldest Chromium that the tests are known to pass on.
pub(crate) const CHROMIUM_MIN_MAJOR: u32 = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgen_crate_and_command_are_of_one_version() {
        let manifest = include_str!("../../Cargo.toml");
        let pin = format!("\"={}\"", WASM_BINDGEN.version);
        let line = manifest
            .lines()
            .find(|line| line.starts_with("wasm-bindgen ="))
            .expect("wasm-bindgen in [workspace.dependencies]");
        assert!(line.contains(&pin), "{line} should pin {pin}");
    }
}
