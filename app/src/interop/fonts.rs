//! The page's own fonts. Until they are there the system's are shown, so nothing waits for them.
//!
//! On a first visit they are fetched after the first prompt; later the browser has them, and they are asked for at
//! once, so that the page does not change its face before a person's eyes.

use wasm_bindgen::prelude::*;

use super::{assets, remember};

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = addSheet)]
    fn add_sheet(url: &str);
}

const FETCHED: &str = "fonts";

/// Loads them now if that costs nothing.
pub fn load_if_cached() {
    if remember::get(FETCHED).is_some() {
        load();
    }
}

/// Loads them. A second call does nothing.
pub fn load() {
    if let Some(url) = assets::url("fonts") {
        add_sheet(&url);
        remember::set(FETCHED, "1");
    }
}
