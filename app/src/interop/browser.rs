//! Small doors to the browser: markup into an element, the address's parts, a service worker, a file from disk.

use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = fill)]
    fn fill_js(place: &Element, html: &str);
    #[wasm_bindgen(js_name = reveal)]
    fn reveal_js(selector: &str);
    #[wasm_bindgen(js_name = query)]
    fn query_js(name: &str) -> Option<String>;
    #[wasm_bindgen(js_name = fragment)]
    fn fragment_js() -> String;
    #[wasm_bindgen(js_name = setFragment)]
    fn set_fragment_js(text: &str);
    #[wasm_bindgen(js_name = onFragment)]
    fn on_fragment_js(heard: &Closure<dyn Fn()>);
    #[wasm_bindgen(js_name = keepOffline)]
    fn keep_offline_js();
    #[wasm_bindgen(js_name = pickFiles)]
    async fn pick_files_js(folder: bool) -> JsValue;
}

/// Replaces what is in an element by markup, unless it is the same as before.
pub fn fill(place: &Element, html: &str) {
    fill_js(place, html);
}

/// Whether nobody sees the page: it is behind another tab.
pub fn is_hidden() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.hidden())
}

/// Scrolls the first element of this selector to the top of what scrolls around it.
pub fn reveal(selector: &str) {
    reveal_js(selector);
}

/// The value of this name in the address's query.
pub fn query(name: &str) -> Option<String> {
    query_js(name)
}

/// What comes after `#` in the address.
pub fn fragment() -> String {
    fragment_js()
}

/// Changes what comes after `#`, without a step in the browser's history.
pub fn set_fragment(text: &str) {
    set_fragment_js(text);
}

/// Calls `heard` when a person or a link changes what comes after `#`.
pub fn on_fragment(heard: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn()>::new(heard);
    on_fragment_js(&heard);
    heard.forget();
}

/// Keeps the site for times without a network, by its service worker.
pub fn keep_offline() {
    keep_offline_js();
}

/// Asks the person for files, or for a folder, and reads them: each text by its path, without it what is no text, or too
/// large. Empty when nothing was chosen.
pub async fn pick_files(folder: bool) -> Vec<(String, Option<String>)> {
    let rows: js_sys::Array = pick_files_js(folder).await.unchecked_into();
    let row = |row: JsValue| {
        let row: js_sys::Array = row.dyn_into().ok()?;
        Some((row.get(0).as_string()?, row.get(1).as_string()))
    };
    rows.iter().filter_map(row).collect()
}
