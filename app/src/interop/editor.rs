//! Monaco, as far as the page uses it. The bundle is `app/js/editor.js`; it is loaded when the first file is opened.

use view::{Diagnostic, Severity};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::module::{self, LoadError, message};

#[wasm_bindgen]
extern "C" {
    type Bundle;

    #[wasm_bindgen(method, catch)]
    async fn create(this: &Bundle, place: &HtmlElement, label: &str) -> Result<JsValue, JsValue>;

    /// The bundle's handle of an editor.
    type Monaco;

    #[wasm_bindgen(method, js_name = onChange)]
    fn on_change(this: &Monaco, heard: &Closure<dyn FnMut(String, String)>);
    #[wasm_bindgen(method, js_name = onSave)]
    fn on_save(this: &Monaco, heard: &Closure<dyn FnMut()>);
    #[wasm_bindgen(method, js_name = onApply)]
    fn on_apply(this: &Monaco, heard: &Closure<dyn FnMut()>);
    #[wasm_bindgen(method)]
    fn show(this: &Monaco, path: &str, text: &str);
    #[wasm_bindgen(method)]
    fn replace(this: &Monaco, path: &str, text: &str);
    #[wasm_bindgen(method)]
    fn text(this: &Monaco, path: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    fn close(this: &Monaco, path: &str);
    #[wasm_bindgen(method)]
    fn mark(this: &Monaco, path: &str, places: Vec<u32>, messages: Vec<String>);
    #[wasm_bindgen(method)]
    fn goto(this: &Monaco, line: u32);
    #[wasm_bindgen(method)]
    fn theme(this: &Monaco);
    #[wasm_bindgen(method)]
    fn focus(this: &Monaco);
}

/// An editor on the page, with one model a file.
pub struct Editor {
    monaco: Monaco,
}

impl Editor {
    /// Loads Monaco and puts an editor into `place`.
    pub async fn open(place: &HtmlElement, label: &str) -> Result<Editor, LoadError> {
        let bundle: Bundle = module::import("editor").await?;
        match bundle.create(place, label).await {
            Ok(monaco) => Ok(Editor {
                monaco: monaco.unchecked_into(),
            }),
            Err(error) => Err(LoadError::Failed(message(&error))),
        }
    }

    /// Calls `heard` with path and text after every change by hand.
    pub fn on_change(&self, heard: impl FnMut(String, String) + 'static) {
        let heard = Closure::new(heard);
        self.monaco.on_change(&heard);
        heard.forget();
    }

    /// Calls `heard` on Ctrl-S.
    pub fn on_save(&self, heard: impl FnMut() + 'static) {
        let heard = Closure::new(heard);
        self.monaco.on_save(&heard);
        heard.forget();
    }

    /// Calls `heard` on Ctrl-Enter.
    pub fn on_apply(&self, heard: impl FnMut() + 'static) {
        let heard = Closure::new(heard);
        self.monaco.on_apply(&heard);
        heard.forget();
    }

    /// Shows a file, which begins with `text` if it is not open yet.
    pub fn show(&self, path: &str, text: &str) {
        self.monaco.show(path, text);
    }

    /// Replaces a file's text because it has changed elsewhere.
    pub fn replace(&self, path: &str, text: &str) {
        self.monaco.replace(path, text);
    }

    /// A file's present text.
    pub fn text(&self, path: &str) -> Option<String> {
        self.monaco.text(path)
    }

    /// Forgets a file.
    pub fn close(&self, path: &str) {
        self.monaco.close(path);
    }

    /// Marks what is wrong in a file.
    pub fn mark(&self, path: &str, diagnostics: &[Diagnostic]) {
        let place = |diagnostic: &Diagnostic| {
            let severe = diagnostic.severity == Severity::Error;
            let Diagnostic {
                line,
                column,
                end_line,
                end_column,
                ..
            } = *diagnostic;
            [line, column, end_line, end_column, severe.into()]
        };
        let places = diagnostics.iter().flat_map(place).collect();
        let messages = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.message.clone())
            .collect();
        self.monaco.mark(path, places, messages);
    }

    /// Goes to a line, from 1.
    pub fn goto(&self, line: u32) {
        self.monaco.goto(line);
    }

    /// Reads the colours from the style sheet again.
    pub fn theme(&self) {
        self.monaco.theme();
    }

    /// Puts the keyboard's focus into it.
    pub fn focus(&self) {
        self.monaco.focus();
    }
}
