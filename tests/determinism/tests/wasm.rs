//! The wasm side: the same run must give the text of the native one, which is compiled in.
//!
//! Run by `cargo xtask test determinism`, which says in `DETERMINISM_NATIVE` where the text is.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn wasm_leaves_the_native_trace() {
    let native = include_str!(env!("DETERMINISM_NATIVE"));
    let wasm = determinism::run(determinism::SEED);
    if let Some(difference) = determinism::first_difference(native, &wasm) {
        panic!("{difference}");
    }
}
