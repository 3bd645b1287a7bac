//! Dynamic `import()` of a bundle by its address, which is only known at run time.

use wasm_bindgen::prelude::*;

use super::assets;

#[wasm_bindgen(module = "/src/interop/browser.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn load(url: &str) -> Result<JsValue, JsValue>;
}

/// Why a part of the page could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The page names no such asset (as in component tests).
    Unknown,
    /// The browser says why not.
    Failed(String),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoadError::Unknown => f.write_str("it is not part of this page"),
            LoadError::Failed(why) => f.write_str(why),
        }
    }
}

/// Loads the asset of this name and gives it the type that its bundle has.
pub(super) async fn import<T: JsCast>(name: &str) -> Result<T, LoadError> {
    let url = assets::url(name).ok_or(LoadError::Unknown)?;
    match load(&url).await {
        Ok(module) => Ok(module.unchecked_into()),
        Err(error) => Err(LoadError::Failed(message(&error))),
    }
}

/// What a thrown value says.
pub(super) fn message(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => error.as_string().unwrap_or_else(|| "unknown error".into()),
    }
}
