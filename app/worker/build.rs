//! Has the linker leave in the worker's module where its data lies and what refers to it: `cargo xtask build` cuts the
//! module in two by it (`xtask/src/build/split/data.rs`), and leaves it out of what a browser fetches.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("TARGET").is_ok_and(|target| target.starts_with("wasm32"))
        && std::env::var("PROFILE").is_ok_and(|profile| profile == "release")
    {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
