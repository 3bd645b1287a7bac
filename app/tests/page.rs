//! The page's components in a real browser. Run by `cargo xtask test wasm`.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// An empty element on the test's page, to mount a component into.
fn place() -> web_sys::HtmlElement {
    let document = web_sys::window()
        .and_then(|window| window.document())
        .expect("a document");
    let element = document.create_element("div").expect("a div");
    let body = document.body().expect("a body");
    body.append_child(&element).expect("appended");
    element.dyn_into().expect("an HTML element")
}

#[wasm_bindgen_test]
fn the_page_mounts_without_its_engine() {
    let place = place();
    let _mounted = leptos::mount::mount_to(place.clone(), app::Page);
    let text = place.text_content().unwrap_or_default();
    assert!(text.contains("Tabernetes"), "{text}");
}
