//! Addresses of what is loaded at run time: the engine's worker and the bundles of `app/js`.
//!
//! Their file names carry a hash of their content, which only the build knows. It writes them into `index.html` as
//! `<meta name="asset:NAME" content="./FILE">`, and this module reads them there.

use wasm_bindgen::JsCast;

/// The absolute address of an asset, or `None` if the page does not name it (as in component tests).
pub fn url(name: &str) -> Option<String> {
    let document = web_sys::window()?.document()?;
    let meta = document
        .query_selector(&format!("meta[name='asset:{name}']"))
        .ok()??
        .dyn_into::<web_sys::HtmlMetaElement>()
        .ok()?;
    let base = document.base_uri().ok()??;
    let url = web_sys::Url::new_with_base(&meta.content(), &base).ok()?;
    Some(url.href())
}

/// Names this site among others of the same origin: its path, without a page's name.
pub fn scope() -> String {
    let path = web_sys::window()
        .and_then(|window| window.document()?.base_uri().ok()?)
        .and_then(|base| web_sys::Url::new(&base).ok())
        .map(|url| url.pathname())
        .unwrap_or_default();
    let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
    format!("tabernetes{folder}")
}
