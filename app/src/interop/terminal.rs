//! xterm.js, as far as the page uses it. The bundle is `app/js/terminal.js`.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, KeyboardEvent};

use super::media;
use super::module::{self, LoadError};

#[wasm_bindgen]
extern "C" {
    type Bundle;

    #[wasm_bindgen(method)]
    fn create(this: &Bundle, place: &HtmlElement, label: &str) -> XTerm;

    /// The bundle's handle of a terminal.
    type XTerm;

    #[wasm_bindgen(method)]
    fn write(this: &XTerm, data: &Uint8Array, drawn: &JsValue);
    #[wasm_bindgen(method)]
    fn fit(this: &XTerm) -> Vec<u32>;
    #[wasm_bindgen(method)]
    fn theme(this: &XTerm);
    #[wasm_bindgen(method)]
    fn focus(this: &XTerm);
    #[wasm_bindgen(method)]
    fn reset(this: &XTerm);
    #[wasm_bindgen(method)]
    fn complete(this: &XTerm) -> js_sys::Promise;
    #[wasm_bindgen(method, js_name = onData)]
    fn on_data(this: &XTerm, heard: &Closure<dyn FnMut(String)>);
    #[wasm_bindgen(method, js_name = onKey)]
    fn on_key(this: &XTerm, decide: &Closure<dyn FnMut(KeyboardEvent) -> bool>);
    #[wasm_bindgen(method, js_name = onResize)]
    fn on_resize(this: &XTerm, heard: &Closure<dyn FnMut(u32, u32)>);
    #[wasm_bindgen(method)]
    fn text(this: &XTerm) -> String;
}

/// A terminal on the page.
pub struct Terminal {
    xterm: XTerm,
}

impl Terminal {
    /// Loads xterm.js and puts a terminal into `place`, with `label` as its name for assistive technology.
    pub async fn open(place: &HtmlElement, label: &str) -> Result<Terminal, LoadError> {
        let bundle: Bundle = module::import("terminal").await?;
        Ok(Terminal {
            xterm: bundle.create(place, label),
        })
    }

    /// Writes bytes, and calls `drawn` once they are on the screen.
    pub fn write(&self, bytes: &[u8], drawn: Option<Box<dyn FnOnce()>>) {
        let drawn = drawn.map_or(JsValue::UNDEFINED, Closure::once_into_js);
        // A copy: xterm.js keeps what it is given until it draws.
        self.xterm.write(&Uint8Array::from(bytes), &drawn);
    }

    /// Fits the grid to the place it has; columns and rows.
    pub fn fit(&self) -> (u16, u16) {
        let size = self.xterm.fit();
        let side = |i: usize| {
            size.get(i)
                .and_then(|n| u16::try_from(*n).ok())
                .unwrap_or(0)
        };
        (side(0), side(1))
    }

    /// Reads the colours from the style sheet again.
    pub fn theme(&self) {
        self.xterm.theme();
    }

    /// Puts the keyboard's focus into it.
    pub fn focus(&self) {
        self.xterm.focus();
    }

    /// Puts the keyboard's focus into it, if that takes it from nobody and opens no keyboard on a touch screen.
    pub fn focus_if_nothing_has_it(&self) {
        let document = web_sys::window().and_then(|window| window.document());
        let focused = document.and_then(|document| document.active_element());
        let free = focused.is_none_or(|element| element.tag_name() == "BODY");
        if free && !media::matches(media::TOUCH) {
            self.focus();
        }
    }

    /// Fetches what the first prompt did not need: links, and the widths of newer characters. Without them the
    /// terminal works all the same.
    pub fn complete(&self) {
        let fetched = JsFuture::from(self.xterm.complete());
        spawn_local(async move {
            let _ = fetched.await;
        });
    }

    /// Clears everything, the scrolled-away lines too.
    pub fn reset(&self) {
        self.xterm.reset();
    }

    /// Calls `heard` with what is typed or pasted, as long as the page lives.
    pub fn on_data(&self, heard: impl FnMut(String) + 'static) {
        let heard = Closure::new(heard);
        self.xterm.on_data(&heard);
        heard.forget();
    }

    /// Asks `decide` before a key reaches the terminal; `false` keeps it away.
    pub fn on_key(&self, decide: impl FnMut(KeyboardEvent) -> bool + 'static) {
        let decide = Closure::new(decide);
        self.xterm.on_key(&decide);
        decide.forget();
    }

    /// Calls `heard` with columns and rows when they change.
    pub fn on_resize(&self, mut heard: impl FnMut(u16, u16) + 'static) {
        let side = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
        let heard = Closure::new(move |columns, rows| heard(side(columns), side(rows)));
        self.xterm.on_resize(&heard);
        heard.forget();
    }

    /// All the text in it, trailing blanks cut: for tests.
    pub fn text(&self) -> String {
        self.xterm.text()
    }
}
