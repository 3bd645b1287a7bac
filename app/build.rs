//! Has the linker leave in the page's module what refers to what: `cargo xtask build` cuts the module in two by it
//! (`xtask/src/build/split/reach.rs`), and leaves it out of what a browser fetches.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("TARGET").is_ok_and(|target| target.starts_with("wasm32"))
        && std::env::var("PROFILE").is_ok_and(|profile| profile == "release")
    {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
