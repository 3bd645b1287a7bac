//! Prints the native run, for `cargo xtask test determinism` to compile into the wasm side.

fn main() {
    print!("{}", determinism::run(determinism::SEED));
}
