//! Which tab keeps the cluster: the first one open, by the browser's Web Locks.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    async fn hold(name: &str) -> JsValue;
}

/// Takes the lock of this name until the page ends; false when another tab has it.
pub async fn take(name: &str) -> bool {
    hold(name).await.is_truthy()
}
