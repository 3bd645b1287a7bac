//! The second half of the page's own module, see `app::late`.

use wasm_bindgen::prelude::*;

use super::assets;

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    /// Calls `done` without a reason when the second half and its style sheet are there, with one each time it fails.
    #[wasm_bindgen(js_name = loadLate)]
    fn load_late(exports: &JsValue, sheet: Option<String>, done: &JsValue);
}

/// Loads it. `done` is told why it takes longer, and at last that it is there.
pub fn load(done: impl Fn(Result<(), String>) + 'static) {
    let heard = Closure::<dyn Fn(JsValue)>::new(move |reason: JsValue| {
        done(reason.as_string().map_or(Ok(()), Err));
    });
    load_late(
        &wasm_bindgen::exports(),
        assets::url("late"),
        heard.as_ref(),
    );
    // Once for the page's life.
    heard.forget();
}

/// What a function of the second half calls while it is not there. The page asks for none of them before, so this is
/// never called; it is what the cut of the module holds on to.
#[wasm_bindgen]
pub fn load_late_now() {
    wasm_bindgen::throw_str("this part of the page is not there yet");
}
